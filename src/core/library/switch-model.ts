import { setTimeout as sleep } from "node:timers/promises";
import type { Catalog, WantedModel, WorkQueue } from "../ports.ts";
import type { EmbeddingSpace, LongWork } from "../types.ts";
import { isForAdding } from "../work-routes.ts";
import type { LoadedModel } from "./dependencies.ts";
import { type EmbedMissingReport, embedMissing } from "./embed-missing.ts";
import type { Originals } from "./originals.ts";

/** Workers that embed nothing for so long lack the model, or the way to the originals. */
const WORKERS_PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 500;

export interface SwitchReport extends EmbedMissingReport {
  /** False when pictures that cannot be read now kept the old model in charge. */
  readonly switched: boolean;
}

export interface SwitchOptions extends LongWork {
  /** Switch even if some pictures cannot be read now: they are found by their old vectors until they have been. */
  readonly evenIfIncomplete?: boolean | undefined;
}

/**
 * Makes another model the library's own: every image gets a vector of it first, and only then do questions go
 * to it. Until that moment the old model answers; an interrupted switch goes on where it stopped. Old vectors stay as
 * long as one of their images has no other.
 */
export async function switchModel(
  {
    catalog,
    originals,
    work,
  }: {
    readonly catalog: Catalog;
    readonly originals: Originals;
    readonly work?: WorkQueue | undefined;
  },
  next: LoadedModel,
  options: SwitchOptions = {},
): Promise<SwitchReport> {
  await prepareSpace(catalog, next.embedder.space);
  if (work) await leaveVectorsToWorkers(work, { model: next.model, space: next.embedder.space }, options);
  const report = await embedMissing({ catalog, originals, embedder: next.embedder }, options);
  if (report.unreachable > 0 && !options.evenIfIncomplete) return { ...report, switched: false };
  await catalog.embeddings.setActiveModel(next.model, next.embedder.space);
  await leaveOlderSpaces(catalog, next.embedder.space);
  return { ...report, switched: true };
}

/**
 * Asks workers that live to embed what they reach, and waits as long as they get on with it. What they leave is for the
 * caller.
 */
async function leaveVectorsToWorkers(
  work: WorkQueue,
  wanted: WantedModel,
  { signal, onProgress }: LongWork,
): Promise<void> {
  const routes = [...(await work.servedRoutes())].filter(isForAdding);
  if (routes.length === 0) return;
  const total = await work.enqueueVectors(wanted, routes);
  try {
    for (let [left, since] = [total, Date.now()]; left > 0 && Date.now() - since < WORKERS_PATIENCE_MS; ) {
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
      const now = await work.waitingVectors(wanted.space);
      if (now < left) since = Date.now();
      left = now;
      onProgress?.({ stage: "embedding", done: total - left, total });
    }
  } finally {
    await work.withdrawVectors(wanted.space);
  }
}

/** Marks spaces that a switch left behind, unlike one that is being prepared for a switch. */
const MARK = "older-space/";
type Spaces = Pick<Catalog, "embeddings" | "state">;

/** After a switch: what all other spaces hold stays only where an image has no embedding in the new one. */
async function leaveOlderSpaces(catalog: Spaces, active: EmbeddingSpace): Promise<void> {
  await catalog.state.set(MARK + active, undefined);
  for (const space of await catalog.embeddings.otherSpaces(active))
    await catalog.state.set(MARK + space, space);
  await dropCompletedSpaces(catalog, active);
}

/** A space that is being prepared is no longer left behind: it must not be dropped meanwhile. */
async function prepareSpace(catalog: Spaces, space: EmbeddingSpace): Promise<void> {
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
