import ExifReader, { type IncludeTagsOptions } from "exifreader";
import { isPlausible } from "../dates/plausible-time.ts";
import { milliseconds, readClock, readOffset, type WrittenTime } from "../dates/read-clock.ts";
import type { CaptureSource, CaptureTime } from "../types.ts";

/** A picture's bytes, and the XMP packet in them where the decoder found one. */
export interface MetadataSource {
  readonly bytes: Uint8Array;
  readonly xmp: Uint8Array | undefined;
}

/**
 * When a picture was taken, from the best of its metadata fields that holds a calendar date which is not in the future.
 * Null when none does.
 */
export async function captureTime({ bytes, xmp }: MetadataSource): Promise<CaptureTime | null> {
  const { exif = {}, iptc = {} } = await readTags(bytes, { exif: exifNames, iptc: iptcNames });
  return (
    exifTime(exif, "exif-original") ??
    exifTime(exif, "exif-digitized") ??
    (xmp && xmpTime(await readXmp(xmp))) ??
    iptcTime(iptc) ??
    exifTime(exif, "exif-ifd0") ??
    null
  );
}

export type Tags = { readonly [name: string]: Tag | undefined };
export interface Tag {
  readonly value?: unknown;
  readonly description?: unknown;
}

/** Time, fraction of its second, and offset. Tag 0x9010, the offset of the file, stands in for the others. */
const exifFields = {
  "exif-original": ["DateTimeOriginal", "SubSecTimeOriginal", "OffsetTimeOriginal"],
  "exif-digitized": ["DateTimeDigitized", "SubSecTimeDigitized", "OffsetTimeDigitized"],
  "exif-ifd0": ["DateTime", "SubSecTime", "OffsetTime"],
} as const;
const exifNames = Object.values(exifFields).flat();

function exifTime(tags: Tags, source: keyof typeof exifFields): CaptureTime | undefined {
  const [time, fraction, offset] = exifFields[source];
  const written = readClock(textOf(tags[time]));
  if (!written) return undefined;
  return toCaptureTime(source, {
    wallClock:
      Math.floor(written.wallClock / 1000) * 1000 +
      (written.wallClock % 1000 || milliseconds(textOf(tags[fraction]))),
    offsetMinutes:
      written.offsetMinutes ?? readOffset(textOf(tags[offset])) ?? readOffset(textOf(tags.OffsetTime)),
  });
}

/** exif:DateTimeOriginal, photoshop:DateCreated, xmp:CreateDate, exif:DateTimeDigitized. */
const xmpNames = ["DateTimeOriginal", "DateCreated", "CreateDate", "DateTimeDigitized"];

function xmpTime(tags: Tags): CaptureTime | undefined {
  return firstPlausible(
    "xmp",
    xmpNames.map((name) => textOf(tags[name])),
  );
}

const iptcFields = [
  ["Date Created", "Time Created"],
  ["Digital Creation Date", "Digital Creation Time"],
] as const;
const iptcNames = iptcFields.flat();

function iptcTime(tags: Tags): CaptureTime | undefined {
  return firstPlausible(
    "iptc",
    iptcFields.map(([day, time]) => `${descriptionOf(tags[day])} ${descriptionOf(tags[time])}`),
  );
}

const firstPlausible = (source: CaptureSource, texts: readonly string[]): CaptureTime | undefined =>
  texts.map((text) => toCaptureTime(source, readClock(text))).find((time) => time !== undefined);

function toCaptureTime(source: CaptureSource, written: WrittenTime | undefined): CaptureTime | undefined {
  if (written === undefined || !isPlausible(written.wallClock)) return undefined;
  const { wallClock, offsetMinutes } = written;
  return { wallClock, ...(offsetMinutes !== undefined && { offsetMinutes }), source };
}

/** Far longer than any time. */
const LONGEST_TEXT = 64;

/** Text of EXIF comes as a list: what stood between NULs; its bytes where the file calls them UNDEFINED or BYTE. */
function textOf(tag: Tag | undefined): string {
  const value: unknown[] = Array.isArray(tag?.value) ? tag.value : [tag?.value];
  const bytes = value.slice(0, LONGEST_TEXT).filter((part) => typeof part === "number");
  const parts = bytes.length > 0 ? [String.fromCharCode(...bytes)] : value;
  return parts.find((part): part is string => typeof part === "string" && /\w/.test(part)) ?? "";
}

const descriptionOf = (tag: Tag | undefined) => (typeof tag?.description === "string" ? tag.description : "");

interface XmlParser {
  parseFromString(xml: string, mimeType: string): unknown;
}

/** Text that a PNG holds compressed is read up to this size. */
const MAX_TEXT_BYTES = 1024 * 1024;

export async function readTags(
  bytes: Uint8Array,
  includeTags: IncludeTagsOptions,
  domParser?: XmlParser,
): Promise<Partial<Record<keyof IncludeTagsOptions, Tags>>> {
  try {
    // `load` would copy the whole picture first.
    const tags = await ExifReader.loadView(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      expanded: true,
      async: true,
      includeTags,
      decompress: { maxDecompressedSize: MAX_TEXT_BYTES },
      ...(domParser && { domParser }),
    });
    return tags as Record<string, Tags>;
  } catch {
    return {};
  }
}

/** The XML parser is loaded only for pictures with XMP whose EXIF has no date. */
async function readXmp(xmp: Uint8Array): Promise<Tags> {
  const text = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString("utf8");
  const start = text.search(/<(?:\w+:)?(?:xmpmeta|RDF)\b/);
  if (start === -1) return {};
  const { DOMParser, onErrorStopParsing } = await import("@xmldom/xmldom");
  // The library recognises a packet by this wrapper, which is optional in files.
  const packet = Buffer.from(`<?xpacket begin=""?>${text.slice(start)}`);
  const parser = new DOMParser({ onError: onErrorStopParsing });
  return (await readTags(packet, { xmp: true }, parser)).xmp ?? {};
}
