import { readFile, stat } from "node:fs/promises";
import { PictureError, systemCode } from "../errors.ts";
import { checkBytes } from "../image/picture-limits.ts";
import type { PictureSource } from "../ports.ts";
import type { PictureLimits } from "../types.ts";

/** @throws PictureError "unreadable", or "too-many-bytes" before a single one is read */
export async function readPictureBytes(source: PictureSource, limits: PictureLimits): Promise<Uint8Array> {
  if ("bytes" in source) return source.bytes;
  try {
    const found = await stat(source.path);
    // A pipe or device would keep its reader waiting for ever.
    if (!found.isFile()) throw new PictureError("unreadable", "This is no file.");
    checkBytes(found.size, limits);
    return await readFile(source.path);
  } catch (cause) {
    if (cause instanceof PictureError) throw cause;
    throw new PictureError("unreadable", `The file cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const code = systemCode(cause);
  if (code === "ENOENT") return "it is not there";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return cause instanceof Error ? cause.message : String(cause);
}
