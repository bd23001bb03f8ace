import { fileTypeFromBuffer } from "file-type";
import { PictureError } from "../../errors.ts";
import type { ImageFormat } from "../../types.ts";
import { readCameraRaw } from "../camera-raw/camera-raw.ts";
import { heifFormat } from "../heif/heif-format.ts";
import { isHeaderlessBitmap } from "./bmp.ts";

const FORMATS: Record<string, ImageFormat> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/apng": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
  "image/tiff": "tiff",
  "image/bmp": "bmp",
  "image/x-icon": "ico",
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
  const heif = heifFormat(bytes);
  if (heif) return heif;
  if (readCameraRaw(bytes)) return "raw";
  const mime = isTarga(start) ? "image/x-tga" : await signatureOf(start);
  const format = FORMATS[mime];
  if (format) return format;
  if (looksLikeSvg(start)) {
    throw new PictureError("unsupported-format", "SVG drawings are not read. Export it as PNG and add that.");
  }
  if (mime === "application/pdf") {
    throw new PictureError(
      "unsupported-format",
      "Pages of PDF documents are not read. Export them as PNG or JPEG and add those.",
    );
  }
  const name = mime.startsWith("image/")
    ? mime.slice("image/".length).replace(/^(x-|vnd\.)/, "")
    : unreadKind(start);
  if (name !== undefined) {
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
  if (signature === "II*\0" || signature === "MM\0*" || signature === "II+\0" || signature === "MM\0+")
    return "image/tiff";
  // An array of bitmaps, as OS/2 keeps them for several screens.
  if (/^BA.{12}BM/s.test(Buffer.from(start.subarray(0, 16)).toString("latin1"))) return "image/bmp";
  if (isHeaderlessBitmap(start)) return "image/bmp";
  return signature === "\x89PNG" ? "image/png" : "";
}

/** Kinds of pictures that the detector does not know, by how their files begin. */
const UNREAD_KINDS: Readonly<Record<string, RegExp>> = {
  netpbm: /^P[1-7]\s/,
  pcx: /^\n[\0\x02-\x05]\x01[\x01\x02\x04\x08]/,
  dds: /^DDS /,
  sgi: /^\x01\xda[\0\x01][\x01\x02]\0[\x01-\x03]/,
  qoi: /^qoif/,
  farbfeld: /^farbfeld/,
  xpm: /^\/\* XPM \*\//,
  xbm: /^#define \S+_width \d+/,
  fits: /^SIMPLE {2}= /,
  hdr: /^#\?(RADIANCE|RGBE)\n/,
  exr: /^\x76\x2f\x31\x01/,
  "sun raster": /^\x59\xa6\x6a\x95/,
  djvu: /^AT&TFORM/,
  wmf: /^\xd7\xcd\xc6\x9a/,
  emf: /^\x01\0\0\0[\s\S]{36} EMF/,
};

function unreadKind(start: Uint8Array): string | undefined {
  const text = Buffer.from(start.subarray(0, 128)).toString("latin1");
  return Object.keys(UNREAD_KINDS).find((kind) => UNREAD_KINDS[kind]?.test(text));
}

/** It has no signature, and begins like a cursor with no pictures in it: every field of its header has to make sense. */
function isTarga(start: Uint8Array): boolean {
  const [, paletteKind = 2, kind = 0] = start;
  if (start.length < 18 || paletteKind > 1 || ![1, 2, 3, 9, 10, 11].includes(kind)) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const [depth, flags] = [view.getUint8(16), view.getUint8(17)];
  const hasSize = view.getUint16(12, true) > 0 && view.getUint16(14, true) > 0;
  const hasPalette = paletteKind === 1 && view.getUint16(5, true) > 0;
  const isWithoutPalette =
    paletteKind === 0 && view.getUint16(3, true) === 0 && view.getUint16(5, true) === 0;
  return hasSize && [8, 15, 16, 24, 32].includes(depth) && flags < 64 && (hasPalette || isWithoutPalette);
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
