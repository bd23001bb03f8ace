import { posix, win32 } from "node:path";
import type { Timestamp, WallClock } from "../types.ts";
import { isPlausible } from "./read-clock.ts";
import { type ClockReading, wallClockAt } from "./wall-clock.ts";

const DATE = String.raw`(?<!\d)(?<year>(?:19|20)\d{2})(?<dash>[-_.]?)(?<month>\d{2})\k<dash>(?<day>\d{2})`;
const TIME = String.raw`(?<hour>\d{1,2})(?<colon>[-_.:]?)(?<minute>\d{2})\k<colon>(?<second>\d{2})`;
const BETWEEN = String.raw`(?: ?[-_T.] ?| (?:\p{L}{1,4} )?)?`;

/** `PXL_20230102_030405678`, `Screenshot_2024-05-06-07-08-09`, `WhatsApp Image 2024-05-06 at 7.08.09 PM` and their like. */
const WITH_TIME = new RegExp(
  String.raw`${DATE}${BETWEEN}${TIME}(?:(?:\k<colon>|\.)(?<fraction>\d{3}))?(?: ?(?<half>[ap])m)?(?!\d)`,
  "iu",
);
/** `2024-05-06 harbour`. Eight digits alone may be any number … */
const DASHED = new RegExp(String.raw`${DATE}(?!\d)`, "u");
/** … unless a program that names pictures so wrote them: `IMG-20250712-WA0003`, `IMG_20230102`. */
const COMPACT = new RegExp(String.raw`^(?:IMG|VID|PXL|MVIMG|PANO|DSC|Screenshot)[-_ ]?${DATE}(?!\d)`, "iu");

/** The date that a phone, messenger or screenshot tool wrote into a file's name. A day without a time begins at midnight. */
export function dateInName(path: string, now: Timestamp = Date.now()): WallClock | undefined {
  const name = posix.basename(win32.basename(path)).normalize("NFKC");
  const readings = [
    withTime(WITH_TIME.exec(name)?.groups),
    onDay(DASHED.exec(name)?.groups, { dashed: true }),
    onDay(COMPACT.exec(name)?.groups, { dashed: false }),
  ];
  return readings.find((clock) => clock !== undefined && isPlausible(clock, now));
}

type Groups = Record<string, string | undefined> | undefined;

function withTime(groups: Groups): WallClock | undefined {
  if (groups === undefined) return undefined;
  const { hour, minute, second, fraction, half } = groups;
  return wallClockAt({
    ...dayIn(groups),
    hour: half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction ?? 0),
  });
}

function onDay(groups: Groups, { dashed }: { readonly dashed: boolean }): WallClock | undefined {
  if (groups === undefined || (groups.dash !== "") !== dashed) return undefined;
  return wallClockAt(dayIn(groups));
}

const dayIn = ({ year, month, day }: Record<string, string | undefined>): ClockReading => ({
  year: Number(year),
  month: Number(month),
  day: Number(day),
});
