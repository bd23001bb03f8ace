import sharp, { type Metadata, type Sharp } from "sharp";
import { PictureError } from "../errors.ts";
import type { ImageFormat, PictureLimits } from "../types.ts";
import { readCameraRaw } from "./camera-raw/camera-raw.ts";
import { type JpegStream, jpegStreams } from "./camera-raw/jpeg-streams.ts";
import { withOrientation } from "./camera-raw/with-orientation.ts";
import { cutShort, decodingError } from "./decoding-error.ts";
import { type ColourSpace, isOfGreys } from "./displayed-colours.ts";
import { type BmpHeader, type DecodedBmp, decodeBmp, readBmpHeader } from "./formats/bmp.ts";
import { gifXmp } from "./formats/gif-xmp.ts";
import { decodeIcon, largestOf } from "./formats/icon.ts";
import { pictureFormat } from "./formats/picture-format.ts";
import { type PngColours, pngColours, pngFrames } from "./formats/png-chunks.ts";
import { readTiffHeader, type TiffHeader, UNSPECIFIED_SAMPLE } from "./formats/tiff-header.ts";
import { decodeHeif } from "./heif/decode-heif.ts";
import { heifColours } from "./heif/heif-colours.ts";
import { isSequence, withKnownBrand } from "./heif/heif-format.ts";
import { readHeifItems } from "./heif/heif-items.ts";
import { HEIF_LIBRARY_MISSING, isHeifLibraryInstalled } from "./heif/heif-library.ts";
import { checkBytes, checkSize } from "./picture-limits.ts";
import { fromRaw, type RawPicture, type TransparentPicture } from "./raw-picture.ts";

/** A picture whose header was read and found acceptable; nothing is decoded yet. */
export interface OpenPicture {
  readonly format: ImageFormat;
  /** As displayed, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  /** What its pixel values stand for. Inks cannot be shown as colours without their profile. */
  readonly samples: "colours" | "inks" | "floats";
  /** Of a colour, as the file has them. */
  readonly bits: 8 | 16 | 32;
  readonly colours: ColourSpace;
  readonly xmp: Uint8Array | undefined;
  /** In which EXIF and IPTC of the picture are found: the file, or a part of it. */
  readonly metadata: Uint8Array;
  /** Pages of a document, frames of an animation. */
  readonly pages: number;
  /** Whether it is an animation. */
  readonly moves: boolean;
  /** Of an animation whose frames are decoded here: for how many milliseconds each is shown. */
  readonly delays?: readonly number[] | undefined;
  /** What is decoded: the file, or the picture of another format in it. */
  readonly encoded: { readonly format: ImageFormat; readonly bytes: Uint8Array };
  /** Share of the rows that the file ends before, where that is known without the decoder. */
  readonly missing: () => number;
  /** A new pipeline over the first frame, oriented and bounded in time. */
  readonly pipeline: (reading?: Reading) => Promise<Sharp>;
}

export interface Reading {
  /** stored (the default): the numbers in the file, as models are trained on; displayed: through the file's colour profile. */
  readonly colours?: "stored" | "displayed";
  /** Go on where the file ends too early. */
  readonly lenient?: boolean;
  /** Of an animation, from 0. Default: the first. */
  readonly frame?: number | undefined;
}

/**
 * Looks at signature and header before anything costly is done.
 * @throws PictureError for whatever cannot be used
 */
export async function openPicture(bytes: Uint8Array, limits: PictureLimits): Promise<OpenPicture> {
  checkBytes(bytes.length, limits);
  const format = await pictureFormat(bytes);
  if (format === "bmp") return openBmp(bytes, limits);
  if (format === "ico") return openIcon(bytes, limits);
  if (format === "heic") return openHeic(bytes, limits);
  if (format === "raw") return openCameraRaw(bytes, limits);
  return openDecodable(format === "avif" ? withKnownBrand(bytes, format) : bytes, format, limits);
}

/** What libvips decodes. */
async function openDecodable(
  bytes: Uint8Array,
  format: ImageFormat,
  limits: PictureLimits,
): Promise<OpenPicture> {
  const tiff = format === "tiff" ? readTiffHeader(bytes) : undefined;
  if (tiff?.unreadCompression !== undefined)
    throw new PictureError(
      "unsupported-format",
      `It is a TIFF compressed by ${tiff.unreadCompression}, which is not read. Export it as JPEG or PNG and add that.`,
    );
  // A TIFF whose directories are out of reach is cut off, not of a kind unknown.
  const header = await readHeader(bytes, format === "tiff" && !tiff ? undefined : format, tiff?.firstPage);
  const samples = samplesOf(header, tiff);
  const { width, height } = header.autoOrient;
  checkSize({ width, height, bytesPerPixel: bytesPerPixel(header, format, samples) }, bytes.length, limits);
  const pipeline = async ({
    colours = "stored",
    lenient = false,
    frame = tiff?.firstPage ?? header.pagePrimary ?? 0,
  }: Reading = {}) =>
    sharp(bytes, {
      autoOrient: true,
      failOn: lenient ? "none" : "error",
      ignoreIcc: colours === "stored",
      limitInputPixels: false,
      page: frame,
      pages: 1,
    }).timeout({ seconds: Math.max(1, Math.ceil(limits.timeoutMs / 1000)) });
  return {
    ...{ format, width, height, samples, pipeline },
    hasAlpha: header.hasAlpha && tiff?.extraSamples[0] !== UNSPECIFIED_SAMPLE,
    bits: header.depth === "float" ? 32 : header.depth === "ushort" ? 16 : 8,
    colours: coloursOf(header, bytes, format),
    // The decoder knows of none in a GIF.
    xmp: format === "gif" ? gifXmp(bytes) : header.xmp,
    metadata: bytes,
    pages: tiff?.pages ?? framesOf(header, bytes, format),
    moves: format === "avif" ? isSequence(bytes) : framesOf(header, bytes, format) > 1,
    ...((format === "gif" || format === "webp") && { delays: header.delay }),
    encoded: { format, bytes },
    missing: () => 0,
  };
}

/** Of an animation. What the decoder calls pages of an AVIF are other pictures beside the one that is shown. */
function framesOf({ pages = 1 }: Metadata, bytes: Uint8Array, format: ImageFormat): number {
  if (format === "png") return pngFrames(bytes);
  return format === "gif" || format === "webp" ? pages : 1;
}

function coloursOf({ icc, space }: Metadata, bytes: Uint8Array, format: ImageFormat): ColourSpace {
  const { coded, gamma }: PngColours = format === "png" ? pngColours(bytes) : {};
  if (coded) return { kind: "coded", ...coded };
  // A profile of greys says nothing of a picture in colours, as viewers have it.
  if (icc && (space === "b-w" || space === "grey16" || !isOfGreys(icc))) return { kind: "profile", icc };
  if (gamma !== undefined) return { kind: "gamma", gamma };
  const heif = format === "avif" || format === "heic" ? heifColours(bytes) : undefined;
  return heif ? { kind: "coded", ...heif } : { kind: "srgb" };
}

/** What is not shown by viewers, since nothing says which number is black and which is white. */
const UNCLEAR_NUMBERS: Partial<Record<NonNullable<Metadata["depth"]>, string>> = {
  char: "signed 8-bit",
  short: "signed 16-bit",
  int: "signed 32-bit",
  uint: "32-bit",
  float: "floating-point",
};

/** @throws PictureError for pixel values whose tone or colour is unknown */
function samplesOf({ depth, space }: Metadata, tiff: TiffHeader | undefined): OpenPicture["samples"] {
  if (tiff?.isPlainYcbcr)
    throw new PictureError(
      "unsupported-format",
      "It is a TIFF of YCbCr colours that are not stored as JPEG, which would be shown in false colours. Export it as JPEG or PNG and add that.",
    );
  if (depth === "float" && (space === "scrgb" || space === "b-w") && !tiff?.whiteIsZero) return "floats";
  if (space === "lab" || space === "labs") return "colours";
  if (depth === "uchar" || depth === "ushort") return space === "cmyk" ? "inks" : "colours";
  const numbers = UNCLEAR_NUMBERS[depth ?? "float"] ?? `${depth}`;
  throw new PictureError(
    "unsupported-format",
    `Its pixels are ${numbers} numbers of a kind of which it is not known what is black and what is white. Export it as JPEG or PNG and add that.`,
  );
}

/** Of AVIF: planes, their colours, and what the decoder of AV1 keeps beside them. */
const AVIF_BYTES_PER_PIXEL = 18;

/** Measured with pictures of 48 to 200 million pixels. Rows of the other kinds pass through, or are shrunk while loading. */
function bytesPerPixel(header: Metadata, format: ImageFormat, samples: OpenPicture["samples"]): number {
  const stored = header.channels * (samples === "floats" ? 4 : header.depth === "ushort" ? 2 : 1);
  switch (format) {
    case "jpeg":
      return header.isProgressive ? coefficientBytes(header) : 0;
    case "png":
      return header.isProgressive ? stored : 0;
    case "avif":
      return AVIF_BYTES_PER_PIXEL;
    case "tiff":
      return samples === "floats" ? 3 * stored : stored;
    default:
      return 2 * stored;
  }
}

/** A progressive JPEG is decoded from two bytes for each coefficient of the whole picture. */
function coefficientBytes({ channels, chromaSubsampling = "" }: Metadata): number {
  const chroma = chromaSubsampling.startsWith("4:2:0")
    ? 0.25
    : chromaSubsampling.startsWith("4:2:2")
      ? 0.5
      : 1;
  return 2 * (channels === 1 ? 1 : channels - 2 + 2 * chroma);
}

async function openBmp(bytes: Uint8Array, limits: PictureLimits): Promise<OpenPicture> {
  const header = readBmpHeader(bytes);
  const { coding } = header;
  if (coding === "plain" || coding === "rle")
    return openBitmap("bmp", header, () => decodeBmp(bytes, header), bytes, limits);
  const inside = await openDecodable(bytes.subarray(header.pixelOffset), coding, limits);
  return { ...inside, format: "bmp", metadata: bytes };
}

async function openIcon(bytes: Uint8Array, limits: PictureLimits): Promise<OpenPicture> {
  const icon = largestOf(bytes);
  if (icon.kind === "png")
    return { ...(await openDecodable(icon.bytes, "png", limits)), format: "ico", metadata: bytes };
  return openBitmap("ico", icon.header, () => decodeIcon(icon), bytes, limits);
}

/** A frame of a film, which is decoded already. */
export const openFrame = (frame: RawPicture): OpenPicture => ({
  format: "bmp",
  width: frame.width,
  height: frame.height,
  hasAlpha: false,
  samples: "colours",
  bits: 8,
  colours: { kind: "srgb" },
  xmp: undefined,
  metadata: new Uint8Array(),
  pages: 1,
  moves: false,
  encoded: { format: "bmp", bytes: new Uint8Array() },
  missing: () => 0,
  pipeline: async () => fromRaw(frame),
});

/** Red, green, blue and opacity, and once more without it. */
const BITMAP_BYTES_PER_PIXEL = 7;

function openBitmap(
  format: "bmp" | "ico",
  { width, height, icc }: BmpHeader,
  decodePixels: () => DecodedBmp,
  bytes: Uint8Array,
  limits: PictureLimits,
): OpenPicture {
  checkSize({ width, height, bytesPerPixel: BITMAP_BYTES_PER_PIXEL }, bytes.length, limits);
  let decoded: DecodedBmp | undefined;
  const decodeOnce = () => {
    decoded ??= decodePixels();
    return decoded;
  };
  return {
    ...{ format, width, height },
    hasAlpha: true,
    samples: "colours",
    bits: 8,
    colours: icc ? { kind: "profile", icc } : { kind: "srgb" },
    xmp: undefined,
    metadata: bytes,
    pages: 1,
    moves: false,
    encoded: { format, bytes },
    missing: () => decodeOnce().missing,
    pipeline: async () => fromRaw(decodeOnce().picture),
  };
}

/** Of the longer side of a preview: a smaller one is a thumbnail, by which the picture is neither found nor compared. */
const MIN_PREVIEW_SIDE = 1000;

/** A camera's raw file as the camera itself shows it: by the largest JPEG in it. */
async function openCameraRaw(bytes: Uint8Array, limits: PictureLimits): Promise<OpenPicture> {
  const raw = readCameraRaw(bytes);
  const previews = jpegStreams(bytes)
    .filter(({ start }) => !raw?.sensorData.has(start))
    .sort((a, b) => b.width * b.height - a.width * a.height || b.end - b.start - (a.end - a.start));
  const [largest] = previews;
  if (!largest || Math.max(largest.width, largest.height) < MIN_PREVIEW_SIDE) throw withoutPreview(largest);
  const stored = bytes.subarray(largest.start, largest.end);
  const preview = raw?.orientation === undefined ? stored : withOrientation(stored, raw.orientation);
  const opened = await openDecodable(preview, "jpeg", limits);
  return { ...opened, format: "raw", xmp: raw?.xmp ?? opened.xmp, metadata: raw?.exif ?? stored };
}

const withoutPreview = (largest: JpegStream | undefined) =>
  new PictureError(
    "unsupported-format",
    `${largest ? `The largest preview in this raw file has ${largest.width} x ${largest.height} pixels` : "This raw file holds no whole preview"}; one of at least ${MIN_PREVIEW_SIDE.toLocaleString("en")} on its longer side is needed. Export it as JPEG and add that.`,
  );

/** Planes, colours and the copy that is handed over: measured with pictures of 12 to 200 million pixels. */
const HEIC_BYTES_PER_PIXEL = 16;

async function openHeic(bytes: Uint8Array, limits: PictureLimits): Promise<OpenPicture> {
  const items = readHeifItems(bytes);
  if (items && items.missing > 0) throw cutShort(items.missing);
  const branded = withKnownBrand(bytes, "heic");
  const header = await readHeader(branded, "heic");
  const { width, height } = header.autoOrient;
  // What is decoded may be cropped afterwards.
  const share = Math.max(1, (items?.pixels ?? 0) / (width * height));
  const bytesPerPixel = share * HEIC_BYTES_PER_PIXEL * (header.depth === "ushort" ? 2 : 1);
  checkSize({ width, height, bytesPerPixel }, bytes.length, limits);
  if (!isHeifLibraryInstalled()) throw new PictureError("decoder-missing", HEIF_LIBRARY_MISSING);
  let decoded: Promise<RawPicture | TransparentPicture> | undefined;
  const decodeOnce = async () => {
    decoded ??= decodeHeif(branded, limits.timeoutMs);
    const picture = await decoded;
    if (picture.width === width && picture.height === height) return picture;
    const reason = `its head says ${width} x ${height}, its picture has ${picture.width} x ${picture.height}`;
    throw new PictureError("damaged", `The picture is damaged or incomplete (${reason}).`);
  };
  return {
    ...{ format: "heic", width, height },
    hasAlpha: header.hasAlpha,
    samples: "colours",
    bits: 8,
    colours: coloursOf(header, bytes, "heic"),
    xmp: header.xmp,
    metadata: bytes,
    pages: 1,
    moves: false,
    encoded: { format: "heic", bytes },
    missing: () => 0,
    pipeline: async () => fromRaw(await decodeOnce()),
  };
}

/** @param page of a TIFF; of other formats the one that the file calls its primary one */
async function readHeader(
  bytes: Uint8Array,
  format: ImageFormat | undefined,
  page?: number,
): Promise<Metadata> {
  try {
    // Of a GIF all frames are read with the header: a later one that is broken does not break the first.
    const failOn = format === "gif" ? "none" : "warning";
    // Of HEIC as many items are read as there are: `heif-items.ts` bounds them.
    const options = { limitInputPixels: false, pages: 1, failOn, unlimited: format === "heic" } as const;
    const header = await sharp(bytes, options).metadata();
    const wanted = page ?? header.pagePrimary ?? 0;
    return wanted === 0 ? header : await sharp(bytes, { ...options, page: wanted }).metadata();
  } catch (cause) {
    throw decodingError(cause, format);
  }
}
