import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { PictureError, systemCode } from "../errors.ts";
import { captureTime } from "../image/capture-time.ts";
import { comesOutOtherwise } from "../image/comes-out-otherwise.ts";
import { openPicture } from "../image/open-picture.ts";
import { checkBytes } from "../image/picture-limits.ts";
import type { InspectedPicture, PictureSource } from "../ports.ts";
import type { PictureLimits } from "../types.ts";

/** @throws PictureError "unreadable", or "too-many-bytes" before a single one is read */
export async function readPictureBytes(source: PictureSource, limits: PictureLimits): Promise<Uint8Array> {
  if ("bytes" in source) return source.bytes;
  try {
    const found = await stat(source.path);
    // Reading a pipe or device might never end.
    if (!found.isFile()) throw new PictureError("unreadable", "This is not a file.");
    checkBytes(found.size, limits);
    return await readFile(source.path);
  } catch (cause) {
    if (cause instanceof PictureError) throw cause;
    throw new PictureError("unreadable", `The file cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

/** Reads a picture's metadata and header without decoding it. @throws PictureError */
export async function inspectPicture(
  source: PictureSource,
  limits: PictureLimits,
): Promise<InspectedPicture> {
  const bytes = await readPictureBytes(source, limits);
  const opened = await openPicture(bytes, limits);
  return {
    id: createHash("sha256").update(bytes).digest("hex"),
    takenAt: await captureTime({ bytes, xmp: opened.xmp }),
    comesOutOtherwise: await comesOutOtherwise(opened),
  };
}

function reasonOf(cause: unknown): string {
  const code = systemCode(cause);
  if (code === "ENOENT") return "it is not there";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return cause instanceof Error ? cause.message : String(cause);
}
