import type { Catalog } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";

/** Marks spaces that a switch left behind, unlike one that is being prepared for a switch. */
const MARK = "older-space/";

type Spaces = Pick<Catalog, "embeddings" | "state">;

/** After a switch: what all other spaces hold stays only where an image has no embedding in the new one. */
export async function leaveOlderSpaces(catalog: Spaces, active: EmbeddingSpace): Promise<void> {
  await catalog.state.set(MARK + active, undefined);
  for (const space of await catalog.embeddings.otherSpaces(active))
    await catalog.state.set(MARK + space, space);
  await dropCompletedSpaces(catalog, active);
}

/** A space that is being prepared is no longer left behind: it must not be dropped meanwhile. */
export async function prepareSpace(catalog: Spaces, space: EmbeddingSpace): Promise<void> {
  await catalog.state.set(MARK + space, undefined);
}

/** Drops the spaces that a switch left behind and of whose images every one has an embedding in the active space now. */
export async function dropCompletedSpaces(catalog: Spaces, active: EmbeddingSpace): Promise<void> {
  for (const [mark, space] of await catalog.state.list(MARK)) {
    if (space === active || (await catalog.embeddings.keysOnlyIn(space, active)).length > 0) continue;
    await catalog.embeddings.dropSpace(space);
    await catalog.state.set(mark, undefined);
  }
}
