import { NotFoundError } from "../errors.ts";
import { hashFile } from "../image/hash-file.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog } from "../ports.ts";
import type { PictureFile } from "../sources/scan-folder.ts";
import type { FoundFile } from "../sources/walk-folder.ts";
import type { FilePlacement, ImageId } from "../types.ts";
import type { RootTurn } from "./root-lease.ts";

const READ_AT_ONCE = 4;

/**
 * Among files that hold something else than before, those that now hold a picture of the library: two that were
 * swapped, one that was moved over another. They are placed in one step, since between two steps an image without
 * a placement would be erased, and its tags and verdicts with it. @returns the others: those that hold the same picture as
 * before, and those still to be read
 */
export async function reassignPlacements(
  catalog: Catalog,
  files: readonly PictureFile[],
  {
    turn,
    placementOf,
    maxBytes,
    signal,
  }: {
    readonly turn: Pick<RootTurn, "step" | "isRemoved">;
    readonly placementOf: (file: FoundFile) => FilePlacement;
    readonly maxBytes: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<{
  readonly placed: number;
  readonly same: readonly PictureFile[];
  readonly left: readonly FoundFile[];
}> {
  const moved: { file: FoundFile; id: ImageId }[] = [];
  const same: PictureFile[] = [];
  const left: FoundFile[] = [];
  const look = async (file: PictureFile) => {
    // Whatever prevents reading occurs again, and is reported, when the file is read as usual.
    const id = await hashFile(file.path, maxBytes, signal).catch(() => undefined);
    if (id === file.id) same.push(file);
    else if (id !== undefined && (await catalog.images.has(id))) moved.push({ file, id });
    else left.push(file);
  };
  await (await openQueue(READ_AT_ONCE)).addAll(files.map((file) => () => look(file)));
  if (moved.length === 0 || signal?.aborted) return { placed: 0, same, left };
  try {
    const placed = await turn.step(async () => {
      const wanted = moved.filter(({ file }) => !turn.isRemoved(file.path));
      await catalog.images.putPlacements(
        wanted.map(({ file, id }) => ({ id, placement: placementOf(file) })),
      );
      return wanted.length;
    });
    return { placed, same, left };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // Another process erased one of the images meanwhile.
    return { placed: 0, same: [], left: files };
  }
}
