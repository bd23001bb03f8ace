import { setTimeout as sleep } from "node:timers/promises";
import { pluralize } from "../english.ts";
import { NotFoundError, UsageError } from "../errors.ts";
import { splitModel } from "../models/variant-files.ts";
import type { Catalog, WantedModel, WorkQueue } from "../ports.ts";
import type { EmbeddingSpace, LongWork } from "../types.ts";
import { isForAdding } from "../work-routes.ts";
import type { LoadedModel } from "./dependencies.ts";
import { type EmbedMissingReport, embedMissing } from "./embed-missing.ts";
import type { Originals } from "./originals.ts";

/** Workers that embed nothing for so long lack the model, or the way to the originals. */
const WORKERS_WAIT_MS = 60_000;
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
 * to it. Until that moment the old model answers; an interrupted switch goes on where it stopped. Old vectors stay, so
 * that going back embeds only what was added since: until `forgetModel`, or for good where nothing can go back to them.
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
    for (let [left, since] = [total, Date.now()]; left > 0 && Date.now() - since < WORKERS_WAIT_MS; ) {
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

async function leaveOlderSpaces(catalog: Spaces, active: EmbeddingSpace): Promise<void> {
  await catalog.state.set(MARK + active, undefined);
  for (const space of await catalog.embeddings.otherSpaces(active))
    await catalog.state.set(MARK + space, space);
  await dropOutdatedSpaces(catalog, active);
}

/** A space that is being prepared is no longer left behind: it must not be dropped meanwhile. */
async function prepareSpace(catalog: Spaces, space: EmbeddingSpace): Promise<void> {
  await catalog.state.set(MARK + space, undefined);
}

/**
 * Drops spaces that a switch left behind and that nothing goes back to, which are those of earlier weights of the active
 * model, once every one of their images has an embedding in the active space.
 */
export async function dropOutdatedSpaces(catalog: Spaces, active: EmbeddingSpace): Promise<void> {
  for (const [mark, space] of await catalog.state.list(MARK)) {
    if (space === active || modelOf(space) !== modelOf(active)) continue;
    if ((await catalog.embeddings.keysOnlyIn(space, active)).length > 0) continue;
    await catalog.embeddings.dropSpace(space);
    await catalog.state.set(mark, undefined);
  }
}

/**
 * Drops what a former model embedded, of one variant or of all.
 * @returns how many images it had embedded
 * @throws UsageError for the model in use, and where some images have no other embedding; NotFoundError when it embedded none
 */
export async function forgetModel(
  { embeddings, state }: Spaces,
  active: EmbeddingSpace,
  model: string,
): Promise<number> {
  const others = (await embeddings.spaces()).filter(({ space }) => space !== active);
  const ofVariant = others.filter(({ space }) => modelOf(space) === model);
  const named =
    ofVariant.length > 0 ? ofVariant : others.filter(({ space }) => splitModel(modelOf(space)).id === model);
  if (named.length === 0) {
    if (splitModel(modelOf(active)).id === splitModel(model).id)
      throw new UsageError(`${model} is the model in use. Switch to another first: \`glimpse models use\`.`);
    throw new NotFoundError(`No picture of this library was embedded by ${model}.`);
  }
  for (const { space } of named) {
    const only = (await embeddings.keysOnlyIn(space, active)).length;
    if (only > 0)
      throw new UsageError(
        `${pluralize(only, "picture")} ${only === 1 ? "is" : "are"} known only to ${space}. \`glimpse status\` says how the model in use gets to know ${only === 1 ? "it" : "them"}.`,
      );
  }
  for (const { space } of named) {
    await embeddings.dropSpace(space);
    await state.set(MARK + space, undefined);
  }
  return Math.max(...named.map(({ images }) => images));
}

/** "clip-vit-b32:fp16" of "clip-vit-b32:fp16@0123abcd". */
const modelOf = (space: EmbeddingSpace): string => space.slice(0, space.lastIndexOf("@"));
