import type { Edit } from "../../types.ts";

interface Frequency {
  /** Half waves across. */
  readonly u: number;
  /** Half waves down. */
  readonly v: number;
}

/** A hash whose bits are the signs of cosine coefficients, and how it changes when the picture is mirrored or rotated. */
export interface SignHash {
  /** Which coefficient each bit is the sign of. */
  readonly order: readonly Frequency[];
  /** 32-bit words of one hash in memory. */
  readonly words: number;
  /** For each bit, the bit of the coefficient with the axes swapped. */
  readonly swapped: readonly number[];
  /** For each of `SYMMETRIES`, the bits that it negates. */
  readonly negations: readonly Uint32Array[];
}

export type Transform =
  | "none"
  | "mirrored"
  | "flipped"
  | "rotated 180°"
  | "transposed"
  | "rotated 90°"
  | "rotated 270°"
  | "transversed";

/** What lies so beside another picture was turned, mirrored, or either; nothing shows which of the two. */
export function orientationEdits(transform: Transform): Edit[] {
  const isTurned = /rotated|trans/.test(transform);
  const isMirrored = /mirrored|flipped|trans/.test(transform);
  return [
    ...(isTurned ? [{ kind: "turned", of: "either" } as const] : []),
    ...(isMirrored ? [{ kind: "mirrored", of: "either" } as const] : []),
  ];
}

interface Symmetry {
  readonly transform: Transform;
  readonly swapsAxes: boolean;
  readonly negatesAcross: boolean;
  readonly negatesDown: boolean;
}

/**
 * The eight ways to lay a rectangle on itself. Mirroring a picture negates its odd coefficients and
 * transposing it swaps the axes, so the hash of every variant follows from the hash of one.
 * Rotations are clockwise; "flipped" is upside down and mirrored.
 */
export const SYMMETRIES: readonly Symmetry[] = [
  symmetry("none", false, false, false),
  symmetry("mirrored", false, true, false),
  symmetry("flipped", false, false, true),
  symmetry("rotated 180°", false, true, true),
  symmetry("transposed", true, false, false),
  symmetry("rotated 90°", true, true, false),
  symmetry("rotated 270°", true, false, true),
  symmetry("transversed", true, true, true),
];

function symmetry(
  transform: Transform,
  swapsAxes: boolean,
  negatesAcross: boolean,
  negatesDown: boolean,
): Symmetry {
  return { transform, swapsAxes, negatesAcross, negatesDown };
}

/** A hash in memory: least significant bit first. */
function packBits(words: number, bits: number, isSet: (bit: number) => boolean): Uint32Array {
  const hash = new Uint32Array(words);
  for (let bit = 0; bit < bits; bit++) {
    if (isSet(bit)) hash[bit >> 5] = (hash[bit >> 5] ?? 0) | (1 << (bit & 31));
  }
  return hash;
}

const MAX_SIDE = 32;

function signHash(order: readonly Frequency[]): SignHash {
  const words = Math.ceil(order.length / 32);
  // Every start of the program comes through here.
  const bitOf = new Map(order.map(({ u, v }, bit) => [u * MAX_SIDE + v, bit]));
  const swapped = order.map(({ u, v }) => bitOf.get(v * MAX_SIDE + u) ?? -1);
  const negations = SYMMETRIES.map(({ negatesAcross, negatesDown }) =>
    packBits(words, order.length, (bit) => {
      const { u, v } = order[bit] ?? { u: 0, v: 0 };
      return (negatesAcross && u % 2 === 1) !== (negatesDown && v % 2 === 1);
    }),
  );
  return { order, words, swapped, negations };
}

/** Frequencies up to this many half waves per axis, coarse before fine. */
function frequenciesBelow(side: number): Frequency[] {
  return Array.from({ length: side * side - 1 }, (_, index) => ({
    u: (index + 1) % side,
    v: Math.floor((index + 1) / side),
  })).sort((a, b) => a.u + a.v - (b.u + b.v) || Math.max(a.u, a.v) - Math.max(b.u, b.v) || a.u - b.u);
}

/** What a picture looks like from afar: stays nearly the same under every small edit. */
export const COARSE_HASH = signHash(frequenciesBelow(12));

/** Tells one page of text from another: lines and words, but no single letters. */
export const DETAIL_HASH = signHash(
  frequenciesBelow(22).filter(({ u, v }) => (u > 9 || v > 9) && u + v < 27),
);

/** Bits of a coarse hash, the bytes it is stored in, and its words in memory. */
export const HASH_BITS = COARSE_HASH.order.length;
export const HASH_BYTES = Math.ceil(HASH_BITS / 8);
export const HASH_WORDS = COARSE_HASH.words;

export function packHash({ words, order }: SignHash, isSet: (bit: number) => boolean): Uint32Array {
  return packBits(words, order.length, isSet);
}

/** The hashes that the picture would have after each of `SYMMETRIES`, in that order. */
export function transformedHashes(kind: SignHash, hash: Uint32Array): Uint32Array[] {
  const swapped = packHash(kind, (bit) => hasBit(hash, kind.swapped[bit] ?? 0));
  return SYMMETRIES.map(({ swapsAxes }, index) => xor(swapsAxes ? swapped : hash, kind.negations[index]));
}

function hasBit(hash: Uint32Array, bit: number): boolean {
  return (((hash[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
}

function xor(hash: Uint32Array, mask: Uint32Array | undefined): Uint32Array {
  return hash.map((word, index) => word ^ (mask?.[index] ?? 0));
}

/** Bits in which the hash at `at` differs from another; counting stops at `limit`. */
export function hammingDistance(hashes: Uint32Array, at: number, other: Uint32Array, limit: number): number {
  let distance = 0;
  for (let word = 0; word < other.length && distance < limit; word++) {
    distance += bitCount((hashes[at + word] ?? 0) ^ (other[word] ?? 0));
  }
  return distance;
}

/**
 * Bits in which two coarse hashes differ, of hashes stored contiguously, where they are fewer than `limit`; else
 * `limit`. The innermost loop of every comparison.
 */
export function hammingDistanceBelow(
  hashes: Uint32Array,
  index: number,
  others: Uint32Array,
  otherIndex: number,
  limit: number,
): number {
  const [from, to] = [index * HASH_WORDS, otherIndex * HASH_WORDS];
  let distance = 0;
  for (let word = 0; word < HASH_WORDS; word++) {
    distance += bitCount((hashes[from + word] as number) ^ (others[to + word] as number));
    if (distance >= limit) return limit;
  }
  return distance;
}

/** Set bits of a 32-bit word. */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
