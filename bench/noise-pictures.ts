import { createHash } from "node:crypto";
import { HASH_BYTES } from "../src/core/image/hashing/hash-bits.ts";
import { computeFingerprint } from "../src/core/image/hashing/perceptual-hash.ts";
import type { EmbeddedPicture } from "../src/core/ports.ts";
import type { Picture } from "../src/core/types.ts";
import { normal, seededRandom } from "../test/support/random-embeddings.ts";

const SIDE = 32;
const FREQUENCIES = 12;
/** One picture in this many has a copy. */
const PER_COPY = 100;
/** Bits that differ between a picture and its copy. */
const FLIPPED = 6;

const waves = Array.from({ length: FREQUENCIES }, (_, frequency) =>
  Array.from({ length: SIDE }, (_, at) => Math.cos(((2 * at + 1) * frequency * Math.PI) / (2 * SIDE))),
);

/** Fingerprints computed from noise; the others are these with the signs of some waves flipped in all windows. */
const COMPUTED = 1000;

/** Pictures whose brightness is noise of a natural spectrum: amplitudes fall with the frequency. */
export function noisePictures(size: number): {
  pictures: (EmbeddedPicture & { photo: number })[];
  copies: number;
} {
  const random = seededRandom(size);
  const originals = size - Math.floor(size / PER_COPY);
  const computed = Array.from({ length: Math.min(COMPUTED, originals) }, () =>
    computeFingerprint(noise(random)),
  );
  const fingerprints = Array.from({ length: originals }, (_, at) =>
    withFlippedSigns(computed[at % COMPUTED] ?? new Uint8Array(), random),
  );
  for (let at = 0; fingerprints.length < size; at++) {
    const copy = Uint8Array.from(fingerprints[at] ?? []);
    for (let flip = 0; flip < FLIPPED; flip++) {
      const byte = 2 + Math.floor(random() * (copy.length - 2));
      copy[byte] = (copy[byte] ?? 0) ^ (1 << Math.floor(random() * 8));
    }
    fingerprints.push(copy);
  }
  const pictures = fingerprints.map((fingerprint, photo) => ({
    photo,
    embedding: new Float32Array([1, 0, 0, 0]),
    picture: pictureOf(photo, fingerprint),
  }));
  return { pictures, copies: size - originals };
}

/** An id for the picture with this number; no bytes have it. */
export const idOf = (at: number): string => createHash("sha256").update(String(at)).digest("hex");

export const pictureOf = (at: number, fingerprint: Uint8Array): Picture => ({
  id: idOf(at),
  format: "jpeg",
  width: 640,
  height: 480,
  bytes: 100_000,
  takenAt: null,
  quality: { jpegQuality: null, detail: 200, measuredSide: 560 },
  thumbnail: new Uint8Array(),
  fingerprint,
});

/** Another picture of the same spectrum: the signs of some waves are flipped, identically in all windows. */
export function withFlippedSigns(fingerprint: Uint8Array, random: () => number): Uint8Array {
  const mask = Uint8Array.from({ length: HASH_BYTES }, () => Math.floor(random() * 256));
  // The last bit of a hash is always zero.
  mask[HASH_BYTES - 1] = (mask[HASH_BYTES - 1] ?? 0) & 0x7f;
  return fingerprint.map((byte, at) => (at < 2 ? byte : byte ^ (mask[(at - 2) % HASH_BYTES] ?? 0)));
}

function noise(random: () => number) {
  const data = new Uint8Array(3 * SIDE * SIDE);
  const rows = waves.map((_, v) => {
    const row = new Float64Array(SIDE);
    for (let u = 0; u < FREQUENCIES; u++) {
      const amplitude = u + v === 0 ? 0 : (normal(random) * 60) / (u + v);
      for (let x = 0; x < SIDE; x++) row[x] = (row[x] ?? 0) + amplitude * (waves[u]?.[x] ?? 0);
    }
    return row;
  });
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const grey = 128 + rows.reduce((sum, row, v) => sum + (row[x] ?? 0) * (waves[v]?.[y] ?? 0), 0);
      data.fill(Math.max(0, Math.min(255, grey)), 3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3);
    }
  }
  return { data, width: SIDE, height: SIDE };
}
