import type { Catalog, Change, StoredEmbedding } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";

/** The part of a catalog that an index follows: only those of an older space's images that the active space lacks. */
export function olderVectors(catalog: Catalog, older: EmbeddingSpace, active: EmbeddingSpace) {
  // Steps of all spaces are numbered by one sequence.
  const latest = async () => [await catalog.latestSeq(older), await catalog.latestSeq(active)] as const;
  return {
    lease: catalog.lease,
    countEmbeddings: async () => (await catalog.embeddedOnlyIn(older, active)).length,
    embeddedKeys: () => catalog.embeddedOnlyIn(older, active),
    latestSeq: async () => Math.max(...(await latest())),
    async *embeddings(
      _: EmbeddingSpace,
      keys?: readonly number[],
    ): AsyncGenerator<readonly StoredEmbedding[]> {
      yield* catalog.embeddings(older, await catalog.embeddedOnlyIn(older, active, keys));
    },
    changesSince: async (_: EmbeddingSpace, seq: number, limit: number): Promise<Change[] | undefined> => {
      const [olderSeq, activeSeq] = await latest();
      const one = await catalog.changesSince(older, Math.min(seq, olderSeq), limit);
      const other = await catalog.changesSince(active, Math.min(seq, activeSeq), limit);
      return one && other && [...one, ...other].sort((a, b) => a.seq - b.seq).slice(0, limit);
    },
  };
}
