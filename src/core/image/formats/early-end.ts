import { constants, inflateSync } from "node:zlib";
import type { OpenPicture } from "../open-picture.ts";
import { hasEndMarker, missingOfJpeg } from "./jpeg-end.ts";

/** Whether a file that was decoded whole lacks the mark of its end. */
export const isTruncated = ({ encoded }: OpenPicture): boolean =>
  encoded.format === "jpeg" && !hasEndMarker(encoded.bytes);

/**
 * How much a file that cannot be decoded whole lacks at its end, as a share of its picture: 0 where all of it is there.
 * Undefined where the end is not what is wrong.
 */
export async function missingFraction(picture: OpenPicture): Promise<number | undefined> {
  const { format, bytes } = picture.encoded;
  switch (format) {
    case "jpeg":
      return hasEndMarker(bytes) ? undefined : missingOfJpeg(bytes);
    case "png":
      return missingOfPng(picture);
    case "gif":
      return missingOfGif(picture);
    default:
      return undefined;
  }
}

const SIGNATURE_BYTES = 8;
const MAX_INFLATED_BYTES = 2 ** 28;
/** Values of a pixel by colour type: grey, RGB, palette, grey with opacity, RGB with opacity. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Whether it is a PNG with all chunks to the last, whatever is wrong inside of them. */
export function isWholePng({ encoded: { format, bytes } }: OpenPicture): boolean {
  if (format !== "png") return false;
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; at + 12 <= png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString("latin1", at + 4, at + 8) === "IEND") return true;
  return false;
}

/** By how much of its pixels can be unpacked. Interlaced ones come in turns, and lack pixels everywhere. */
function missingOfPng({ encoded: { bytes } }: OpenPicture): number | undefined {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) !== "IDAT") continue;
    packed.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const bits = (CHANNELS[png[25] ?? 0] ?? 4) * (png[24] ?? 8);
  const [width, height, isInterlaced] = [png.readUInt32BE(16), png.readUInt32BE(20), png[28] !== 0];
  const expected = (1 + Math.ceil((width * bits) / 8)) * height;
  if (isInterlaced || expected > MAX_INFLATED_BYTES) return undefined;
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: expected };
    return 1 - inflateSync(Buffer.concat(packed), options).length / expected;
  } catch {
    return undefined;
  }
}

/** By the rows that its first frame leaves empty. */
async function missingOfGif({ pipeline }: OpenPicture): Promise<number | undefined> {
  try {
    const { data, info } = await (await pipeline({ lenient: true }))
      .ensureAlpha()
      .extractChannel("alpha")
      .raw()
      .toBuffer({ resolveWithObject: true });
    let empty = 0;
    for (let at = 0; at < data.length; at += info.width)
      if (data.subarray(at, at + info.width).every((alpha) => alpha === 0)) empty += 1;
    return empty / info.height;
  } catch {
    return undefined;
  }
}
