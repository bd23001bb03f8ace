import { PictureError } from "../errors.ts";
import type { RawPicture } from "./raw-picture.ts";

/** libvips reads no BMP; this is the header of the uncompressed kind, which is nearly all there is. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  /** 1, 4 or 8 (palette), 24 or 32 (blue, green, red). */
  readonly bitsPerPixel: number;
  readonly pixelOffset: number;
  readonly paletteOffset: number;
}

const FILE_HEADER_BYTES = 14;
const INFO_HEADER_BYTES = 40;
/** Compression codes. Colour masks of 32 bits are in practice those of the uncompressed order. */
const UNCOMPRESSED = 0;
const BITFIELDS = 3;

/** @throws PictureError "unsupported-format" or "damaged" */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FILE_HEADER_BYTES + INFO_HEADER_BYTES) throw truncated();
  const headerBytes = view.getUint32(14, true);
  const bitsPerPixel = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const isUncompressed = compression === UNCOMPRESSED || (compression === BITFIELDS && bitsPerPixel === 32);
  if (headerBytes < INFO_HEADER_BYTES || !isUncompressed || ![1, 4, 8, 24, 32].includes(bitsPerPixel)) {
    throw new PictureError(
      "unsupported-format",
      "Only uncompressed BMP pictures are read. Save it as PNG and add that.",
    );
  }
  const rows = view.getInt32(22, true);
  const header = {
    width: view.getInt32(18, true),
    height: Math.abs(rows),
    topDown: rows < 0,
    bitsPerPixel,
    pixelOffset: view.getUint32(10, true),
    paletteOffset: FILE_HEADER_BYTES + headerBytes,
  };
  if (header.width <= 0 || header.height === 0) throw truncated();
  return header;
}

/** @throws PictureError "damaged" when pixels are missing */
export function decodeBmp(bytes: Uint8Array, header: BmpHeader): RawPicture {
  const { width, height, topDown, bitsPerPixel, pixelOffset } = header;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  if (bytes.length < pixelOffset + rowBytes * height) throw truncated();
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const row = pixelOffset + rowBytes * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, to += 3) {
      const at = colourOffset(bytes, header, row, x);
      data[to] = bytes[at + 2] ?? 0;
      data[to + 1] = bytes[at + 1] ?? 0;
      data[to + 2] = bytes[at] ?? 0;
    }
  }
  return { data, width, height };
}

/** Where the blue, green, red of a pixel are: in the row itself or in the palette. */
function colourOffset(
  bytes: Uint8Array,
  { bitsPerPixel, paletteOffset }: BmpHeader,
  row: number,
  x: number,
): number {
  if (bitsPerPixel >= 24) return row + (x * bitsPerPixel) / 8;
  const bit = x * bitsPerPixel;
  const shift = 8 - bitsPerPixel - (bit % 8);
  const index = ((bytes[row + (bit >> 3)] ?? 0) >> shift) & ((1 << bitsPerPixel) - 1);
  return paletteOffset + index * 4;
}

function truncated(): PictureError {
  return new PictureError("damaged", "The picture is damaged or incomplete (the BMP ends too early).");
}
