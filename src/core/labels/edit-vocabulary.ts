import { setTimeout as sleep } from "node:timers/promises";
import { LibraryError } from "../errors.ts";
import type { Catalog } from "../ports.ts";
import type { VocabularyTag } from "../types.ts";
import { storedVocabulary, storeVocabulary } from "./tag-images.ts";
import { checkVocabulary } from "./tag-vocabulary.ts";

const LEASE = "vocabulary";
const LEASE_MS = 10_000;
const LOOK_AGAIN_MS = 50;
const MOST_TRIES = 200;

export type VocabularyEdit = (tags: readonly VocabularyTag[]) => readonly VocabularyTag[];

/**
 * Stores what an edit makes of the vocabulary, one process at a time, so that of two edits at once none is lost. No picture
 * is tagged by it yet.
 * @throws UsageError for tags that no vocabulary could contain
 */
export async function editVocabulary(
  catalog: Pick<Catalog, "state" | "leases">,
  edit: VocabularyEdit,
): Promise<void> {
  const lease = await taken(catalog);
  try {
    const { tags } = (await storedVocabulary(catalog)) ?? { tags: [] };
    await storeVocabulary(catalog, checkVocabulary({ tags: [...edit(tags)] }));
  } finally {
    await lease.release().catch(() => undefined);
  }
}

async function taken({ leases }: Pick<Catalog, "leases">) {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const lease = await leases.acquire(LEASE, LEASE_MS);
    if (lease) return lease;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new LibraryError("Another process is changing the vocabulary. Try again in a moment.");
}
