import { SYMMETRIES } from "./hash-bits.ts";
import { HASH_WINDOWS, hashWordsAt, type PreparedFingerprint } from "./perceptual-hash.ts";

/**
 * Hashes are looked up by their lowest frequencies: two chunks of 20 bits, in the digits that SQLite's `hex` writes.
 * Multi-index hashing: Norouzi, Punjani and Fleet, "Fast Search in Hamming Space" (2012). Measured on the copies of
 * bench/duplicates.ts: of the pairs that a comparison with every picture finds, these chunks and radii find 0.9993.
 */
const CHUNKS = 2;
const CHUNK_DIGITS = 5;
const CHUNK_BITS = 4 * CHUNK_DIGITS;

/** Differing bits of a chunk up to which it is looked up: the fewer bits a match may differ in at all, the smaller. */
const RADIUS = { upright: { whole: 2, cropped: 2 }, turned: { whole: 1, cropped: 0 } };

/** Whether a stored hash is of the whole picture or of a window of it: the two are looked up apart. */
export type StoredAs = "whole" | "window";

/** Which stored hashes may be near some hashes of one picture. */
export interface HashLookup {
  readonly storedAs: StoredAs;
  /** Which of the chunks, from 0. */
  readonly chunk: number;
  /** The values of that chunk to look for, as hex digits. */
  readonly values: readonly string[];
  /** The hashes that they stand for. */
  readonly hashes: readonly Uint32Array[];
}

interface ChunkQuery {
  radius: number;
  readonly hashes: Uint32Array[];
}

/**
 * The lookups that together find every picture some side of which may equal a window of this one, or the other way
 * round; compare `compareFingerprints`. None for a picture that shows nothing.
 */
export function hashLookups(fingerprint: PreparedFingerprint): HashLookup[] {
  if (!fingerprint.comparable) return [];
  return (["whole", "window"] as const).flatMap((storedAs) =>
    Array.from({ length: CHUNKS }, (_, chunk) =>
      [...chunkQueries(fingerprint, storedAs, chunk)].map(([value, { radius, hashes }]) => ({
        storedAs,
        chunk,
        values: valuesWithin(value, radius).map(toHexDigits),
        hashes,
      })),
    ).flat(),
  );
}

/** Windows of one picture often share a chunk, so each value is looked up once for all of them. */
function chunkQueries(
  fingerprint: PreparedFingerprint,
  storedAs: StoredAs,
  chunk: number,
): Map<number, ChunkQuery> {
  const queries = new Map<number, ChunkQuery>();
  for (const [symmetry, { transform }] of SYMMETRIES.entries()) {
    const radii = RADIUS[transform === "none" ? "upright" : "turned"];
    for (const [window, name] of HASH_WINDOWS.entries()) {
      const shows = name === "whole" || name === "content" ? "whole" : "cropped";
      // What is stored of a window is only like another picture's whole, or what a frame encloses there.
      if (storedAs === "window" && shows === "cropped") continue;
      const hash = hashWordsAt(fingerprint.transformedWindows, symmetry * HASH_WINDOWS.length + window);
      const value = chunkOf(hash, chunk);
      const query = queries.get(value) ?? { radius: 0, hashes: [] };
      query.radius = Math.max(query.radius, radii[shows]);
      query.hashes.push(hash);
      queries.set(value, query);
    }
  }
  return queries;
}

function chunkOf(hash: Uint32Array, chunk: number): number {
  let value = 0;
  for (let digit = chunk * CHUNK_DIGITS; digit < (chunk + 1) * CHUNK_DIGITS; digit++) {
    // Hex writes the high half of a byte first.
    const bit = 8 * (digit >> 1) + (digit % 2 === 0 ? 4 : 0);
    value = (value << 4) | (((hash[bit >> 5] ?? 0) >>> (bit & 31)) & 15);
  }
  return value;
}

const toHexDigits = (value: number) => value.toString(16).toUpperCase().padStart(CHUNK_DIGITS, "0");

/** The value and all that differ from it in at most `radius` bits. */
function valuesWithin(value: number, radius: number, from = 0): number[] {
  if (radius === 0) return [value];
  const values = [value];
  for (let bit = from; bit < CHUNK_BITS; bit++) {
    values.push(...valuesWithin(value ^ (1 << bit), radius - 1, bit + 1));
  }
  return values;
}
