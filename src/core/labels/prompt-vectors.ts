import { createHash } from "node:crypto";
import type { Embedder, Settings } from "../ports.ts";
import type { Embedding, ModelTraits } from "../types.ts";
import { unitMean } from "../vector.ts";
import { EmbeddingCache } from "./embedding-cache.ts";

export interface PromptContext {
  readonly embedder: Pick<Embedder, "space" | "embedTexts">;
  readonly settings: Pick<Settings, "get" | "set">;
}

/** Texts sent to the embedder at a time: enough to fill its batches, few enough to stop soon. */
const BATCH_TEXTS = 256;

type PromptSet = readonly [digest: string, prompts: readonly string[]];

/** The label in every template of the model; with no template the bare label. */
export function promptsOf(label: string, { templates }: Pick<ModelTraits, "templates">): string[] {
  if (templates.length === 0) return [label];
  return templates.map((template) => template.replaceAll("{}", () => label));
}

/**
 * One unit vector per set of prompts: the mean of their unit vectors, made unit length again. This is the prompt
 * ensemble of "Learning Transferable Visual Models From Natural Language Supervision" (arXiv 2103.00020, 3.1.4).
 * Vectors are cached by space and prompts, so the same labels are embedded once.
 */
export async function promptVectors(
  { embedder, settings }: PromptContext,
  promptSets: readonly (readonly string[])[],
  signal?: AbortSignal,
): Promise<Embedding[]> {
  const cache = new EmbeddingCache({ settings, space: embedder.space });
  const digests = promptSets.map(digestOf);
  const sets = new Map(promptSets.map((prompts, at) => [digests[at] ?? "", prompts]));
  const vectors = await cache.find(sets.keys());
  const computed = new Map<string, Embedding>();
  try {
    for (const batch of inBatches([...sets].filter(([digest]) => !vectors.has(digest)))) {
      signal?.throwIfAborted();
      for (const [digest, vector] of await ensembles(embedder, batch, signal)) computed.set(digest, vector);
    }
  } finally {
    await cache.put(computed);
  }
  return digests.map((digest) => computed.get(digest) ?? vectors.get(digest) ?? new Float32Array());
}

async function ensembles(
  embedder: PromptContext["embedder"],
  sets: readonly PromptSet[],
  signal: AbortSignal | undefined,
): Promise<[digest: string, vector: Embedding][]> {
  const embedded = await embedder.embedTexts(
    sets.flatMap(([, prompts]) => prompts),
    signal,
  );
  let at = 0;
  return sets.map(([digest, { length }]) => {
    const vectors = embedded.slice(at, at + length).map(({ embedding }) => embedding);
    at += length;
    return [digest, unitMean(vectors)];
  });
}

/** Whole sets of prompts, about BATCH_TEXTS texts together. */
function* inBatches(sets: readonly PromptSet[]): Generator<PromptSet[]> {
  let batch: PromptSet[] = [];
  let texts = 0;
  for (const set of sets) {
    batch.push(set);
    texts += set[1].length;
    if (texts < BATCH_TEXTS) continue;
    yield batch;
    batch = [];
    texts = 0;
  }
  if (batch.length > 0) yield batch;
}

const digestOf = (prompts: readonly string[]) =>
  createHash("sha256").update(JSON.stringify(prompts)).digest("base64url").slice(0, 27);
