import type { Change, ChangeToken, EmbeddingStore } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";

/** Changes read in one batch. */
export const CHANGES_AT_ONCE = 1000;

/** Read to the end; undefined when the token is of another catalog, or of a state too long past. */
export async function allChangesSince(
  catalog: { readonly embeddings: Pick<EmbeddingStore, "changesSince"> },
  space: EmbeddingSpace,
  token: ChangeToken,
): Promise<Change[] | undefined> {
  const changes: Change[] = [];
  for (let after = token; ; ) {
    const batch = await catalog.embeddings.changesSince(space, after, CHANGES_AT_ONCE);
    if (!batch) return undefined;
    changes.push(...batch.changes);
    if (!batch.more) return changes;
    after = batch.token;
  }
}
