import { posix, win32 } from "node:path";
import type { Timestamp, WallClock } from "../types.ts";
import { isPlausible } from "./plausible-time.ts";
import { type ClockReading, wallClockAt } from "./wall-clock.ts";

const DATE = String.raw`(?<!\d)(?<year>(?:19|20)\d{2})(?<dash>[-_.]?)(?<month>\d{2})\k<dash>(?<day>\d{2})`;
const DAY_FIRST = String.raw`(?<!\d)(?<day>\d{2})(?<dash>[-_.])(?<month>\d{2})\k<dash>(?<year>(?:19|20)\d{2})`;
/** A sign, or up to two short words: "at", "um", "à", "kl.", "a las". */
const BETWEEN = String.raw`(?: ?[-_T.,] ?| (?:\p{L}{1,4}\.? ){0,2})?`;
/** Programs that name pictures. */
const PROGRAM = String.raw`(?<![\p{L}\d])(?:IMG|VID|PXL|MVIMG|PANO|DSC|WP|WIN|DJI|BURST|MOV|REC|TRIM|Screenshot|Screen[-_ ]?Recording|Snapchat|Signal|Scan)[-_ ]?`;
const TIME =
  "(?:(?<noon>上午|下午|午前|午後|오전|오후) ?)?" +
  String.raw`(?<hour>\d{1,2})(?<colon>[-_.: ]?)(?<minute>\d{2})\k<colon>(?<second>\d{2})` +
  String.raw`(?:(?:\k<colon>|\.)(?<fraction>\d{3}))?(?: ?(?<half>[ap])\.? ?m)?(?!\d)`;

/** `PXL_20230102_030405678`, `Screenshot_2024-05-06-07-08-09`, `WhatsApp Image 2024-05-06 at 7.08.09 PM` and their like. */
const WITH_TIME = new RegExp(`${DATE}(?<between>${BETWEEN})${TIME}`, "iu");
/** `IMG20230102030405`: digits in one run may be any number, unless such a program wrote them, or they are all of the name. */
const RUN = String.raw`(?<year>(?:19|20)\d{2})(?<month>\d{2})(?<day>\d{2})(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})(?<fraction>\d{3})?(?!\d)`;
const RUN_OF_PROGRAM = new RegExp(PROGRAM + RUN, "iu");
const RUN_ALONE = new RegExp(
  String.raw`^${RUN}(?:[-_ ]?\d{1,4}|[-_ ]?\(\d{1,4}\))?(?:\.\p{L}[\p{L}\d]*)?$`,
  "u",
);
/** `photo_5@06-05-2024_07-08-09`, as Telegram writes it. Without a time people wrote it, in the order of some country. */
const DAY_FIRST_WITH_TIME = new RegExp(DAY_FIRST + BETWEEN + TIME, "iu");
/** `2024-05-06 harbour`. Eight digits alone may be any number … */
const DASHED = new RegExp(String.raw`${DATE}(?!\d)`, "u");
/** … unless a program that names pictures so wrote them, perhaps behind other words: `Copy of IMG-20250712-WA0003`. */
const COMPACT = new RegExp(String.raw`${PROGRAM}${DATE}(?!\d)`, "iu");

/** The date that a phone, messenger or screenshot tool wrote into a file's name. A day without a time begins at midnight. */
export function dateInName(path: string, now: Timestamp = Date.now()): WallClock | undefined {
  const name = posix.basename(win32.basename(path)).normalize("NFKC");
  const readings = [
    withTime(WITH_TIME.exec(name)?.groups),
    withTime(RUN_OF_PROGRAM.exec(name)?.groups),
    withTime(RUN_ALONE.exec(name)?.groups),
    dayFirstWithTime(DAY_FIRST_WITH_TIME.exec(name)?.groups),
    onDay(DASHED.exec(name)?.groups, { dashed: true }),
    onDay(COMPACT.exec(name)?.groups, { dashed: false }),
  ];
  return readings.find((clock) => clock !== undefined && isPlausible(clock, now));
}

type Groups = Record<string, string | undefined>;

function withTime(groups: Groups | undefined): WallClock | undefined {
  if (groups === undefined) return undefined;
  const { hour = "", dash, between, colon, minute, second, fraction } = groups;
  // Eight digits and more in one run.
  if (dash === "" && between === "") return undefined;
  // A number of five digits is no time.
  if (colon === "" && hour.length === 1) return undefined;
  return wallClockAt({
    ...dayIn(groups),
    hour: hourOfDay(Number(hour), groups),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction ?? 0),
  });
}

function hourOfDay(hour: number, { half, noon }: Groups): number {
  if (half === undefined && noon === undefined) return hour;
  const isAfternoon = half?.toLowerCase() === "p" || ["下午", "午後", "오후"].includes(noon ?? "");
  return (hour % 12) + (isAfternoon ? 12 : 0);
}

/** Month first where only that is a date. */
const dayFirstWithTime = (groups: Groups | undefined): WallClock | undefined =>
  withTime(groups) ?? withTime(groups && { ...groups, day: groups.month, month: groups.day });

function onDay(groups: Groups | undefined, { dashed }: { readonly dashed: boolean }): WallClock | undefined {
  if (groups === undefined || (groups.dash !== "") !== dashed) return undefined;
  return wallClockAt(dayIn(groups));
}

const dayIn = ({ year, month, day }: Groups): ClockReading => ({
  year: Number(year),
  month: Number(month),
  day: Number(day),
});
