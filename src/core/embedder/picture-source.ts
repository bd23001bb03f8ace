import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { LibraryError, PictureError, systemCode } from "../errors.ts";
import { captureTime } from "../image/capture-time.ts";
import { comesOutOtherwise } from "../image/comes-out-otherwise.ts";
import { openPicture } from "../image/open-picture.ts";
import { checkBytes } from "../image/picture-limits.ts";
import { imageId } from "../image-id.ts";
import type { InspectedPicture, PictureSource } from "../ports.ts";
import type { PictureLimits } from "../types.ts";
import { carriedWords } from "./carried-words.ts";

/** Opening a pipe that took the place of a file would wait for a writer forever. Windows has no such flag. */
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** @throws PictureError "denied" or "unreadable", or "too-many-bytes" before a single one is read */
export async function readPictureBytes(source: PictureSource, limits: PictureLimits): Promise<Uint8Array> {
  if ("bytes" in source) return source.bytes;
  try {
    const file = await open(source.path, READ_AT_ONCE);
    try {
      const found = await file.stat();
      // Reading a pipe or device might never end.
      if (!found.isFile()) throw new PictureError("unreadable", "This is not a file.");
      checkBytes(found.size, limits);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause: unknown): unknown {
  if (cause instanceof PictureError) return cause;
  const code = systemCode(cause);
  if (code === "EACCES" || code === "EPERM")
    return new PictureError("denied", "There is no permission to read the file.", { cause });
  if (code === "EMFILE" || code === "ENFILE")
    return new LibraryError("Too many open files. Raise `ulimit -n` and run again.", { cause });
  const reason = code === "ENOENT" ? "it is not there" : systemReason(cause);
  // Disks, network shares and drivers fail in many ways, and the next file may be readable.
  return new PictureError("unreadable", `The file cannot be read: ${reason}.`, { cause });
}

const systemReason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

/** Reads a picture's metadata and header without decoding it. @throws PictureError */
export async function inspectPicture(
  source: PictureSource,
  limits: PictureLimits,
): Promise<InspectedPicture> {
  const bytes = await readPictureBytes(source, limits);
  const opened = await openPicture(bytes, limits);
  return {
    id: imageId(bytes),
    takenAt: await captureTime({ bytes: opened.metadata, xmp: opened.xmp }),
    carried: await carriedWords(opened.metadata, opened.xmp),
    comesOutOtherwise: await comesOutOtherwise(opened),
  };
}
