import { PictureError } from "../../errors.ts";
import type { RawPicture, TransparentPicture } from "../raw-picture.ts";
import { type BmpHeader, type DecodedBmp, decodeBmp, readBitmapHeader } from "./bmp.ts";

/** Windows icons and cursors: several sizes of one drawing, each a PNG or a bitmap with a mask below it. */
export type Icon =
  | { readonly kind: "png"; readonly bytes: Uint8Array }
  | { readonly kind: "bitmap"; readonly header: BmpHeader; readonly bytes: Uint8Array };

const DIRECTORY_BYTES = 6;
const ENTRY_BYTES = 16;
const PNG_SIGNATURE = 0x89504e47;

/** The largest picture of an icon; of two of one size that with more colours. @throws PictureError */
export function largestOf(bytes: Uint8Array): Icon {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < DIRECTORY_BYTES) throw damaged();
  const count = Math.min(view.getUint16(4, true), Math.floor((bytes.length - DIRECTORY_BYTES) / ENTRY_BYTES));
  const isCursor = view.getUint16(2, true) === 2;
  const entries = Array.from({ length: count }, (_, index) => {
    const at = DIRECTORY_BYTES + index * ENTRY_BYTES;
    const offset = view.getUint32(at + 12, true);
    return {
      // 0 stands for 256.
      pixels: (bytes[at] || 256) * (bytes[at + 1] || 256),
      bits: isCursor ? 0 : view.getUint16(at + 6, true),
      data: bytes.subarray(offset, offset + view.getUint32(at + 8, true)),
    };
  });
  const [largest] = entries
    .filter(({ data }) => data.length > 4)
    .sort((a, b) => b.pixels - a.pixels || b.bits - a.bits);
  if (!largest) throw damaged();
  const { data } = largest;
  const signature = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0);
  if (signature === PNG_SIGNATURE) return { kind: "png", bytes: data };
  const header = readBitmapHeader(data, 0);
  // The header counts the rows of the mask too.
  return { kind: "bitmap", bytes: data, header: { ...header, height: Math.ceil(header.height / 2) } };
}

/** A picture without opacity of its own is cut out by the mask. */
export function decodeIcon({ bytes, header }: Extract<Icon, { kind: "bitmap" }>): DecodedBmp {
  const decoded = decodeBmp(bytes, header);
  const { picture, hasOpacity } = decoded;
  return hasOpacity || "channels" in picture
    ? decoded
    : { ...decoded, picture: cutOut(picture, bytes, header) };
}

function cutOut(
  { data, width, height }: RawPicture,
  bytes: Uint8Array,
  { bitsPerPixel, pixelOffset, topDown }: BmpHeader,
): TransparentPicture {
  const maskOffset = pixelOffset + Math.ceil((width * bitsPerPixel) / 32) * 4 * height;
  const maskRowBytes = Math.ceil(width / 32) * 4;
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    const row = maskOffset + maskRowBytes * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, to += 4) {
      const isClear = ((bytes[row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
      const from = (y * width + x) * 3;
      rgba.set([data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0, isClear ? 0 : 255], to);
    }
  }
  return { data: rgba, width, height, channels: 4 };
}

const damaged = () =>
  new PictureError("damaged", "The picture is damaged or incomplete (the icon holds no whole picture).");
