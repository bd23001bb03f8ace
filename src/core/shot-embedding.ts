import type { CatalogImage, EmbeddingStore } from "./ports.ts";
import type { Embedding, EmbeddingSpace, Part } from "./types.ts";

/** Of the shot that is shown at a moment of an image; undefined where that is the one that stands for the whole. */
export async function shotEmbedding(
  embeddings: Pick<EmbeddingStore, "readParts">,
  space: EmbeddingSpace,
  { key, record }: CatalogImage,
  moment: Part,
): Promise<Embedding | undefined> {
  if (moment.kind !== "frame") return undefined;
  let best: { readonly atMs: number; readonly embedding?: Embedding } = { atMs: record.coverAtMs ?? 0 };
  for await (const batch of embeddings.readParts(space, [key]))
    for (const { part: shot, embedding } of batch)
      if (shot.kind === "frame" && shot.atMs <= moment.atMs && shot.atMs > best.atMs)
        best = { atMs: shot.atMs, embedding };
  return best.embedding;
}
