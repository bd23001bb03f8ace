import { join } from "node:path";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import type { Catalog, Embedder, ImageKey, PictureSource } from "../src/core/ports.ts";
import type { SearchContext } from "../src/core/search/search-context.ts";
import type { Embedding, ImageId } from "../src/core/types.ts";
import { dotProduct } from "../src/core/vector.ts";

interface LibraryItem {
  readonly name: string;
  readonly source: PictureSource;
  /** Read in it. */
  readonly lines: readonly string[];
}

interface MemoryLibrary {
  readonly context: SearchContext;
  readonly catalog: Catalog;
  /** Where in the items an image comes from. */
  readonly itemOf: ReadonlyMap<ImageId, number>;
}

/** A library of these pictures with its vectors in memory and its catalog in the folder; what is read in them is given. */
export async function memoryLibrary(
  folder: string,
  embedder: Embedder,
  items: readonly LibraryItem[],
): Promise<MemoryLibrary> {
  const catalog = await openCatalog({ path: join(folder, "catalog.db") });
  const vectors = new Map<ImageKey, Embedding>();
  const itemOf = new Map<ImageId, number>();
  for (const [at, { name, source, lines }] of items.entries()) {
    const { picture, embedding } = await embedder.embedPicture(source);
    const path = `/library/${name}`;
    const placement = {
      kind: "file",
      root: "/library",
      path,
      bytes: picture.bytes,
      modifiedAt: 0,
      online: true,
    } as const;
    await catalog.images.put([{ picture, placement, space: embedder.space, embedding }]);
    const [image] = await catalog.images.byId([picture.id]);
    if (image) vectors.set(image.key, embedding);
    itemOf.set(picture.id, at);
    if (lines.length > 0) await catalog.texts.put(picture.id, lines);
  }
  return { context: { catalog, embedder, settings: forgetful, vectors: exact(vectors) }, catalog, itemOf };
}

const forgetful = {
  get: async () => undefined,
  set: async () => {},
} as unknown as SearchContext["settings"];

const exact = (vectors: ReadonlyMap<ImageKey, Embedding>): SearchContext["vectors"] => ({
  nearest: async ({ vector, limit }) =>
    [...vectors]
      .map(([key, embedding]) => ({
        key,
        part: { kind: "whole" } as const,
        score: dotProduct(vector, embedding),
      }))
      .sort((a, b) => b.score - a.score || a.key - b.key)
      .slice(0, limit),
  embeddings: async (wanted) =>
    new Map(
      wanted.flatMap((key) => {
        const embedding = vectors.get(key);
        return embedding ? [[key, embedding] as const] : [];
      }),
    ),
});
