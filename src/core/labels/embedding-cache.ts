import type { Settings } from "../ports.ts";
import { bestEffortSettings } from "../settings/best-effort-settings.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import { decodeVector, encodeVector } from "../vector.ts";

/** Few enough that thousands of new vectors take a few writes, enough that one vector is read with few others. */
const BUCKETS = 128;
/** Together 32,768 vectors, 64 to 128 MB, however many labels are used. */
const ENTRIES_PER_BUCKET = 256;
const TTL_MS = 90 * 24 * 3600 * 1000;

type Bucket = ReadonlyMap<string, Embedding>;

/**
 * Caches vectors of one space by base64url digest, in settings. A digest belongs to one bucket, from which the oldest
 * vector is evicted for the newest. Whatever is lost, to a full bucket or to another process, is only computed again.
 */
export class EmbeddingCache {
  readonly #settings: Pick<Settings, "get" | "set">;
  readonly #space: EmbeddingSpace;

  constructor(options: { settings: Pick<Settings, "get" | "set">; space: EmbeddingSpace }) {
    this.#settings = bestEffortSettings(options.settings);
    this.#space = options.space;
  }

  /** The cached vectors of these digests. */
  async find(digests: Iterable<string>): Promise<Map<string, Embedding>> {
    const found = new Map<string, Embedding>();
    for (const [number, wanted] of byBucket(digests)) {
      const bucket = await this.#read(number);
      for (const digest of wanted) {
        const vector = bucket.get(digest);
        if (vector) found.set(digest, vector);
      }
    }
    return found;
  }

  async put(vectors: Bucket): Promise<void> {
    for (const [number, digests] of byBucket(vectors.keys())) {
      const bucket = new Map(digests.map((digest) => [digest, vectors.get(digest) ?? new Float32Array()]));
      for (const [digest, vector] of await this.#read(number)) {
        if (!bucket.has(digest)) bucket.set(digest, vector);
      }
      await this.#settings.set(this.#key(number), encode([...bucket].slice(0, ENTRIES_PER_BUCKET)), TTL_MS);
    }
  }

  async #read(number: number): Promise<Bucket> {
    return decode(await this.#settings.get<unknown>(this.#key(number)));
  }

  #key(number: number): string {
    return `prompts:${this.#space}:${number}`;
  }
}

function byBucket(digests: Iterable<string>): Map<number, string[]> {
  const buckets = new Map<number, string[]>();
  for (const digest of digests) {
    const number = Buffer.from(digest, "base64url").readUInt32LE() % BUCKETS;
    const bucket = buckets.get(number);
    if (bucket) bucket.push(digest);
    else buckets.set(number, [digest]);
  }
  return buckets;
}

function encode(bucket: readonly (readonly [string, Embedding])[]): { digests: string[]; vectors: string } {
  const vectors = Buffer.concat(bucket.map(([, vector]) => encodeVector(vector)));
  return { digests: bucket.map(([digest]) => digest), vectors: vectors.toString("base64") };
}

/** Anything but a valid bucket is an empty one. */
async function decode(value: unknown): Promise<Bucket> {
  if (value === undefined) return new Map();
  const { bucketSchema } = await import("./stored-schemas.ts");
  const stored = bucketSchema.safeParse(value);
  if (!stored.success) return new Map();
  const { digests, vectors } = stored.data;
  const bytes = Buffer.from(vectors, "base64");
  const length = bytes.length / 4 / digests.length;
  if (!Number.isInteger(length)) return new Map();
  const all = decodeVector(bytes);
  return new Map(digests.map((digest, at) => [digest, all.slice(at * length, (at + 1) * length)]));
}
