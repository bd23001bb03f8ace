import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";

/** Nearest pictures looked at; a larger burst hangs together through its members. */
const NEAREST = 16;

/** Tells of pairs whose vectors reach the model's threshold for similar pictures, by position. */
export async function similarPairs(
  { catalog, embedder, vectors }: DuplicateContext,
  { pictures, within, request, turns }: DuplicateSearch,
  tell: (a: number, b: number) => void,
  onProgress: (share: number) => void,
): Promise<void> {
  const positions = new Map(pictures.map(({ key }, at) => [key, at]));
  const question = { limit: NEAREST + 1, scope: request.scope, signal: request.signal };
  let done = 0;
  for await (const batch of catalog.embeddings.read(embedder.space, within && [...positions.keys()])) {
    for (const { key, embedding } of batch) {
      const position = positions.get(key);
      done += 1;
      if (position === undefined) continue;
      for (const neighbor of await vectors.nearest({ vector: embedding, ...question })) {
        const other = positions.get(neighbor.key);
        const near = neighbor.score >= embedder.traits.thresholds.similar;
        if (near && other !== undefined && other !== position) tell(position, other);
      }
      await turns.yieldIfDue();
    }
    onProgress(Math.min(1, done / pictures.length));
  }
}
