import type { Catalog, ChangeToken } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";
import type { VectorSource } from "../vector-index/synced-vector-index.ts";

/** The part of a catalog that an index follows: only those of an older space's images that the active space lacks. */
export function olderVectors(
  catalog: Catalog & VectorSource,
  older: EmbeddingSpace,
  active: EmbeddingSpace,
): VectorSource {
  const { changeToken, changesSince } = catalog.embeddings;
  const keys = () => catalog.embeddings.keysOnlyIn(older, active);
  return {
    leases: catalog.leases,
    keysInScope: catalog.keysInScope,
    embeddings: {
      keys,
      count: async () => (await keys()).length,
      changeToken: async () => JSON.stringify([await changeToken(older), await changeToken(active)]),
      async *read(_, keys) {
        yield* catalog.embeddings.read(older, await catalog.embeddings.keysOnlyIn(older, active, keys));
      },
      async *readParts(_, keys) {
        yield* catalog.embeddings.readParts(older, await catalog.embeddings.keysOnlyIn(older, active, keys));
      },
      changesSince: async (_, token, limit) => {
        const [olderToken, activeToken] = JSON.parse(token) as [ChangeToken, ChangeToken];
        const one = await changesSince(older, olderToken, limit);
        const other = await changesSince(active, activeToken, limit);
        return (
          one &&
          other && {
            changes: [...one.changes, ...other.changes],
            token: JSON.stringify([one.token, other.token]),
            more: one.more || other.more,
          }
        );
      },
    },
  };
}
