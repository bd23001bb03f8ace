import { fileTypeFromBuffer } from "file-type";
import { PictureError } from "../errors.ts";
import type { ImageFormat } from "../types.ts";

const FORMATS: Record<string, ImageFormat> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/apng": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
  "image/tiff": "tiff",
  "image/bmp": "bmp",
};

/** Enough for every signature that file-type knows of a picture. */
const SIGNATURE_BYTES = 4100;

/**
 * The format by its magic bytes, whatever the file's name.
 * @throws PictureError "empty", "not-a-picture" or "unsupported-format"
 */
export async function pictureFormat(bytes: Uint8Array): Promise<ImageFormat> {
  if (bytes.length === 0) throw new PictureError("empty", "The file is empty (0 bytes).");
  const start = bytes.subarray(0, SIGNATURE_BYTES);
  const mime = await signatureOf(start);
  const format = FORMATS[mime];
  if (format) return format;
  if (mime.startsWith("image/hei")) {
    throw new PictureError(
      "unsupported-format",
      "HEIC pictures cannot be read by this build (its decoder has no HEVC). Export them as JPEG and add those.",
    );
  }
  if (looksLikeSvg(start)) {
    throw new PictureError("unsupported-format", "SVG drawings are not read. Export it as PNG and add that.");
  }
  if (mime.startsWith("image/")) {
    const name = mime.slice("image/".length).replace(/^(x-|vnd\.)/, "");
    throw new PictureError(
      "unsupported-format",
      `Pictures of the kind ${name} are not read. Export it as JPEG or PNG and add that.`,
    );
  }
  throw new PictureError("not-a-picture", notAPicture(mime));
}

/** The detector looks past the signature, and gives up on files whose directory lies far behind it. */
async function signatureOf(start: Uint8Array): Promise<string> {
  const detected = await detect(start);
  if (detected) return detected;
  const signature = Buffer.from(start.subarray(0, 4)).toString("latin1");
  if (signature === "II*\0" || signature === "MM\0*") return "image/tiff";
  return signature === "\x89PNG" ? "image/png" : "";
}

/** A malformed file may make the detector itself throw. */
async function detect(start: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(start))?.mime;
  } catch {
    return undefined;
  }
}

function looksLikeSvg(start: Uint8Array): boolean {
  return /<svg[\s>]/i.test(new TextDecoder("latin1").decode(start));
}

function notAPicture(mime: string): string {
  const found = mime === "" ? "Its first bytes fit no picture format" : `It is ${mime}`;
  return `Not a picture, whatever its name says. ${found}.`;
}
