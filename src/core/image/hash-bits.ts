/** Frequencies per axis: a hash holds the signs of the `side * side - 1` lowest cosine coefficients. */
export const frequencies = 12;

/** Bits of one hash that mean something; the last stored bit is always zero. */
export const hashBits = frequencies * frequencies - 1;

/** One hash in a fingerprint: 144 bits, least significant first. */
export const hashBytes = (frequencies * frequencies) / 8;

/** One hash in memory. */
export const hashWords = Math.ceil(hashBytes / 4);

interface Frequency {
  /** Half waves across. */
  readonly u: number;
  /** Half waves down. */
  readonly v: number;
}

/** Which coefficient each bit is the sign of: coarse before fine, so that the first bits are the stablest. */
export const bitOrder: readonly Frequency[] = Array.from({ length: hashBits }, (_, index) => ({
  u: (index + 1) % frequencies,
  v: Math.floor((index + 1) / frequencies),
})).sort((a, b) => a.u + a.v - (b.u + b.v) || Math.max(a.u, a.v) - Math.max(b.u, b.v) || a.u - b.u);

export type Transform =
  | "none"
  | "mirrored"
  | "flipped"
  | "rotated 180°"
  | "transposed"
  | "rotated 90°"
  | "rotated 270°"
  | "transversed";

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
export const symmetries: readonly Symmetry[] = [
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

const swappedBit = bitOrder.map(({ u, v }) => bitOrder.findIndex((other) => other.u === v && other.v === u));
const negations = symmetries.map(({ negatesAcross, negatesDown }) =>
  packed((bit) => {
    const { u, v } = bitOrder[bit] ?? { u: 0, v: 0 };
    return (negatesAcross && u % 2 === 1) !== (negatesDown && v % 2 === 1);
  }),
);

/** Collects bits into words, least significant first. */
export function packed(isSet: (bit: number) => boolean): Uint32Array {
  const words = new Uint32Array(hashWords);
  for (let bit = 0; bit < hashBits; bit++) {
    if (isSet(bit)) words[bit >> 5] = (words[bit >> 5] ?? 0) | (1 << (bit & 31));
  }
  return words;
}

/** The hashes that the picture would have after each of `symmetries`, in that order. */
export function variantsOfHash(hash: Uint32Array): Uint32Array[] {
  const swapped = packed((bit) => hasBit(hash, swappedBit[bit] ?? 0));
  return symmetries.map(({ swapsAxes }, index) => exclusiveOr(swapsAxes ? swapped : hash, negations[index]));
}

function hasBit(hash: Uint32Array, bit: number): boolean {
  return (((hash[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
}

function exclusiveOr(hash: Uint32Array, mask: Uint32Array | undefined): Uint32Array {
  return hash.map((word, index) => word ^ (mask?.[index] ?? 0));
}

/** Bits in which the hash at `at` differs from another, 0..143; counting stops once `enough` is reached. */
export function distanceUpTo(hashes: Uint32Array, at: number, other: Uint32Array, enough: number): number {
  let distance = 0;
  for (let word = 0; word < hashWords && distance < enough; word++) {
    distance += bitCount((hashes[at + word] ?? 0) ^ (other[word] ?? 0));
  }
  return distance;
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
