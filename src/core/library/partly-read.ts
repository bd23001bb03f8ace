import type { PartlyReadCounts, Shortfall } from "../types.ts";

/** "its file ends before its picture does", "the first of its 12 pages was read". */
export const shortfallInWords = ({ cut, pages }: Shortfall): string =>
  [
    ...(cut ? ["its file ends before its picture does"] : []),
    ...(pages ? [`the first of its ${pages.toLocaleString("en")} pages was read`] : []),
  ].join("; ");

/** "2 pictures are cut short; of 1 file with several pages the first is read"; undefined for none. */
export function partlyReadInWords({ cut, severalPages }: PartlyReadCounts): string | undefined {
  const number = (count: number, noun: string) =>
    `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const parts = [
    ...(cut > 0 ? [`${number(cut, "picture")} ${cut === 1 ? "is" : "are"} cut short`] : []),
    ...(severalPages > 0 ? [`of ${number(severalPages, "file")} with several pages the first is read`] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}
