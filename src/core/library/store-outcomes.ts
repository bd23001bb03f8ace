import { NotFoundError } from "../errors.ts";
import type { Catalog, Failure } from "../ports.ts";
import type { ImageId } from "../types.ts";
import { type FileOutcome, failureOf } from "./file-reader.ts";

export interface StoredOutcomes {
  /** Images that were not in the catalog before. */
  readonly added: readonly ImageId[];
  readonly known: number;
  readonly failures: readonly Failure[];
}

/** Stores what came of files; resolves once it is durable. */
export async function storeOutcomes(
  catalog: Pick<Catalog, "images" | "files">,
  outcomes: readonly FileOutcome[],
): Promise<StoredOutcomes> {
  const images = outcomes.flatMap((outcome) => ("image" in outcome ? [outcome.image] : []));
  const placements = outcomes.flatMap((outcome) => ("known" in outcome ? [outcome] : []));
  if (images.length > 0) await catalog.images.put(images);
  const lost = placements.length > 0 ? await place(catalog, placements) : [];
  const failures = [
    ...outcomes.flatMap((outcome) => ("failure" in outcome ? [outcome.failure] : [])),
    ...lost,
  ];
  if (failures.length > 0) await catalog.files.putFailures(failures);
  const added = images.filter(({ replaces }) => !replaces).map(({ picture }) => picture.id);
  const known = images.length - added.length + placements.length - lost.length;
  return { added, known, failures };
}

const REMOVED_MEANWHILE = {
  code: "changed-while-reading",
  message: "its picture was removed from the library while it was added; add again",
} as const;

/** @returns failures for those whose image was removed since it was looked up; the next run reads them. */
async function place(
  { images }: Pick<Catalog, "images">,
  placements: readonly Extract<FileOutcome, { known: ImageId }>[],
): Promise<Failure[]> {
  const placed = placements.map(({ known: id, placement }) => ({ id, placement }));
  try {
    await images.putPlacements(placed);
    return [];
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  const lost: Failure[] = [];
  for (const one of placed) {
    await images.putPlacements([one]).catch((error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error;
      lost.push(failureOf(one.placement, REMOVED_MEANWHILE));
    });
  }
  return lost;
}
