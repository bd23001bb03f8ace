/**
 * Finding the same picture. First a repost check, as for each picture posted on Discord, in libraries of noise
 * pictures: how long it takes, and how long it blocks the event loop. Then `duplicates` over screenshots of one
 * app, which look alike at low resolution and differ in detail; a fake embedder knows which are copies, so no pixels
 * are compared.
 *
 *   npx tsx bench/sameness.ts [--pictures 100000] [--checks 200] [--screenshots 2000,10000] [--keep FOLDER]
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import { findDuplicates } from "../src/core/duplicates/find-duplicates.ts";
import { findSamePictures } from "../src/core/duplicates/same-pictures.ts";
import { FINGERPRINT_BYTES } from "../src/core/image/hashing/perceptual-hash.ts";
import type { Catalog, NewImage } from "../src/core/ports.ts";
import type { Placement, Scope } from "../src/core/types.ts";
import { FakeEmbedder } from "../test/support/fake-embedder.ts";
import { randomEmbedding, seededRandom } from "../test/support/random-embeddings.ts";
import { idOf, noisePictures, pictureOf, withFlippedSigns } from "./noise-pictures.ts";

const { values: flags } = parseArgs({
  options: {
    pictures: { type: "string", default: "100000" },
    checks: { type: "string", default: "200" },
    screenshots: { type: "string", default: "2000,10000" },
    keep: { type: "string" },
  },
});
const everything: Scope = { files: "all", discord: "all" };
const embedder = new FakeEmbedder({ space: "noise@0", dimensions: 4 });
/** Screenshots that were saved again. */
const COPIES = 100;
const isCopy = (at: number) => at % 100 === 99;

function numbers(list: string): number[] {
  return list
    .split(",")
    .map(Number)
    .filter((count) => count > 0);
}

async function measureReposts(count: number): Promise<void> {
  const folder = flags.keep ?? (await mkdtemp(join(tmpdir(), "glimpse-sameness-")));
  const path = join(folder, `catalog-${count}.db`);
  const isThere = existsSync(path);
  const catalog = await openCatalog({ path });
  if (!isThere) await fill(catalog, count);
  const copies = Array.from({ length: Number(flags.checks) }, (_, nth) => {
    const at = Math.floor(((nth + 0.5) / Number(flags.checks)) * count);
    return at - (at % 100) + 99;
  }).filter((at) => at < count);
  // A warm-up pass: a server that has been up for a while has read most of its pages.
  for (const at of copies) await findSamePictures({ catalog, embedder }, idOf(at), everything);
  const times: number[] = [];
  let found = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  for (const at of copies) {
    const start = performance.now();
    const same = await findSamePictures({ catalog, embedder }, idOf(at), everything);
    times.push(performance.now() - start);
    if (same.some(({ id }) => id === idOf(at - 99))) found += 1;
  }
  delay.disable();
  const used = process.cpuUsage(before);
  const cpu = (used.user + used.system) / 1000 / copies.length;
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? 0;
  console.log(
    `repost check among ${count} pictures: ${median.toFixed(1)} ms median, ${(times.at(-1) ?? 0).toFixed(1)} ms worst, ` +
      `${cpu.toFixed(1)} ms of CPU each, event loop held up for ${(delay.max / 1e6 - 1).toFixed(0)} ms at most, ${found} of ${copies.length} found`,
  );
  await catalog.close();
  if (flags.keep === undefined) await rm(folder, { recursive: true });
}

/** Every hundredth picture is a copy of the one 99 before it, with a tenth of its bits flipped. */
async function fill(catalog: Catalog, count: number): Promise<void> {
  const random = seededRandom(count);
  const kinds = noisePictures(1000).pictures.map(({ picture }) => picture.fingerprint);
  let first = new Uint8Array();
  for (let start = 0; start < count; start += 1000) {
    const images: NewImage[] = [];
    for (let at = start; at < Math.min(count, start + 1000); at++) {
      const fingerprint = isCopy(at)
        ? damaged(first, random)
        : withFlippedSigns(kinds[at % 1000] ?? first, random);
      if (at % 100 === 0) first = Uint8Array.from(fingerprint);
      images.push(imageOf(at, fingerprint, Float32Array.of(1, 0, 0, 0)));
    }
    await catalog.images.put(images);
  }
}

function damaged(fingerprint: Uint8Array, random: () => number): Uint8Array {
  const copy = Uint8Array.from(fingerprint);
  for (let bit = 16; bit < 8 * (copy.length - 1); bit++) {
    if (random() < 0.06) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }
  return copy;
}

function imageOf(at: number, fingerprint: Uint8Array, embedding: Float32Array): NewImage {
  const picture = pictureOf(at, fingerprint);
  const place = { root: "/photos", path: `/photos/${at}.jpg`, bytes: 1, modifiedAt: at };
  return { picture, placement: { kind: "file", online: true, ...place }, space: "noise@0", embedding };
}

/**
 * Equal low frequencies and different high ones, so that all look alike but none are the same; some are
 * re-saved copies of another.
 */
async function measureScreenshots(count: number): Promise<void> {
  const random = seededRandom(count);
  const catalog = await openCatalog({ path: ":memory:" });
  const base = Uint8Array.from({ length: 18 }, () => random() * 256);
  const images: NewImage[] = [];
  const step = Math.floor(count / COPIES);
  for (let at = 0; at < count; at++) {
    const original = at % step === step - 1 ? images[at - step + 1] : undefined;
    const fingerprint = original
      ? savedAgain(original.picture.fingerprint, random)
      : screenshot(base, random);
    const image = imageOf(at, fingerprint, original?.embedding ?? randomEmbedding(random, 16));
    images.push({ ...image, picture: { ...image.picture, thumbnail: Buffer.from(String(at)) } });
  }
  await catalog.images.put(images);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = process.cpuUsage();
  const from = performance.now();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  const groups = await findDuplicates(
    {
      catalog,
      embedder: screenshotEmbedder(step),
      vectors: { nearest: async () => [] },
      originals: { read: async () => undefined },
    },
    { scope: everything },
  );
  clearInterval(watch);
  const used = process.cpuUsage(start);
  delay.disable();
  const right = groups.filter(
    ({ keeper, members }) =>
      members.length === 1 &&
      Math.abs(numberOf(keeper.placements[0]) - numberOf(members[0]?.image.placements[0])) === step - 1,
  );
  console.log(
    `duplicates among ${count} look-alike screenshots: ${((performance.now() - from) / 1000).toFixed(1)} s ` +
      `(${((used.user + used.system) / 1e6).toFixed(1)} s of CPU), ${(peak / 1024 ** 2).toFixed(0)} MB resident, ` +
      `event loop held up for ${(delay.max / 1e6 - 1).toFixed(0)} ms at most, ` +
      `${groups.length} groups, ${right.length} of them a copy and its original (${COPIES} planted)`,
  );
  await catalog.close();
}

/** Of two screenshots, whose thumbnails are their numbers, it knows whether one is the other saved again. */
function screenshotEmbedder(step: number): FakeEmbedder {
  const told = new FakeEmbedder({ space: "noise@0", dimensions: 4 });
  told.compare = async (pictures, pairs) => {
    await setTimeout(1);
    const numberAt = (at: number) => Number(Buffer.from(pictures[at]?.thumbnail ?? []).toString());
    return pairs.map(([a, b]) => {
      const isCopy =
        Math.abs(numberAt(a) - numberAt(b)) === step - 1 &&
        Math.max(numberAt(a), numberAt(b)) % step === step - 1;
      return { outcome: isCopy ? "same" : "different", inDoubt: false, edits: [], agreement: Number(isCopy) };
    });
  };
  return told;
}

function numberOf(placement: Placement | undefined): number {
  return placement?.kind === "file" ? Number(/(\d+)\.jpg$/.exec(placement.path)?.[1]) : Number.NaN;
}

function screenshot(base: Uint8Array, random: () => number): Uint8Array {
  const fingerprint = Uint8Array.from({ length: FINGERPRINT_BYTES }, () => random() * 256);
  fingerprint.set([2, 0]);
  const hash = Uint8Array.from(base);
  const bits = new Set<number>();
  while (bits.size < 24) bits.add(48 + Math.floor(random() * 95));
  for (const bit of bits) hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  for (let window = 0; window < 12; window++) fingerprint.set(hash, 2 + 18 * window);
  return fingerprint;
}

/** Some bits differ, the same in all windows, and some of its detail. */
function savedAgain(fingerprint: Uint8Array, random: () => number): Uint8Array {
  const mask = Uint8Array.from({ length: 18 }, () => (random() < 0.25 ? 1 << Math.floor(random() * 7) : 0));
  return fingerprint.map((byte, at) => {
    if (at < 2) return byte;
    if (at < 2 + 12 * 18) return byte ^ (mask[(at - 2) % 18] ?? 0);
    return random() < 0.5 ? byte ^ (1 << Math.floor(random() * 8)) : byte;
  });
}

for (const count of numbers(flags.pictures)) await measureReposts(count);
for (const count of numbers(flags.screenshots)) await measureScreenshots(count);
