import type { DuplicateContext, DuplicateSearch } from "./duplicate-context.ts";
import type { LooserPair } from "./looser-groups.ts";
import type { Verification } from "./verification.ts";

/** Neighbours examined per picture; a larger burst is connected through its members. */
const NEAREST = 8;

/**
 * Pairs whose vectors reach the model's threshold for similar pictures and whose pixels, laid on each other, show the
 * same scene: vectors alone also bring together what is merely of one kind.
 */
export async function similarPairs(
  { catalog, embedder, vectors }: DuplicateContext,
  { pictures, request, yielder }: DuplicateSearch,
  verification: Verification,
  onProgress: (share: number) => void,
): Promise<LooserPair[]> {
  const positions = new Map(pictures.map(({ key }, at) => [key, at]));
  const query = { limit: NEAREST + 1, scope: request.scope, signal: request.signal };
  const near = new Map<string, { readonly a: number; readonly b: number; readonly cosine: number }>();
  let done = 0;
  for await (const batch of catalog.embeddings.read(embedder.space, [...positions.keys()])) {
    for (const { key, embedding } of batch) {
      const position = positions.get(key);
      done += 1;
      if (position === undefined) continue;
      for (const neighbor of await vectors.nearest({ vector: embedding, ...query })) {
        const other = positions.get(neighbor.key);
        if (other === undefined || other === position || neighbor.score < embedder.traits.thresholds.similar)
          continue;
        const [a, b] = position < other ? [position, other] : [other, position];
        near.set(`${a} ${b}`, { a, b, cosine: Math.min(1, neighbor.score) });
      }
      await yielder.yieldIfDue();
    }
    onProgress(Math.min(1, done / pictures.length));
  }
  const pairs = [...near.values()];
  await verification.compare(pairs.map(({ a, b }) => [a, b]));
  return pairs
    .filter(({ a, b }) => (verification.resultOf(a, b)?.outcome ?? "different") !== "different")
    .map(({ a, b, cosine }) => ({ a, b, kind: "similar", measure: cosine }));
}
