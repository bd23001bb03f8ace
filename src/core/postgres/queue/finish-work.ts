import { vectorsOfImage } from "../../part.ts";
import type { FinishedJob } from "../../ports.ts";
import type { DiscordPlacement, FilePlacement } from "../../types.ts";
import type { Session } from "../connection.ts";
import { putEmbeddings } from "../embeddings.ts";
import { putFailures } from "../files.ts";
import { placeImages, putImages } from "../images.ts";
import { putReadings } from "../readings.ts";
import type { JobQueue } from "./job-queue.ts";
import { endJobs } from "./requeue.ts";
import { lockHeldRows, type WorkRow } from "./work-rows.ts";

export class JobLostError extends Error {}

/**
 * Ends jobs of a worker and stores what came of them.
 * @returns those that are no longer the worker's: nothing is stored of them
 * @throws JobLostError when the worker holds a row whose job is not under way any more
 */
export async function finishWork(
  session: Session,
  jobs: JobQueue,
  worker: string,
  finished: readonly FinishedJob[],
): Promise<FinishedJob[]> {
  const ids = finished.map(({ job }) => job.id);
  const rows = new Map((await lockHeldRows(session, worker, ids)).map((row) => [row.id, row]));
  if ((await endJobs(session, jobs, [...rows.values()])) !== rows.size) throw new JobLostError();
  await session.run("DELETE FROM work WHERE id = ANY($1::bigint[])", [[...rows.keys()]]);
  await storeOutcomes(
    session,
    finished.flatMap(({ job, outcome }) => {
      const row = rows.get(job.id);
      return row && outcome ? [{ row, outcome }] : [];
    }),
  );
  return finished.filter(({ job }) => !rows.has(job.id));
}

async function storeOutcomes(
  session: Session,
  stored: readonly { readonly row: WorkRow; readonly outcome: NonNullable<FinishedJob["outcome"]> }[],
): Promise<void> {
  const images = stored.flatMap(({ outcome, row }) =>
    "image" in outcome ? [withCaption(outcome.image, row.caption)] : [],
  );
  const placed = stored.flatMap(({ outcome, row }) =>
    "known" in outcome ? [withCaption({ id: outcome.known, placement: outcome.placement }, row.caption)] : [],
  );
  const failures = stored.flatMap(({ outcome }) => ("failure" in outcome ? [outcome.failure] : []));
  const readings = stored.flatMap(({ outcome }) => ("reading" in outcome ? [outcome.reading] : []));
  const vectors = stored.flatMap(({ outcome }) => ("embedding" in outcome ? [outcome] : []));
  if (placed.length > 0) await placeImages(session, placed);
  if (failures.length > 0) await putFailures(session, failures);
  if (readings.length > 0) await putReadings(session, readings);
  // Last, since vectors lock the rows of spaces.
  if (images.length > 0) await putImages(session, images);
  for (const space of new Set(vectors.map((vector) => vector.space)))
    await putEmbeddings(
      session,
      space,
      vectors.filter((vector) => vector.space === space).flatMap(vectorsOfImage),
    );
}

/** A post's caption as the row has it: it may have been erased or edited since the job was taken. */
const withCaption = <Placed extends { readonly placement: FilePlacement | DiscordPlacement }>(
  placed: Placed,
  caption: string | null,
): Placed =>
  placed.placement.kind === "discord"
    ? { ...placed, placement: { ...placed.placement, caption: caption ?? undefined } }
    : placed;
