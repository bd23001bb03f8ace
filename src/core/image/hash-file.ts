import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { PictureError } from "../errors.ts";
import type { ImageId } from "../types.ts";
import { checkBytes } from "./picture-limits.ts";

/** Opening a pipe that took the place of a file would wait for a writer forever. Windows has no such flag. */
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const PIECE = 1 << 20;

/**
 * The id of the picture in a file, read in pieces.
 * @throws PictureError when it is not a regular file or is over the size limit, even if it grows while being read
 */
export async function hashFile(path: string, maxBytes: number, signal?: AbortSignal): Promise<ImageId> {
  const file = await open(path, READ_AT_ONCE);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new PictureError("unreadable", "This is no file.");
    checkBytes(found.size, { maxBytes });
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(Math.min(PIECE, found.size + 1));
    for (let bytes = 0; ; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest("hex");
      bytes += bytesRead;
      checkBytes(bytes, { maxBytes });
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
