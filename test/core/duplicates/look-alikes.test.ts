import { expect, test } from "vitest";
import { BitSampleTable, bitSamples } from "../../../src/core/duplicates/bit-samples.ts";
import { Candidates } from "../../../src/core/duplicates/candidates.ts";
import { HashRows } from "../../../src/core/duplicates/hash-rows.ts";
import { nearbyPairs } from "../../../src/core/duplicates/nearby-pairs.ts";
import { RecentPairs } from "../../../src/core/duplicates/recent-pairs.ts";
import { FINGERPRINT_BYTES } from "../../../src/core/image/hashing/perceptual-hash.ts";
import { YieldController } from "../../../src/core/yield-controller.ts";
import { idOf } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";

const random = seededRandom(11);
const bytes = (length: number) => Uint8Array.from({ length }, () => random() * 256);

/** Equal in all that survives cropping, different in detail: screenshots of one app. */
const layout = bytes(6);

function screenshot(): Uint8Array {
  const fingerprint = Uint8Array.from([2, 0, ...bytes(FINGERPRINT_BYTES - 2)]);
  const fine = bytes(12).map((byte) => byte & 0x77);
  for (let window = 0; window < 12; window++) fingerprint.set([...layout, ...fine], 2 + 18 * window);
  return fingerprint;
}

const savedAgain = (fingerprint: Uint8Array) =>
  fingerprint.map((byte, at) => (at > 1 && at % 18 === 7 ? byte ^ 0x40 : byte));

test("of hashes that meet by the thousand each gets a few, those nearest to it in other bits", async () => {
  const [sample] = bitSamples(5000);
  const rows = new HashRows(5000, 5);
  const hashes = Array.from({ length: 5000 }, () =>
    Uint32Array.from({ length: 5 }, () => random() * 2 ** 32),
  );
  for (const [owner, hash] of hashes.entries()) {
    // The bits that are sampled lie in the first two words.
    hash.set([7, hash[1] === undefined ? 0 : hash[1] & 0xffff0000]);
    rows.add(owner, 0, hash);
  }
  if (!sample) throw new Error("no sample");
  const table = await BitSampleTable.build(rows, sample, new YieldController());
  for (let row = 0; row < 5000; row += 97) {
    const near = table.candidateRows(rows, row);
    expect(near.length).toBeLessThanOrEqual(16);
    expect([...near]).toContain(row);
  }
});

test("among hundreds of screenshots that look alike the nearest candidate of each copy is what it is a copy of", async () => {
  const fingerprints = Array.from({ length: 400 }, screenshot);
  for (let at = 0; at < 400; at += 40) fingerprints.push(savedAgain(fingerprints[at] ?? layout));
  const pictures = fingerprints.map((fingerprint, at) => ({ key: at + 1, id: idOf(`${at}`), fingerprint }));
  const candidates = new Candidates(pictures);
  await nearbyPairs(fingerprints, (a, b, distance) => candidates.offer(a, b, distance), {
    yielder: new YieldController(),
  });
  for (let nth = 0; nth < 10; nth++) {
    expect(candidates.of(400 + nth)[0]?.other).toBe(40 * nth);
    expect(candidates.of(40 * nth)[0]?.other).toBe(400 + nth);
  }
  expect(Math.max(...pictures.map((_, at) => candidates.of(at).length))).toBeLessThanOrEqual(12);
});

test("pairs are remembered in either order, and never one for another", () => {
  const pairs = new RecentPairs(1_000_000);
  pairs.add(3, 999_999);
  expect(pairs.has(999_999, 3)).toBe(true);
  expect(pairs.has(3, 999_998)).toBe(false);
  expect(pairs.has(0, 0)).toBe(false);
  for (let at = 0; at < 10_000; at++) pairs.add(at, at + 1);
  expect(pairs.has(5000, 5001)).toBe(true);
  expect(pairs.has(5000, 5002)).toBe(false);
});
