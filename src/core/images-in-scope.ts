import type { Catalog, Embedder, ImageKey } from "./ports.ts";
import type { Embedding, ImageId, Scope } from "./types.ts";
import { TopK } from "./vector-index/top-k.ts";
import type { YieldController } from "./yield-controller.ts";

export type ImageIds = ReadonlyMap<ImageKey, ImageId>;

/** The images of a scope, by ascending key. */
export async function imagesInScope({ images }: Pick<Catalog, "images">, scope: Scope): Promise<ImageIds> {
  const ids = new Map<ImageKey, ImageId>();
  for await (const batch of images.fingerprints(scope)) for (const { key, id } of batch) ids.set(key, id);
  return ids;
}

/** Their keys, so many at a time: for what is read of each. */
export async function* keysInScope(
  { images }: Pick<Catalog, "images">,
  scope: Scope,
  atOnce: number,
): AsyncIterable<ImageKey[]> {
  for await (const batch of images.fingerprints(scope))
    for (let start = 0; start < batch.length; start += atOnce)
      yield batch.slice(start, start + atOnce).map(({ key }) => key);
}

/** Digits of an id that are an exact number. */
const PREFIX = 13;

/** All keys of few; of more those of the lowest ids: ids are hashes, so this is a random sample that changes little as
 * the library grows. Ascending. */
export async function sampleOf(ids: ImageIds, size: number, yielder: YieldController): Promise<ImageKey[]> {
  if (ids.size <= size) return [...ids.keys()];
  const lowest = new TopK(size);
  for (const [key, id] of ids) {
    lowest.push({ key, score: -Number.parseInt(id.slice(0, PREFIX), 16) });
    await yielder.yieldIfDue();
  }
  return lowest
    .sorted()
    .map(({ key }) => key)
    .sort((a, b) => a - b);
}

/** Spread evenly over all; those of few are all of them. */
export function evenSample<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)] as Item);
}

/** The embeddings of these images that have one, all at once. */
export async function vectorsOf(
  {
    catalog,
    embedder,
  }: { readonly catalog: Pick<Catalog, "embeddings">; readonly embedder: Pick<Embedder, "space"> },
  keys: readonly ImageKey[],
): Promise<Map<ImageKey, Embedding>> {
  const vectors = new Map<ImageKey, Embedding>();
  for await (const batch of catalog.embeddings.read(embedder.space, keys))
    for (const { key, embedding } of batch) vectors.set(key, embedding);
  return vectors;
}
