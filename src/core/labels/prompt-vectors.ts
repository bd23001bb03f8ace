import { createHash } from "node:crypto";
import type { Embedder, Settings } from "../ports.ts";
import { asCache } from "../settings/as-cache.ts";
import type { Embedding, ModelTraits } from "../types.ts";

export interface PromptParts {
  readonly embedder: Pick<Embedder, "space" | "embedTexts">;
  readonly settings: Pick<Settings, "get" | "set">;
}

/** Texts handed to the embedder at a time: enough to fill its batches, few enough to stop soon. */
const TEXTS_AT_ONCE = 256;
const CACHE_TTL_MS = 90 * 24 * 3600 * 1000;

/** The label in every template of the model; with no template the bare label. */
export function promptsOf(label: string, { templates }: Pick<ModelTraits, "templates">): string[] {
  if (templates.length === 0) return [label];
  return templates.map((template) => template.replaceAll("{}", () => label));
}

/**
 * One unit vector per set of prompts: the mean of their unit vectors, made unit length again. This is the prompt
 * ensemble of "Learning Transferable Visual Models From Natural Language Supervision" (arXiv 2103.00020, 3.1.4).
 * Vectors are remembered by space and prompts, so the same labels are embedded once.
 */
export async function promptVectors(
  { embedder, settings }: PromptParts,
  promptSets: readonly (readonly string[])[],
  signal?: AbortSignal,
): Promise<Embedding[]> {
  const cache = asCache(settings);
  const keys = promptSets.map((prompts) => cacheKey(embedder.space, prompts));
  const vectors = new Map<string, Embedding>();
  const missing = new Map<string, readonly string[]>();
  for (const [at, prompts] of promptSets.entries()) {
    const key = keys[at] ?? "";
    const cached = await cache.get<unknown>(key);
    if (typeof cached === "string") vectors.set(key, decode(cached));
    else missing.set(key, prompts);
  }
  for (const work of inBatches([...missing])) {
    signal?.throwIfAborted();
    const texts = work.flatMap(([, prompts]) => prompts);
    const embedded = await embedder.embedTexts(texts, signal);
    let at = 0;
    for (const [key, prompts] of work) {
      const own = embedded.slice(at, at + prompts.length).map(({ embedding }) => embedding);
      at += prompts.length;
      const vector = unitMean(own);
      vectors.set(key, vector);
      await cache.set(key, encode(vector), CACHE_TTL_MS);
    }
  }
  return keys.map((key) => vectors.get(key) ?? new Float32Array());
}

/** Whole sets of prompts, about TEXTS_AT_ONCE texts together. */
function* inBatches(
  sets: readonly (readonly [string, readonly string[]])[],
): Generator<(readonly [string, readonly string[]])[]> {
  let batch: (readonly [string, readonly string[]])[] = [];
  let texts = 0;
  for (const set of sets) {
    batch.push(set);
    texts += set[1].length;
    if (texts < TEXTS_AT_ONCE) continue;
    yield batch;
    batch = [];
    texts = 0;
  }
  if (batch.length > 0) yield batch;
}

/** @returns the zero vector when the vectors cancel each other out or there is none */
export function unitMean(vectors: readonly Embedding[]): Embedding {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (vector[at] ?? 0);
  }
  const length = Math.hypot(...sum);
  return Float32Array.from(sum, (value) => (length > 0 ? value / length : 0));
}

function cacheKey(space: string, prompts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(prompts)).digest("base64url");
  return `prompts:${space}:${digest.slice(0, 27)}`;
}

const encode = (vector: Embedding) =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");

function decode(text: string): Embedding {
  const bytes = Buffer.from(text, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
