import sharp, { type Metadata, type Sharp } from "sharp";
import { PictureError } from "../errors.ts";
import type { ImageFormat, PictureLimits } from "../types.ts";
import { decodeBmp, readBmpHeader } from "./bmp.ts";
import { pictureFormat } from "./picture-format.ts";
import { checkBytes, checkPixels } from "./picture-limits.ts";
import { fromRaw } from "./raw-picture.ts";

/** A picture whose header was read and found acceptable; nothing is decoded yet. */
export interface OpenPicture {
  readonly format: ImageFormat;
  /** As displayed, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly xmp: Uint8Array | undefined;
  /** A new pipeline over the first frame, oriented and bounded in time. */
  readonly pipeline: (colours?: Colours) => Sharp;
}

/** stored: the numbers in the file, as models are trained on; displayed: through the file's colour profile. */
export type Colours = "stored" | "displayed";

/**
 * Looks at signature and header before anything costly is done.
 * @throws PictureError for whatever cannot be used
 */
export async function openPicture(bytes: Uint8Array, limits: PictureLimits): Promise<OpenPicture> {
  checkBytes(bytes.length, limits);
  const format = await pictureFormat(bytes);
  if (format === "bmp") return openBmp(bytes, limits);
  const header = await readHeader(bytes);
  const { width, height } = header.autoOrient;
  checkPixels(width, height, limits);
  const pipeline = (colours: Colours = "stored") =>
    sharp(bytes, {
      autoOrient: true,
      failOn: "error",
      ignoreIcc: colours === "stored",
      limitInputPixels: limits.maxPixels,
      pages: 1,
    }).timeout({ seconds: Math.max(1, Math.ceil(limits.timeoutMs / 1000)) });
  return { format, width, height, hasAlpha: header.hasAlpha, xmp: header.xmp, pipeline };
}

function openBmp(bytes: Uint8Array, limits: PictureLimits): OpenPicture {
  const header = readBmpHeader(bytes);
  const { width, height } = header;
  checkPixels(width, height, limits);
  const pipeline = () => fromRaw(decodeBmp(bytes, header));
  return { format: "bmp", width, height, hasAlpha: false, xmp: undefined, pipeline };
}

async function readHeader(bytes: Uint8Array): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata();
  } catch (cause) {
    throw decodingError(cause);
  }
}

/** The decoder's error as one that its user understands. */
export function decodingError(cause: unknown): PictureError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/^timeout/i.test(message)) {
    return new PictureError("timeout", "Decoding the picture took longer than allowed.", { cause });
  }
  if (/exceeds pixel limit/i.test(message)) {
    return new PictureError("too-many-pixels", "The picture has more pixels than allowed.", { cause });
  }
  if (/has not been built in|unsupported (feature|codec)/i.test(message)) {
    return new PictureError("unsupported-format", "This variety of the format cannot be read.", { cause });
  }
  const [firstLine = ""] = message.split("\n");
  return new PictureError("damaged", `The picture is damaged or incomplete (${firstLine.trim()}).`, {
    cause,
  });
}
