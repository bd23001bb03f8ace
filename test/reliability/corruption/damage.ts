/** A kind of damage, and the bytes after it. `other` is another file of the same kind. */
export interface Damage {
  readonly kind: string;
  readonly bytes: Buffer;
}

type Random = () => number;

const kinds: readonly (readonly [string, (sound: Buffer, other: Buffer, random: Random) => Buffer])[] = [
  ["one bit", (sound, _, random) => flipped(sound, 1, random)],
  ["some bits", (sound, _, random) => flipped(sound, 2 + Math.floor(random() * 30), random)],
  ["a run of noise", (sound, _, random) => overwritten(sound, random, () => Math.floor(random() * 256))],
  ["a run of zeros", (sound, _, random) => overwritten(sound, random, () => 0)],
  ["cut off", (sound, _, random) => sound.subarray(0, Math.floor(random() * sound.length))],
  [
    "too long",
    (sound, _, random) => Buffer.concat([sound, sound.subarray(0, 1 + Math.floor(random() * 5000))]),
  ],
  ["empty", () => Buffer.alloc(0)],
  ["the file of another", (_, other) => other],
  ["half of another", (sound, other, random) => spliced(sound, other, random)],
  ["pages swapped", (sound, _, random) => pagesSwapped(sound, random)],
];

/** Always differs from the original bytes. */
export function damaged(sound: Buffer, other: Buffer, random: Random): Damage {
  for (;;) {
    const [kind, damage] = kinds[Math.floor(random() * kinds.length)] ?? kinds[0] ?? ["", () => sound];
    const bytes = damage(sound, other, random);
    if (!bytes.equals(sound)) return { kind, bytes };
  }
}

function flipped(sound: Buffer, count: number, random: Random): Buffer {
  const bytes = Buffer.from(sound);
  for (let i = 0; i < count; i++) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return bytes;
}

function overwritten(sound: Buffer, random: Random, byte: () => number): Buffer {
  const bytes = Buffer.from(sound);
  const start = Math.floor(random() * bytes.length);
  const end = Math.min(bytes.length, start + 1 + Math.floor(random() ** 3 * 20_000));
  for (let at = start; at < end; at++) bytes[at] = byte();
  return bytes;
}

function spliced(sound: Buffer, other: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * Math.min(sound.length, other.length));
  return Buffer.concat([sound.subarray(0, at), other.subarray(at)]);
}

function pagesSwapped(sound: Buffer, random: Random, size = 4096): Buffer {
  const bytes = Buffer.from(sound);
  const pages = Math.floor(bytes.length / size);
  const [one, two] = [0, 0].map(() => Math.floor(random() * pages) * size);
  if (one === undefined || two === undefined) return bytes;
  sound.copy(bytes, one, two, two + size);
  sound.copy(bytes, two, one, one + size);
  return bytes;
}
