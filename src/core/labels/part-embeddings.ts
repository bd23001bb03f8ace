import type { Catalog, ImageKey } from "../ports.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";

/** Of these images' shots and pages, besides what stands for each as a whole; images without any are left out. */
export async function partEmbeddings(
  { embeddings }: Pick<Catalog, "embeddings">,
  space: EmbeddingSpace,
  keys: readonly ImageKey[],
): Promise<Map<ImageKey, readonly Embedding[]>> {
  const parts = new Map<ImageKey, Embedding[]>();
  for await (const batch of embeddings.readParts(space, keys))
    for (const { key, embedding } of batch) {
      const known = parts.get(key);
      if (known) known.push(embedding);
      else parts.set(key, [embedding]);
    }
  return parts;
}
