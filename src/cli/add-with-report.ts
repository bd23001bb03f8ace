import {
  describeCompanions,
  describeNotRead,
  describeNowLeftOut,
  describeShortfall,
  describeUnknownScript,
  formatCount,
  type Library,
  pluralize,
} from "../core/index.ts";
import type { AddReport, TextReport } from "../core/types.ts";
import { logLine, printable } from "./output.ts";
import { showProgress } from "./progress.ts";

const SHOWN_FAILURES = 5;

/** Adds with a progress bar and logs a summary. */
export async function addWithReport(
  library: Library,
  paths: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly retryFailed?: boolean | undefined;
    readonly rereadAll?: boolean | undefined;
  },
): Promise<AddReport> {
  const display = showProgress("Indexing");
  const started = Date.now();
  const report = await library
    .add(paths, { ...options, onProgress: display.onProgress, onWait: logWait })
    .finally(display.end);
  const seconds = (Date.now() - started) / 1000;
  logLine(`${summary(report, options.rereadAll ?? false)}, in ${seconds.toFixed(1)} s.`);
  if (report.text) logText(report.text);
  if (report.queued > 0)
    logLine("They become pictures of the library as workers get to them: `glimpse status`.");
  for (const { origin, reason } of report.refused)
    logLine(`glimpse: ${printable(origin)} was not added: ${printable(reason)}`);
  const beside = describeCompanions(report.companions);
  if (beside) logLine(`Beside their pictures: ${beside}.`);
  printFailures(report);
  printPartlyRead(report);
  logNotRead(report);
  for (const root of report.offline) {
    logLine(
      `${printable(root)} cannot be reached, went away while it was read, or is suddenly empty, so its pictures are kept. To erase them, run \`glimpse remove\`.`,
    );
  }
  if (report.cancelled)
    logLine("Stopped early. What was done is kept; run the same command again to continue.");
  return report;
}

function logNotRead(report: AddReport): void {
  const notRead = describeNotRead([report]);
  if (notRead) logLine(`${notRead.charAt(0).toUpperCase()}${notRead.slice(1)}.`);
  const now = describeNowLeftOut(report.nowLeftOut);
  if (now)
    logLine(
      `Of those gone, pictures that are still there and are left out now: ${now}. A .glimpseignore with a line such as \`!*.photoslibrary/\` takes a folder back.`,
    );
}

function logText(text: TextReport): void {
  if (text.read > 0) logLine(`${describeText(text)}.`);
  const unknownScript = describeUnknownScript(text);
  if (unknownScript) logLine(unknownScript);
  for (const { origin, reason } of text.skipped.slice(0, SHOWN_FAILURES))
    logLine(`  text not read in ${printable(origin)}: ${printable(reason)}`);
  if (text.skipped.length > SHOWN_FAILURES) logLine(`  … and ${text.skipped.length - SHOWN_FAILURES} more`);
  if (text.problem !== undefined)
    logLine(`glimpse: text was not read to the end: ${printable(text.problem)}`);
}

export const describeText = ({ read, withText }: TextReport): string =>
  `Text found in ${withText.toLocaleString("en")} of ${pluralize(read, "picture")} read`;

/** For `onWait`. */
export const logWait = (folder: string): void =>
  logLine(`Another glimpse is adding ${printable(folder)}; waiting for it to finish.`);

function summary(report: AddReport, isReread: boolean): string {
  const known = isReread ? "read again" : "already known (copies, moves)";
  const parts = [
    `${pluralize(report.added, "picture")} added`,
    ...(report.known > 0 ? [`${formatCount(report.known)} ${known}`] : []),
    ...(report.embedded ? [`${formatCount(report.embedded)} embedded by the model in use`] : []),
    ...(report.unchanged > 0 ? [`${formatCount(report.unchanged)} unchanged`] : []),
    ...(report.queued > 0 ? [`${formatCount(report.queued)} left to workers`] : []),
    ...(report.removed > 0 ? [`${formatCount(report.removed)} gone`] : []),
    ...(report.skipped.length > 0 ? [`${formatCount(report.skipped.length)} skipped`] : []),
  ];
  return parts.join(", ");
}

function printFailures({ skipped }: AddReport): void {
  for (const { origin, reason } of skipped.slice(0, SHOWN_FAILURES))
    logLine(`  skipped ${printable(origin)}: ${printable(reason)}`);
  if (skipped.length > SHOWN_FAILURES) {
    logLine(
      `  … and ${skipped.length - SHOWN_FAILURES} more; \`glimpse status --failed\` lists all of them.`,
    );
  }
}

function printPartlyRead({ partlyRead }: AddReport): void {
  for (const picture of partlyRead.slice(0, SHOWN_FAILURES))
    logLine(`  in part ${printable(picture.origin)}: ${describeShortfall(picture)}`);
  if (partlyRead.length > SHOWN_FAILURES)
    logLine(`  … and ${partlyRead.length - SHOWN_FAILURES} more that were read in part.`);
}
