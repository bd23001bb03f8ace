import { type CodedColours, coloursOfCodes } from "../formats/coded-colours.ts";

/** Boxes of a file's head; pictures' data may hold any bytes. */
const MAX_META_BYTES = 1 << 20;

/** What an AVIF or HEIC says of its colours by numbers (a `colr` box of the type `nclx`); undefined for those of a screen. */
export function heifColours(bytes: Uint8Array): CodedColours | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= file.length; ) {
    const size = file.readUInt32BE(at);
    if (file.toString("latin1", at + 4, at + 8) === "meta") {
      const meta = file.subarray(at, at + Math.min(size || MAX_META_BYTES, MAX_META_BYTES));
      const colour = meta.indexOf("colrnclx", 0, "latin1");
      if (colour < 0 || colour + 12 > meta.length) return undefined;
      return coloursOfCodes(meta.readUInt16BE(colour + 8), meta.readUInt16BE(colour + 10));
    }
    if (size < 8) return undefined;
    at += size;
  }
  return undefined;
}
