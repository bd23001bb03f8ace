import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LibraryError } from "../errors.ts";
import type { Catalog, ChangeToken, EmbeddingStore, LeaseStore } from "../ports.ts";
import type { EmbeddingSpace } from "../types.ts";
import { allChangesSince } from "./change-sequence.ts";
import { eraseFromGraph, type Removed } from "./erase-from-graph.ts";
import { orphanFiles, readManifest, removeOrphans } from "./index-file.ts";
import { withLease } from "./lease.ts";
import type { Manifest } from "./manifest.ts";

/** What is read from the catalog to determine what was removed. */
export interface RemovalSource {
  readonly embeddings: Pick<EmbeddingStore, "keys" | "changeToken" | "changesSince">;
  readonly leases: LeaseStore;
}

/** Writing a graph of a million takes some ten seconds. */
const MAX_WAIT_MS = 120_000;
/** A removal waits as long when a holder was killed. */
const LEASE_MS = 6_000;
const RETRY_EVERY_MS = 50;

/**
 * Erases from disk the vectors in the graphs of all spaces that were removed from the catalog. No vector is read and
 * no model opened: the cost is in proportion to what was removed. It waits for another process that is writing.
 * @throws LibraryError when that takes too long; the next call finishes it.
 */
export async function purgeErased(catalog: RemovalSource, directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await purgeSpace(catalog, join(directory, entry.name));
  }
}

/** Only the holder writes into the folder of a space, or removes from it. */
export async function withFolderLease<Result>(
  catalog: Pick<Catalog, "leases">,
  folder: string,
  work: (leaseLost: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lease = { name: `vector-index-files:${basename(folder)}`, ttlMs: LEASE_MS };
  const giveUpAt = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const done = await withLease(catalog, lease, async (leaseLost) => ({ result: await work(leaseLost) }));
    if (done) return done.result;
    if (performance.now() > giveUpAt) {
      throw new LibraryError(
        `Another process keeps writing the search index in ${folder}. What was removed is gone from the catalog; run the same again when the other process is done, so that it leaves the index too.`,
      );
    }
    await pause(RETRY_EVERY_MS);
  }
}

async function purgeSpace(catalog: RemovalSource, folder: string): Promise<void> {
  if (await isClean(catalog, folder)) return;
  await withFolderLease(catalog, folder, async () => {
    const manifest = await readManifest(folder);
    if (!manifest || !(await purgeGraph(catalog, folder, manifest)))
      await rm(folder, { recursive: true, force: true });
    else await removeOrphans(folder, manifest);
  });
}

async function isClean(catalog: RemovalSource, folder: string): Promise<boolean> {
  const manifest = await readManifest(folder);
  if (!manifest || (await orphanFiles(folder, manifest)).length > 0) return false;
  const removed = await removedSince(catalog, manifest.space, manifest.erasedSeq);
  return "keys" in removed && removed.keys.length === 0;
}

/** @returns false when nothing of the graph is worth keeping. */
async function purgeGraph(catalog: RemovalSource, folder: string, manifest: Manifest): Promise<boolean> {
  const token = await catalog.embeddings.changeToken(manifest.space);
  const removed = await removedSince(catalog, manifest.space, manifest.erasedSeq);
  if ("keys" in removed && removed.keys.length === 0) return true;
  if ("allBut" in removed ? removed.allBut.size === 0 : removed.keys.length >= manifest.count) return false;
  return eraseFromGraph(folder, manifest, removed, token);
}

/** Everything but what is there now, when the change sequence no longer reaches back. */
export async function removedSince(
  catalog: Pick<RemovalSource, "embeddings">,
  space: EmbeddingSpace,
  token: ChangeToken,
): Promise<Removed> {
  const changes = await allChangesSince(catalog, space, token);
  if (!changes) return { allBut: new Set(await catalog.embeddings.keys(space)) };
  return { keys: changes.filter(({ removed }) => removed).map(({ key }) => key) };
}
