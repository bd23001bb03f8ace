import { createHash } from "node:crypto";
import { captureTime } from "../image/capture-time.ts";
import { openPicture } from "../image/open-picture.ts";
import type { DatedPicture, PictureSource } from "../ports.ts";
import type { PictureLimits } from "../types.ts";
import { readPictureBytes } from "./picture-bytes.ts";

/** Reads a picture's metadata and decodes nothing. @throws PictureError for what is no picture */
export async function datePicture(source: PictureSource, limits: PictureLimits): Promise<DatedPicture> {
  const bytes = await readPictureBytes(source, limits);
  const { xmp } = await openPicture(bytes, limits);
  const id = createHash("sha256").update(bytes).digest("hex");
  return { id, takenAt: await captureTime({ bytes, xmp }) };
}
