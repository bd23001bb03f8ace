import { isPlausible } from "../dates/plausible-time.ts";
import { milliseconds, readClock, readOffset, type WrittenTime } from "../dates/read-clock.ts";
import type { CaptureSource, CaptureTime } from "../types.ts";
import { descriptionOf, type Tags, textOf } from "./tag-values.ts";

/**
 * When a picture was taken, from the best of its metadata fields that holds a calendar date which is not in the future.
 * Null when none does.
 * @param xmp reads the tags of its XMP, which costs more than all others
 */
export async function captureTime(
  { exif = {}, iptc = {} }: { readonly exif?: Tags | undefined; readonly iptc?: Tags | undefined },
  xmp: () => Promise<Tags>,
): Promise<CaptureTime | null> {
  return (
    exifTime(exif, "exif-original") ??
    exifTime(exif, "exif-digitized") ??
    xmpTime(await xmp()) ??
    iptcTime(iptc) ??
    exifTime(exif, "exif-ifd0") ??
    null
  );
}

/** Time, fraction of its second, and offset. Tag 0x9010, the offset of the file, stands in for the others. */
const exifFields = {
  "exif-original": ["DateTimeOriginal", "SubSecTimeOriginal", "OffsetTimeOriginal"],
  "exif-digitized": ["DateTimeDigitized", "SubSecTimeDigitized", "OffsetTimeDigitized"],
  "exif-ifd0": ["DateTime", "SubSecTime", "OffsetTime"],
} as const;
export const EXIF_TIMES = Object.values(exifFields).flat();

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

export function xmpTime(tags: Tags): CaptureTime | undefined {
  return firstPlausible(
    "xmp",
    xmpNames.map((name) => textOf(tags[name])),
  );
}

const iptcFields = [
  ["Date Created", "Time Created"],
  ["Digital Creation Date", "Digital Creation Time"],
] as const;
export const IPTC_TIMES = iptcFields.flat();

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
