import * as z from "zod";
import type { Settings } from "../ports.ts";
import { bestEffortSettings } from "../settings/best-effort-settings.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import { decodeVector, encodeVector } from "../vector.ts";

/** Few enough that thousands of new vectors take a few writes, enough that one vector is read with few others. */
const BUCKETS = 128;
/** All together 32,768 vectors, 64 to 128 MB, however many labels are asked for. */
const ENTRIES_PER_BUCKET = 256;
const TTL_MS = 90 * 24 * 3600 * 1000;

const bucketSchema = z.object({
  /** The latest first. */
  digests: z.array(z.string()),
  /** Base64 of the float32 vectors, one after the other. */
  vectors: z.base64(),
});

type Bucket = ReadonlyMap<string, Embedding>;

/**
 * Remembers vectors of one space by base64url digests, in settings. A digest has one shelf, where the oldest vector
 * makes room for the newest. Whatever is lost, to a full shelf or to another process, is only made anew.
 */
export class EmbeddingCache {
  readonly #settings: Pick<Settings, "get" | "set">;
  readonly #space: EmbeddingSpace;

  constructor(parts: { settings: Pick<Settings, "get" | "set">; space: EmbeddingSpace }) {
    this.#settings = bestEffortSettings(parts.settings);
    this.#space = parts.space;
  }

  /** Those of these digests that are remembered. */
  async find(digests: Iterable<string>): Promise<Map<string, Embedding>> {
    const found = new Map<string, Embedding>();
    for (const [number, wanted] of byBucket(digests)) {
      const shelf = await this.#read(number);
      for (const digest of wanted) {
        const vector = shelf.get(digest);
        if (vector) found.set(digest, vector);
      }
    }
    return found;
  }

  async put(vectors: Bucket): Promise<void> {
    for (const [number, digests] of byBucket(vectors.keys())) {
      const shelf = new Map(digests.map((digest) => [digest, vectors.get(digest) ?? new Float32Array()]));
      for (const [digest, vector] of await this.#read(number)) {
        if (!shelf.has(digest)) shelf.set(digest, vector);
      }
      await this.#settings.set(this.#key(number), encode([...shelf].slice(0, ENTRIES_PER_BUCKET)), TTL_MS);
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
  const shelves = new Map<number, string[]>();
  for (const digest of digests) {
    const number = Buffer.from(digest, "base64url").readUInt32LE() % BUCKETS;
    const shelf = shelves.get(number);
    if (shelf) shelf.push(digest);
    else shelves.set(number, [digest]);
  }
  return shelves;
}

function encode(shelf: readonly (readonly [string, Embedding])[]): z.infer<typeof bucketSchema> {
  const vectors = Buffer.concat(shelf.map(([, vector]) => encodeVector(vector)));
  return { digests: shelf.map(([digest]) => digest), vectors: vectors.toString("base64") };
}

/** What is no shelf is an empty one. */
function decode(value: unknown): Bucket {
  const stored = bucketSchema.safeParse(value);
  if (!stored.success) return new Map();
  const { digests, vectors } = stored.data;
  const bytes = Buffer.from(vectors, "base64");
  const length = bytes.length / 4 / digests.length;
  if (!Number.isInteger(length)) return new Map();
  const all = decodeVector(bytes);
  return new Map(digests.map((digest, at) => [digest, all.slice(at * length, (at + 1) * length)]));
}
