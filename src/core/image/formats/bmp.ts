import { PictureError } from "../../errors.ts";
import type { RawPicture, TransparentPicture } from "../raw-picture.ts";
import { dropOpacity, isOpaque } from "../transparency.ts";

/** What the headers of a BMP say. Three generations share the format: OS/2 1 and 2, and Windows with its extensions. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  /** 1, 2, 4 or 8 (palette), 16, 24 or 32 (colours). */
  readonly bitsPerPixel: number;
  readonly coding: "plain" | "rle" | "jpeg" | "png";
  readonly pixelOffset: number;
  readonly palette: { readonly offset: number; readonly entryBytes: 3 | 4; readonly entries: number };
  /** Where red, green, blue and opacity are in a pixel of 16 or 32 bits; no opacity is 0. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
  readonly icc: Uint8Array | undefined;
}

const FILE_HEADER_BYTES = 14;
const OS2_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = 40;
/** Headers of these sizes are of Windows; others up to 64 bytes are cut forms of the second of OS/2. */
const WINDOWS_HEADERS = [40, 52, 56, 108, 124];
const MAX_OS2_HEADER_BYTES = 64;
const DEPTHS = [1, 2, 4, 8, 16, 24, 32];
/** Beyond, a file without a signature is taken for none of a picture. */
const MAX_SIDE = 2 ** 17;

const FIVE_BITS_EACH = [0x7c00, 0x03e0, 0x001f, 0] as const;
/** The fourth byte is opacity where any pixel has some, as most programs that write it mean. */
const EIGHT_BITS_EACH = [0xff0000, 0x00ff00, 0x0000ff, 0xff000000] as const;

/** @throws PictureError "unsupported-format" or "damaged" */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  if (isHeaderlessBitmap(bytes)) return readBitmapHeader(bytes, 0);
  // The first bitmap of an array ("BA") has a file header of its own behind that of the array.
  const at = bytes[1] === 0x41 ? FILE_HEADER_BYTES : 0;
  if (bytes.length < at + FILE_HEADER_BYTES + OS2_HEADER_BYTES) throw truncated();
  return readBitmapHeader(bytes, at + FILE_HEADER_BYTES, viewOf(bytes).getUint32(at + 10, true));
}

/**
 * Whether a file is a bitmap without the header of a file, as `.dib` files and the clipboard hold them. It has no signature:
 * every field of its header has to make sense.
 */
export function isHeaderlessBitmap(bytes: Uint8Array): boolean {
  if (bytes.length < OS2_HEADER_BYTES) return false;
  const view = viewOf(bytes);
  const headerBytes = view.getUint32(0, true);
  if (headerBytes > bytes.length) return false;
  const isFirst = headerBytes === OS2_HEADER_BYTES;
  if (!isFirst && !WINDOWS_HEADERS.includes(headerBytes) && headerBytes !== MAX_OS2_HEADER_BYTES)
    return false;
  const planes = view.getUint16(isFirst ? 8 : 12, true);
  const bitsPerPixel = view.getUint16(isFirst ? 10 : 14, true);
  const compression = isFirst ? 0 : view.getUint32(16, true);
  const width = isFirst ? view.getUint16(4, true) : view.getInt32(4, true);
  const rows = isFirst ? view.getUint16(6, true) : view.getInt32(8, true);
  const isKnown = planes === 1 && [0, ...DEPTHS].includes(bitsPerPixel) && compression <= 6;
  return isKnown && width > 0 && width < MAX_SIDE && rows !== 0 && Math.abs(rows) < MAX_SIDE;
}

/**
 * The header of a bitmap, which icons have without the one of the file.
 * @param pixelOffset default: right after the palette
 * @throws PictureError
 */
export function readBitmapHeader(bytes: Uint8Array, at: number, pixelOffset?: number): BmpHeader {
  const view = viewOf(bytes);
  if (bytes.length < at + OS2_HEADER_BYTES) throw truncated();
  const headerBytes = view.getUint32(at, true);
  const isFirst = headerBytes === OS2_HEADER_BYTES;
  const isOs2 = isFirst || (headerBytes <= MAX_OS2_HEADER_BYTES && !WINDOWS_HEADERS.includes(headerBytes));
  if (headerBytes < OS2_HEADER_BYTES || bytes.length < at + headerBytes) throw truncated();
  const field = (offset: number) =>
    offset + 4 <= headerBytes && !isFirst ? view.getUint32(at + offset, true) : 0;
  const rows = isFirst ? view.getUint16(at + 6, true) : view.getInt32(at + 8, true);
  const width = isFirst ? view.getUint16(at + 4, true) : view.getInt32(at + 4, true);
  const bitsPerPixel = view.getUint16(at + (isFirst ? 10 : 14), true);
  if (width <= 0 || rows === 0 || rows === -(2 ** 31)) throw truncated();
  const compression = field(16);
  const coding = codingOf(compression, bitsPerPixel, isOs2);
  const hasMasks = !isOs2 && (compression === 3 || compression === 6);
  const maskBytes = hasMasks && headerBytes === INFO_HEADER_BYTES ? (compression === 6 ? 16 : 12) : 0;
  const paletteOffset = at + headerBytes + maskBytes;
  const entryBytes = isFirst ? 3 : 4;
  const maxEntries = bitsPerPixel <= 8 ? 2 ** bitsPerPixel : 0;
  const entries = Math.min(field(32) || maxEntries, maxEntries);
  const start = pixelOffset ?? paletteOffset + entries * entryBytes;
  const room = Math.max(0, Math.floor((start - paletteOffset) / entryBytes));
  return {
    width,
    height: Math.abs(rows),
    topDown: rows < 0,
    bitsPerPixel,
    coding,
    pixelOffset: start,
    palette: { offset: paletteOffset, entryBytes, entries: Math.min(entries, room) },
    masks: hasMasks ? masksAt(bytes, at, headerBytes + maskBytes) : defaultMasks(bitsPerPixel),
    icc: embeddedProfile(bytes, at, headerBytes),
  };
}

/** Codes 3 and 4 mean something else in the headers of OS/2. */
function codingOf(compression: number, bitsPerPixel: number, isOs2: boolean): BmpHeader["coding"] {
  if (!isOs2 && compression === 4) return "jpeg";
  if (!isOs2 && compression === 5) return "png";
  if (isOs2 && compression === 3) throw unsupported("is compressed by Huffman codes, as only OS/2 did");
  if (!DEPTHS.includes(bitsPerPixel)) throw unsupported(`has ${bitsPerPixel} bits per pixel`);
  const rleDepth = compression === 1 ? 8 : compression === 2 ? 4 : isOs2 && compression === 4 ? 24 : 0;
  if (rleDepth === bitsPerPixel) return "rle";
  const isPlain = compression === 0 || (!isOs2 && (compression === 3 || compression === 6));
  if (!isPlain || rleDepth !== 0)
    throw unsupported(`is compressed in a way (${compression}) that no standard has for its depth`);
  return "plain";
}

function masksAt(bytes: Uint8Array, at: number, available: number): BmpHeader["masks"] {
  const view = viewOf(bytes);
  const mask = (index: number) => {
    const offset = INFO_HEADER_BYTES + 4 * index;
    return offset + 4 <= available && at + offset + 4 <= bytes.length ? view.getUint32(at + offset, true) : 0;
  };
  return [mask(0), mask(1), mask(2), mask(3)];
}

const PROFILE_EMBEDDED = 0x4d424544;
const LAST_HEADER_BYTES = 124;

/** Only the last of the headers of Windows has one; its place counts from the header. */
function embeddedProfile(bytes: Uint8Array, at: number, headerBytes: number): Uint8Array | undefined {
  const view = viewOf(bytes);
  if (headerBytes < LAST_HEADER_BYTES || view.getUint32(at + 56, true) !== PROFILE_EMBEDDED) return undefined;
  const from = at + view.getUint32(at + 112, true);
  return bytes.subarray(from, from + view.getUint32(at + 116, true));
}

const defaultMasks = (bitsPerPixel: number): BmpHeader["masks"] =>
  bitsPerPixel === 16 ? FIVE_BITS_EACH : EIGHT_BITS_EACH;

export interface DecodedBmp {
  readonly picture: RawPicture | TransparentPicture;
  /** Whether the file says how opaque its pixels are. */
  readonly hasOpacity: boolean;
  /** Share of the rows that the file ends before. */
  readonly missing: number;
}

/** Decodes a bitmap of coding "plain" or "rle". */
export function decodeBmp(bytes: Uint8Array, header: BmpHeader): DecodedBmp {
  const { width, height } = header;
  const picture = { data: new Uint8Array(width * height * 4), width, height, channels: 4 as const };
  const colours = coloursOf(bytes, header);
  const missing =
    header.coding === "rle"
      ? decodeRuns(bytes, header, colours, picture.data)
      : decodeRows(bytes, header, colours, picture.data);
  const hasOpacity = storesOpacity(header) && !isClear(picture.data);
  if (header.coding === "plain" && !hasOpacity) makeOpaque(picture.data);
  return { picture: isOpaque(picture.data) ? withoutOpacity(picture) : picture, hasOpacity, missing };
}

const storesOpacity = ({ coding, bitsPerPixel, masks }: BmpHeader) =>
  coding === "plain" && (bitsPerPixel === 16 || bitsPerPixel === 32) && masks[3] !== 0;

/** What stands for a pixel in the file, as red, green, blue and opacity in a 32-bit number, red lowest. */
type Colours = (value: number) => number;

function coloursOf(bytes: Uint8Array, { bitsPerPixel, palette, masks }: BmpHeader): Colours {
  if (bitsPerPixel > 8) return maskedColours(bitsPerPixel === 24 ? [0xff0000, 0xff00, 0xff, 0] : masks);
  const entries = new Uint32Array(2 ** bitsPerPixel).fill(OPAQUE);
  for (let index = 0; index < palette.entries; index++) {
    const at = palette.offset + index * palette.entryBytes;
    entries[index] = packed(bytes[at + 2] ?? 0, bytes[at + 1] ?? 0, bytes[at] ?? 0, 255);
  }
  return (value) => entries[value] ?? OPAQUE;
}

const OPAQUE = 0xff000000;
const packed = (red: number, green: number, blue: number, alpha: number) =>
  (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0;

function maskedColours(masks: BmpHeader["masks"]): Colours {
  const [red, green, blue, alpha] = masks.map(fieldOf);
  return (value) =>
    packed(
      red?.levels[(value & red.mask) >>> red.shift] ?? 0,
      green?.levels[(value & green.mask) >>> green.shift] ?? 0,
      blue?.levels[(value & blue.mask) >>> blue.shift] ?? 0,
      alpha && alpha.mask !== 0 ? (alpha.levels[(value & alpha.mask) >>> alpha.shift] ?? 255) : 255,
    );
}

/** Of a mask of more than this many bits the highest are used: eight are shown. */
const MAX_FIELD_BITS = 8;

/** Masks are of any width and place, and each is stretched to the whole range. */
function fieldOf(mask: number) {
  const lowest = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  const bits = mask === 0 ? 0 : 32 - Math.clz32(mask) - lowest;
  const kept = Math.min(bits, MAX_FIELD_BITS);
  const shift = lowest + bits - kept;
  const most = 2 ** kept - 1;
  const levels = Uint8Array.from({ length: most + 1 }, (_, value) => Math.round((255 * value) / (most || 1)));
  return { mask: ((mask >>> shift) << shift) >>> 0, shift, levels };
}

/** @returns the share of rows that are not there */
function decodeRows(bytes: Uint8Array, header: BmpHeader, colours: Colours, rgba: Uint8Array): number {
  const { width, height, bitsPerPixel, pixelOffset } = header;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const usedBytes = Math.ceil((width * bitsPerPixel) / 8);
  const available = bytes.length - pixelOffset - usedBytes;
  const rows = available < 0 ? 0 : Math.min(height, Math.floor(available / rowBytes) + 1);
  const target = viewOf(rgba);
  for (let row = 0; row < rows; row++) {
    const from = pixelOffset + rowBytes * row;
    const to = rowOffset(header, row);
    for (let x = 0; x < width; x++)
      target.setUint32(to + 4 * x, colours(valueAt(bytes, bitsPerPixel, from, x)), true);
  }
  return 1 - rows / height;
}

/** Where a row of the file is in the picture, in bytes. */
const rowOffset = ({ width, height, topDown }: BmpHeader, row: number) =>
  (topDown ? row : height - 1 - row) * width * 4;

function valueAt(bytes: Uint8Array, bits: number, row: number, x: number): number {
  if (bits === 24 || bits === 32) {
    const at = row + (x * bits) / 8;
    const three = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return bits === 24 ? three : (three | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
  }
  if (bits === 16) return (bytes[row + 2 * x] ?? 0) | ((bytes[row + 2 * x + 1] ?? 0) << 8);
  const bit = x * bits;
  return ((bytes[row + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
}

/** Where no pixel has any opacity, the field for it is there and unused. */
function isClear(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0) return false;
  return true;
}

function makeOpaque(rgba: Uint8Array): void {
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
}

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const MOVE = 2;

/**
 * Runs of one colour, stretches of plain ones, and moves, which leave pixels transparent.
 * @returns the share of rows that the file ends before
 */
function decodeRuns(bytes: Uint8Array, header: BmpHeader, colours: Colours, rgba: Uint8Array): number {
  const { width, height, bitsPerPixel } = header;
  const target = viewOf(rgba);
  let [x, row, at] = [0, 0, header.pixelOffset];
  const put = (value: number) => {
    if (x < width && row < height) target.setUint32(rowOffset(header, row) + 4 * x, colours(value), true);
    x += 1;
  };
  const unitBytes = bitsPerPixel === 24 ? 3 : 1;
  while (at + 1 < bytes.length && row < height) {
    const count = bytes[at] ?? 0;
    const code = bytes[at + 1] ?? 0;
    if (count > 0) {
      for (let index = 0; index < count; index++) put(unitAt(bytes, bitsPerPixel, at + 1, index, true));
      at += 1 + unitBytes;
    } else if (code === END_OF_LINE) {
      [x, row, at] = [0, row + 1, at + 2];
    } else if (code === END_OF_BITMAP) {
      return 0;
    } else if (code === MOVE) {
      [x, row, at] = [x + (bytes[at + 2] ?? 0), row + (bytes[at + 3] ?? 0), at + 4];
    } else {
      for (let index = 0; index < code; index++) put(unitAt(bytes, bitsPerPixel, at + 2, index, false));
      const bytesOfThem = Math.ceil((code * bitsPerPixel) / 8);
      at += 2 + bytesOfThem + (bytesOfThem % 2);
    }
  }
  return Math.max(0, height - row - (x >= width ? 1 : 0)) / height;
}

/** A run of four-bit values alternates between two of them. */
function unitAt(bytes: Uint8Array, bits: number, at: number, index: number, isRun: boolean): number {
  if (bits === 4) return ((bytes[at + (isRun ? 0 : index >> 1)] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 15;
  return valueAt(bytes, bits, at, isRun ? 0 : index);
}

function withoutOpacity({ data, width, height }: RawPicture): RawPicture {
  const rgb = new Uint8Array(width * height * 3);
  dropOpacity(data, rgb);
  return { data: rgb, width, height };
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function truncated(): PictureError {
  return new PictureError("damaged", "The picture is damaged or incomplete (its BMP header makes no sense).");
}

const unsupported = (what: string) =>
  new PictureError(
    "unsupported-format",
    `This BMP ${what}: that kind is not read. Save it as PNG and add that.`,
  );
