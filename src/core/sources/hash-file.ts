import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { ImageId } from "../types.ts";

/** The id of the picture in a file, read in pieces. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<ImageId> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal ? { signal } : {});
  return hash.digest("hex");
}
