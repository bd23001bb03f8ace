import { createHash } from "node:crypto";
import { open, realpath } from "node:fs/promises";
import { NotFoundError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { FilePlacement, ImageRecord } from "../types.ts";

/**
 * The bytes of an image's file, read only from inside the folder that was added; they are still those that
 * were indexed.
 * @throws NotFoundError when no visible file holds them any more
 */
export async function readOriginal(image: ImageRecord): Promise<Uint8Array> {
  for await (const path of originalPaths(image)) {
    const bytes = await readSized(path, image.bytes).catch(() => undefined);
    if (bytes && createHash("sha256").update(bytes).digest("hex") === image.id) return bytes;
  }
  throw new NotFoundError(
    `The original of image ${image.id.slice(0, 12)} cannot be read: its file is offline, changed, or was posted on Discord. Its thumbnail is kept.`,
  );
}

/** Where the image's files lie now; those that a link leads out of their root are left out. */
export async function* originalPaths({ placements }: ImageRecord): AsyncGenerator<string> {
  for (const placement of placements) {
    if (placement.kind !== "file") continue;
    const path = await realPath(placement).catch(() => undefined);
    if (path !== undefined) yield path;
  }
}

async function realPath(placement: FilePlacement): Promise<string | undefined> {
  const [root, path] = await Promise.all([realpath(placement.root), realpath(placement.path)]);
  return isInside(path, root) ? path : undefined;
}

async function readSized(path: string, bytes: number): Promise<Uint8Array | undefined> {
  const file = await open(path, "r");
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size === bytes ? await file.readFile() : undefined;
  } finally {
    await file.close();
  }
}
