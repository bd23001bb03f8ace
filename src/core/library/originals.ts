import { open, realpath } from "node:fs/promises";
import { NotFoundError, PictureError, unlessPictureError } from "../errors.ts";
import { imageId } from "../image-id.ts";
import { isInside } from "../is-inside.ts";
import type { OriginalReaders, PictureSource } from "../ports.ts";
import type { FilePlacement, ImageId, ImageRecord, Placement } from "../types.ts";
import type { VolumePaths } from "./volume-paths.ts";

/** The originals of images: the only way back to bytes that were indexed, wherever they lie. */
export class Originals {
  #readers: OriginalReaders;

  /** @param volumes where this host has the files of others */
  constructor(volumes?: VolumePaths) {
    this.#readers = {
      file: async ({ root, path }) =>
        locateFile(volumes ? await volumes.here({ root, path }) : { root, path }),
    };
  }

  /** Makes the originals of another kind of placement readable. */
  readWith(readers: Partial<OriginalReaders>): void {
    this.#readers = { ...this.#readers, ...readers };
  }

  /**
   * Reads the first original that still is the picture that was indexed; undefined when none is.
   * @param read given a source, answers with the id of the bytes that it found there
   */
  async read<Result extends { readonly id: ImageId }>(
    { id, placements }: ImageRecord,
    read: (source: PictureSource) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result | undefined> {
    for (const placement of placements) {
      signal?.throwIfAborted();
      const source = await this.#locate(placement, signal).catch(() => undefined);
      const result = source && (await read(source).catch(unlessPictureError));
      if (result?.id === id) return result;
    }
    return undefined;
  }

  /** Where the first original that can be reached is; it may have changed since. */
  async locate(
    { placements }: Pick<ImageRecord, "placements">,
    signal?: AbortSignal,
  ): Promise<PictureSource | undefined> {
    for (const placement of placements) {
      signal?.throwIfAborted();
      const source = await this.#locate(placement, signal).catch(() => undefined);
      if (source) return source;
    }
    return undefined;
  }

  /** The bytes that were indexed. @throws NotFoundError when no visible placement has them any more */
  async bytes(image: ImageRecord): Promise<Uint8Array> {
    const original = await this.read(image, async (source) => {
      const bytes = "bytes" in source ? source.bytes : await readSized(source.path, image.bytes);
      return { id: imageId(bytes), bytes };
    });
    if (original) return original.bytes;
    throw new NotFoundError(
      `The original of image ${image.id.slice(0, 12)} cannot be read: its file is offline, changed, or was posted on Discord. Its thumbnail is kept.`,
    );
  }

  async #locate(placement: Placement, signal?: AbortSignal): Promise<PictureSource | undefined> {
    return placement.kind === "file"
      ? this.#readers.file(placement, signal)
      : this.#readers.discord?.(placement, signal);
  }
}

/** A file that a link leads out of the folder that was added is left out. */
async function locateFile({
  root,
  path,
}: Pick<FilePlacement, "root" | "path">): Promise<PictureSource | undefined> {
  const [realRoot, realPath] = await Promise.all([realpath(root), realpath(path)]);
  return isInside(realPath, realRoot) ? { path: realPath } : undefined;
}

/** @throws PictureError when this is not a file of that size */
async function readSized(path: string, bytes: number): Promise<Uint8Array> {
  try {
    const file = await open(path, "r");
    try {
      const stats = await file.stat();
      if (stats.isFile() && stats.size === bytes) return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new PictureError("unreadable", `${path} could not be read`, { cause });
  }
  throw new PictureError("changed-while-reading", `${path} has changed since it was indexed`);
}
