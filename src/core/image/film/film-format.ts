import type { FilmFormat } from "../../types.ts";

/** Enough of a file's start for every signature below. */
export const FILM_SIGNATURE_BYTES = 4096;

/** Of files built as ISO 14496-12 says (MP4), those that hold pictures in time and not a still or sound alone. */
const FILM_BRANDS =
  /^(isom|iso[2-9a-c]|mp4[12v]|mp71|avc1|hvc1|dby1|m4v[ hp]|3g[2gprs][0-9a-z ]|dash|mmp4|msnv|f4v |xavc|nd[a-z]{2}|piff|cmfc|qt {2})$/i;
const QUICKTIME = "qt  ";
/** Boxes that QuickTime files without a brand begin with. */
const QUICKTIME_BOXES = ["moov", "mdat", "wide", "free", "skip", "pnot"];
const EBML = [0x1a, 0x45, 0xdf, 0xa3];

/** The kind of film by its first bytes, whatever its name; undefined for what is none. */
export function filmFormat(start: Uint8Array): FilmFormat | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...start.subarray(from, to));
  if (start.length < 16) return undefined;
  if (EBML.every((byte, at) => start[at] === byte)) {
    const head = text(0, 256);
    if (head.includes("webm")) return "webm";
    return head.includes("matroska") ? "mkv" : undefined;
  }
  if (text(0, 4) === "RIFF" && text(8, 11) === "AVI") return "avi";
  const box = text(4, 8);
  if (box === "ftyp") {
    const brand = text(8, 12);
    if (!FILM_BRANDS.test(brand)) return undefined;
    return brand === QUICKTIME ? "mov" : "mp4";
  }
  if (!QUICKTIME_BOXES.includes(box)) return undefined;
  const next = nextBox(start);
  // Two of the boxes are words that may stand in any file.
  return box === "moov" || box === "mdat" || box === "wide" || next ? "mov" : undefined;
}

/** Whether another box of QuickTime follows the first, as far as the bytes reach. */
function nextBox(start: Uint8Array): boolean {
  const size = new DataView(start.buffer, start.byteOffset).getUint32(0);
  const type = String.fromCharCode(...start.subarray(size + 4, size + 8));
  return size >= 8 && QUICKTIME_BOXES.includes(type);
}
