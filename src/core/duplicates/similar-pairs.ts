import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";

/** Neighbours examined per picture; a larger burst is connected through its members. */
const NEAREST = 16;

/** Calls `onPair` with pairs whose vectors reach the model's threshold for similar pictures, by position. */
export async function similarPairs(
  { catalog, embedder, vectors }: DuplicateContext,
  { pictures, request, yielder }: DuplicateSearch,
  onPair: (a: number, b: number) => void,
  onProgress: (share: number) => void,
): Promise<void> {
  const positions = new Map(pictures.map(({ key }, at) => [key, at]));
  const query = { limit: NEAREST + 1, scope: request.scope, signal: request.signal };
  let done = 0;
  for await (const batch of catalog.embeddings.read(embedder.space, [...positions.keys()])) {
    for (const { key, embedding } of batch) {
      const position = positions.get(key);
      done += 1;
      if (position === undefined) continue;
      for (const neighbor of await vectors.nearest({ vector: embedding, ...query })) {
        const other = positions.get(neighbor.key);
        const near = neighbor.score >= embedder.traits.thresholds.similar;
        if (near && other !== undefined && other !== position) onPair(position, other);
      }
      await yielder.yieldIfDue();
    }
    onProgress(Math.min(1, done / pictures.length));
  }
}
