import type { Catalog } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";
import type { VectorSource } from "../vector-index/synced-vector-index.ts";

/** The part of a catalog that an index follows: only those of an older space's images that the active space lacks. */
export function olderVectors(catalog: Catalog, older: EmbeddingSpace, active: EmbeddingSpace): VectorSource {
  // Steps of all spaces are numbered by one sequence.
  const latest = async () =>
    [await catalog.embeddings.latestSeq(older), await catalog.embeddings.latestSeq(active)] as const;
  const keys = () => catalog.embeddings.keysOnlyIn(older, active);
  return {
    leases: catalog.leases,
    embeddings: {
      keys,
      count: async () => (await keys()).length,
      latestSeq: async () => Math.max(...(await latest())),
      async *read(_, keys) {
        yield* catalog.embeddings.read(older, await catalog.embeddings.keysOnlyIn(older, active, keys));
      },
      async *readParts(_, keys) {
        yield* catalog.embeddings.readParts(older, await catalog.embeddings.keysOnlyIn(older, active, keys));
      },
      changesSince: async (_, seq, limit) => {
        const [olderSeq, activeSeq] = await latest();
        const one = await catalog.embeddings.changesSince(older, Math.min(seq, olderSeq), limit);
        const other = await catalog.embeddings.changesSince(active, Math.min(seq, activeSeq), limit);
        return one && other && [...one, ...other].sort((a, b) => a.seq - b.seq).slice(0, limit);
      },
    },
  };
}
