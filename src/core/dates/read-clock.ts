import type { CaptureTime } from "../types.ts";
import { wallClockAt } from "./wall-clock.ts";

/** A time as a field of a picture's metadata holds it. */
export type WrittenTime = Omit<CaptureTime, "source">;

/** EXIF writes 2011:05:06 07:08:09, XMP 2011-05-06T07:08:09.12+02:00, IPTC 20110506; the time of day may be missing. */
const PATTERN =
  /^(\d{4})([:\-/.]?)(\d{2})\2(\d{2})(?:[T ]+(?:(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?[: ]*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Undefined for anything but a valid date or time. */
export function readClock(text: string): WrittenTime | undefined {
  const match = PATTERN.exec(trimmed(text));
  if (!match) return undefined;
  const [year, , month, day, hour, minute, second] = match.slice(1, 8).map((digits) => Number(digits ?? 0));
  const millisecond = milliseconds(match[8]);
  const wallClock = wallClockAt({
    year: year ?? 0,
    month: month ?? 0,
    day: day ?? 0,
    hour,
    minute,
    second,
    millisecond,
  });
  return wallClock === undefined ? undefined : { wallClock, offsetMinutes: readOffset(match[9]) };
}

/** Fields are padded with NUL, blanks, or both. */
const trimmed = (text: string) => text.replaceAll("\0", " ").trim();

/** Digits after the decimal point of a second, as EXIF keeps them in a field of their own. */
export function milliseconds(digits: string | undefined): number {
  const [leading = ""] = /^\d{0,3}/.exec(trimmed(digits ?? "")) ?? [];
  return Number(leading.padEnd(3, "0"));
}

/** "Z", "+0530" and "+05:30" as minutes ahead of UTC. */
export function readOffset(text: string | undefined): number | undefined {
  const written = trimmed(text ?? "");
  if (/^z$/i.test(written)) return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(written);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (Number(match[3]) >= 60 || minutes > 14 * 60) return undefined;
  return match[1] === "-" ? 0 - minutes : minutes;
}
