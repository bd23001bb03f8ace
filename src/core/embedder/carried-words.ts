import { iptcWords } from "../image/formats/iptc-words.ts";
import { readXmp, XmpError } from "../sidecars/xmp-document.ts";
import type { CarriedWords } from "../types.ts";

/** Programs write a few kilobytes. */
const MAX_XMP_BYTES = 1024 * 1024;
const NONE: CarriedWords = { keywords: [], titles: [] };

/** The words that a picture's XMP and IPTC carry, each once. */
export async function carriedWords(bytes: Uint8Array, xmp: Uint8Array | undefined): Promise<CarriedWords> {
  const all = [await xmpWords(xmp), await iptcWords(bytes)];
  return {
    keywords: [...new Set(all.flatMap(({ keywords }) => keywords))],
    titles: [...new Set(all.flatMap(({ titles }) => titles))],
  };
}

/** A packet that is damaged says nothing. */
async function xmpWords(xmp: Uint8Array | undefined): Promise<CarriedWords> {
  if (!xmp || xmp.byteLength > MAX_XMP_BYTES) return NONE;
  const text = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString("utf8").replace(/\0+$/, "");
  try {
    return await readXmp(text);
  } catch (error) {
    if (error instanceof XmpError) return NONE;
    throw error;
  }
}
