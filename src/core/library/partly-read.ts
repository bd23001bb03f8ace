import { formatCount, pluralize } from "../english.ts";
import type { PartlyReadCounts, Shortfall } from "../types.ts";

/** "its file ends before its picture does", "the first of its 12 pages or frames was read". */
export const describeShortfall = ({ cut, pages }: Shortfall): string =>
  [
    ...(cut ? ["its file ends before its picture does"] : []),
    ...(pages ? [`the first of its ${formatCount(pages)} pages or frames was read`] : []),
  ].join("; ");

/** "2 pictures are cut short; of 1 file with several pages or frames the first is read"; undefined for none. */
export function describePartlyRead({ cut, severalPages }: PartlyReadCounts): string | undefined {
  const parts = [
    ...(cut > 0 ? [`${pluralize(cut, "picture")} ${cut === 1 ? "is" : "are"} cut short`] : []),
    ...(severalPages > 0
      ? [`of ${pluralize(severalPages, "file")} with several pages or frames the first is read`]
      : []),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}
