import { PictureError } from "../../errors.ts";
import { readHeifItems } from "./heif-items.ts";

/** Enough for the brands of every file seen. */
const HEAD_BYTES = 4096;

/** The brands of a file of the family of HEIF, its own first and then those that it is compatible with. */
function heifBrands(bytes: Uint8Array): string[] {
  const box = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES));
  if (box.toString("latin1", 4, 8) !== "ftyp" || box.length < 12) return [];
  const end = Math.min(box.readUInt32BE(0), box.length);
  const brands = [box.toString("latin1", 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(box.toString("latin1", at, at + 4));
  return brands;
}

const isAvif = (brand: string) => /^avi[fso]$/.test(brand);
const isHevc = (brand: string) => /^he(ic|ix|im|is|vc|vx|vm|vs)$/.test(brand);
/** Of codecs that are not read, and those that only say how the file is built. */
const isOther = (brand: string) =>
  /^(m[is]f1|mif[23]|miaf|avc[is]|jpe[gs]|j2ki|j2is|vvic|evbi|unif)$/.test(brand);

/**
 * What codes the primary picture of a file of this family: brands are often wrong. Undefined for other files.
 * @throws PictureError for codecs that are not read, and files without a picture of their own
 */
export function heifFormat(bytes: Uint8Array): "avif" | "heic" | undefined {
  const brands = heifBrands(bytes);
  if (!brands.some((brand) => isAvif(brand) || isHevc(brand) || isOther(brand))) return undefined;
  const codec = readHeifItems(bytes)?.codec;
  if (codec === "hvc1" || codec === "av01") return codec === "hvc1" ? "heic" : "avif";
  if (codec !== undefined) throw unread(`HEIF coded as ${CODECS[codec] ?? codec}`);
  // Its decoder reads some sequences too, and has the last word on damage.
  if (brands.some(isAvif)) return "avif";
  const [own = ""] = brands;
  if (own === "mif3") throw unread("HEIF with a head of the short form");
  if (hasFilm(bytes)) throw unread("HEIF that hold films only");
  throw new PictureError(
    "damaged",
    "The picture is damaged or incomplete (its head does not say where the picture is).",
  );
}

const CODECS: Readonly<Record<string, string>> = {
  avc1: "AVC",
  j2k1: "JPEG 2000",
  jpeg: "JPEG",
  unci: "plain numbers",
  vvc1: "VVC",
  evc1: "EVC",
};

const unread = (kind: string) =>
  new PictureError(
    "unsupported-format",
    `Pictures of the kind ${kind} are not read. Export it as JPEG or PNG and add that.`,
  );

function hasFilm(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= file.length; ) {
    if (file.toString("latin1", at + 4, at + 8) === "moov") return true;
    const size = file.readUInt32BE(at);
    if (size < 8) return false;
    at += size;
  }
  return false;
}

/** Whether an AVIF is an animation; a still may stand beside it. */
export const isSequence = (bytes: Uint8Array): boolean => heifBrands(bytes).includes("avis");

/**
 * The file under a brand by which the decoder knows its codec: it takes `mif1` and `msf1` for HEVC, and newer brands
 * and sequences of AVIF (`avis`) for nothing that it reads.
 */
export function withKnownBrand(bytes: Uint8Array, format: "avif" | "heic"): Uint8Array {
  if (heifBrands(bytes)[0] === format) return bytes;
  const branded = Buffer.from(bytes);
  branded.write(format, 8, "latin1");
  return branded;
}
