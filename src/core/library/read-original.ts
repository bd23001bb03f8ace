import { createHash } from "node:crypto";
import { open, realpath } from "node:fs/promises";
import { NotFoundError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { FilePlacement, ImageRecord } from "../types.ts";

/**
 * The bytes of an image's file, read only from inside the folder that was added: the real path is checked
 * after links are resolved, and the bytes must still be those that were indexed.
 * @throws NotFoundError when no visible file holds them any more
 */
export async function readOriginal(image: ImageRecord): Promise<Uint8Array> {
  for (const placement of image.placements) {
    if (placement.kind !== "file") continue;
    const bytes = await readInside(placement).catch(() => undefined);
    if (bytes && createHash("sha256").update(bytes).digest("hex") === image.id) return bytes;
  }
  throw new NotFoundError(
    `The original of image ${image.id.slice(0, 12)} cannot be read: its file is offline, changed, or was posted on Discord. Its thumbnail is kept.`,
  );
}

async function readInside(placement: FilePlacement): Promise<Uint8Array | undefined> {
  const [root, path] = await Promise.all([realpath(placement.root), realpath(placement.path)]);
  if (!isInside(path, root)) return undefined;
  const file = await open(path, "r");
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size !== placement.bytes) return undefined;
    return await file.readFile();
  } finally {
    await file.close();
  }
}
