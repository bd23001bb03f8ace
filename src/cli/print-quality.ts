import { pluralize } from "../core/index.ts";
import type { Estimate, SearchQuality } from "../core/types.ts";
import { printLine } from "./output.ts";

const FROM: Readonly<Record<SearchQuality["source"], string>> = {
  file: "Your questions",
  marks: "Questions that you marked",
  captions: "Captions, asked of looks alone",
  names: "File names, asked of looks alone",
  tags: "Tags, asked of looks alone",
};

/** A mean and where 95 % of resamples lie. */
export const formatEstimate = (estimate: Estimate | null): string =>
  estimate === null
    ? "-"
    : `${estimate.mean.toFixed(2)} (${estimate.low.toFixed(2)} to ${estimate.high.toFixed(2)})`;

export function printQuality(quality: SearchQuality, indent = ""): void {
  const { source, answerable, unanswerable, refused, rightlyRefused, outside, unjudged } = quality;
  printLine(`${indent}${FROM[source]}: ${pluralize(answerable + unanswerable, "question")}`);
  const line = (name: string, value: string) => printLine(`${indent}  ${name.padEnd(36)} ${value}`);
  if (answerable > 0) {
    line("right pictures among the first 1", formatEstimate(quality.recallAt1));
    line("  among the first 5", formatEstimate(quality.recallAt5));
    line("  among the first 10", formatEstimate(quality.recallAt10));
    line("mean reciprocal rank", formatEstimate(quality.reciprocalRank));
    line("right ones of the first 10 hits", formatEstimate(quality.precisionAt10));
    if (unjudged === 0) line('called "nothing", though it is there', `${refused} of ${answerable}`);
  }
  if (unanswerable > 0 && unjudged === 0)
    line('called "nothing", and nothing is', `${rightlyRefused} of ${unanswerable}`);
  if (outside.images > 0)
    line(
      "left out, as not in what was searched",
      `${pluralize(outside.images, "right picture")}${outside.questions > 0 ? `, and ${pluralize(outside.questions, "question")} with no others` : ""}`,
    );
}
