import type { Sharp } from "sharp";
import { PictureError } from "../errors.ts";
import { cutShort, decodingError } from "./decoding-error.ts";
import { floatsToRaw } from "./float-samples.ts";
import { isTruncated, isWholePng, missingFraction } from "./formats/early-end.ts";
import type { OpenPicture, Reading } from "./open-picture.ts";
import { fromRaw, type RawPicture } from "./raw-picture.ts";
import { type CompositedPicture, composite } from "./transparency.ts";

export interface Decoding {
  /** The size to reduce to; undefined keeps the picture's own. */
  readonly reduced: Size | undefined;
  readonly colours?: Reading["colours"];
  /** drop: the colours stored under transparent pixels; default "composite". */
  readonly alpha?: "composite" | "drop" | undefined;
  /** Of an animation, from 0. Default: the first. */
  readonly frame?: number | undefined;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface DecodedPicture extends CompositedPicture {
  /** The file ends a little before its picture does. */
  readonly isCut: boolean;
}

/** A file that lacks more of its picture than this is damaged. */
const MAX_MISSING = 0.08;

/**
 * Decodes once, as the picture is seen: what is transparent shows a ground (`transparency.ts`). A size given, it comes
 * out reduced to that; else as stored, bit for bit where it is opaque.
 * @throws PictureError
 */
export async function decode(picture: OpenPicture, decoding: Decoding): Promise<DecodedPicture> {
  const missing = picture.missing();
  if (missing > MAX_MISSING) throw cutShort(missing);
  try {
    const decoded = await decodeAs(picture, decoding, false);
    return { ...decoded, isCut: missing > 0 || isTruncated(picture) };
  } catch (error) {
    if (!(error instanceof PictureError && error.code === "damaged")) throw error;
    const share = await missingFraction(picture);
    if (share === undefined) throw error;
    if (share > MAX_MISSING) throw cutShort(share, error);
    // All of it may be there, with a wrong checksum.
    return { ...(await decodeAs(picture, decoding, true)), isCut: share > 0 || !isWholePng(picture) };
  }
}

async function decodeAs(
  picture: OpenPicture,
  { reduced, colours = "stored", alpha = "composite", frame }: Decoding,
  lenient: boolean,
): Promise<CompositedPicture> {
  const open = () => picture.pipeline({ colours, lenient, frame });
  const smaller = async () => (reduced ? resize(await open(), reduced) : open());
  try {
    if (picture.samples === "floats") {
      const floats = await floatsToRaw(await open());
      return { ...(await resized(floats, reduced)), isTransparent: floats.isTransparent };
    }
    if (!picture.hasAlpha) {
      const decoded = await toRgb(await smaller());
      const gain = picture.bits === 16 ? gainOf(decoded) : 1;
      const shown = gain === 1 ? decoded : await toRgb((await smaller()).linear(gain, 0));
      return { ...shown, isTransparent: false };
    }
    // A resize weighs colours by their opacity and would lose the hidden ones.
    if (alpha === "drop")
      return { ...(await resized(await toRgb(await open()), reduced)), isTransparent: false };
    return composite(await toRgba(await smaller()));
  } catch (cause) {
    throw cause instanceof PictureError ? cause : decodingError(cause, picture.format);
  }
}

/**
 * Scanners and cameras of 12, 10 or 8 bits store their numbers in 16 as they are: on a screen of 16 bits such a picture
 * is black. One whose brightest pixel uses no more bits than that is taken for one.
 */
function gainOf({ data }: RawPicture): number {
  let brightest = 0;
  for (const value of data) {
    if (value > brightest) brightest = value;
    if (brightest > 15) return 1;
  }
  return brightest >= 4 ? 16 : brightest >= 1 ? 64 : 256;
}

const resize = (pipeline: Sharp, { width, height }: Size) =>
  pipeline.resize(width, height, { fit: "fill", kernel: "cubic" });

const resized = async (picture: RawPicture, size: Size | undefined) =>
  size ? toRgb(resize(fromRaw(picture), size)) : picture;

async function toRgb(pipeline: Sharp): Promise<RawPicture> {
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function toRgba(pipeline: Sharp) {
  const { data, info } = await pipeline
    .ensureAlpha()
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 4 } as const;
}

/** Below this reduction a smaller intermediate saves less than its own resize costs. */
const MIN_REDUCTION = 2;

/** Undefined for a picture that is not far larger than what is made of it: it stays as stored, bit for bit. */
export function reducedSize({ width, height }: OpenPicture, minShorterSide: number): Size | undefined {
  const reduction = Math.min(width, height) / minShorterSide;
  if (reduction < MIN_REDUCTION) return undefined;
  return { width: Math.round(width / reduction), height: Math.round(height / reduction) };
}
