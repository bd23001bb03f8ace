import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { describeNowLeftOut, pluralize } from "../../core/index.ts";
import type { AddReport } from "../../core/types.ts";
import type { MetricsAddress } from "../../shared/metrics.ts";
import { addWithReport, describeText, logWait } from "../add-with-report.ts";
import { collectPaths, interval, METRICS_OPTION, NICE_OPTION } from "../option-values.ts";
import { logLine, printable } from "../output.ts";
import { reportError } from "../report-error.ts";
import { checkAddable, globalOptions, withLibrary, withMetrics } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse watch ~/Pictures      index a folder and keep it up to date
  glimpse watch                 keep every added folder up to date
  glimpse watch --rescan 1h     also scan every folder each hour
  glimpse watch --nice          let other programs have the processor first

Runs until Ctrl-C. Waits until files that are still being copied are complete.
Network shares do not report what other computers change: they are scanned every 15 minutes.`;

export function registerWatch(program: Command): void {
  const command = program
    .command("watch")
    .description("keep the added folders up to date while it runs")
    .argument("[folders...]", "folders to add first", collectPaths)
    .option(
      "--rescan <time>",
      "scan every folder that often, such as 30s, 15m or 2h; off: not even shares",
      interval,
    )
    .option(...METRICS_OPTION)
    .option(...NICE_OPTION)
    .option("--no-text", "leave the text in pictures unread (GLIMPSE_TEXT=off for every command)")
    .addHelpText("after", EXAMPLES)
    .action((folders: string[], flags: { rescan?: number; metrics?: MetricsAddress; nice?: boolean }) =>
      withLibrary(
        globalOptions(command),
        async (library, signal) => {
          if (folders.length > 0 && (await addWithReport(library, folders, { signal })).cancelled) {
            process.exitCode = 130;
            return;
          }
          const roots = await library.roots();
          if (roots.length === 0)
            throw new UsageError("No folder to watch. Name one: `glimpse watch ~/Pictures`.");
          logLine(`Watching ${roots.map((root) => printable(root.path)).join(", ")}. Press Ctrl-C to stop.`);
          await withMetrics(flags.metrics, library, () =>
            library.watch({
              signal,
              onReport: printReport,
              onError: reportError,
              onWait: logWait,
              onNetwork: logNetwork,
              rescanMs: flags.rescan,
              rescanEach: flags.rescan !== undefined,
            }),
          );
          logLine("Stopped watching.");
        },
        { mustExist: folders.length === 0, nice: flags.nice, beforeCreating: () => checkAddable(folders) },
      ),
    );
}

function logNetwork(folder: string, fileSystem: string, rescanMs: number): void {
  const how =
    rescanMs === Number.POSITIVE_INFINITY
      ? "found by `glimpse add`"
      : `found by scanning it every ${formatInterval(rescanMs)} (--rescan)`;
  logLine(
    `${printable(folder)} is or holds a network share (${printable(fileSystem)}), which reports no changes made by other computers: those are ${how}.`,
  );
}

/** `15 minutes` */
function formatInterval(ms: number): string {
  if (ms % 3_600_000 === 0) return pluralize(ms / 3_600_000, "hour");
  return ms % 60_000 === 0 ? pluralize(ms / 60_000, "minute") : pluralize(ms / 1000, "second");
}

function printReport(report: AddReport): void {
  const at = new Date().toTimeString().slice(0, 8);
  const { added, known, removed, skipped, queued } = report;
  if (added + known + removed + skipped.length + queued > 0) {
    logLine(
      `${at}  ${pluralize(added, "picture")} added, ${known} moved or copied, ${removed} gone, ${skipped.length} skipped${queued > 0 ? `, ${queued} left to workers` : ""}`,
    );
  }
  const leftOut = describeNowLeftOut(report.nowLeftOut);
  if (leftOut) logLine(`${at}  left out now: ${leftOut}`);
  if (report.text !== undefined && report.text.read > 0) logLine(`${at}  ${describeText(report.text)}`);
  for (const { origin, reason } of skipped) logLine(`  skipped ${printable(origin)}: ${printable(reason)}`);
  for (const { origin, reason } of report.refused)
    logLine(`${at}  ${printable(origin)} was not added: ${printable(reason)}`);
  for (const root of report.offline) logLine(`${at}  ${printable(root)} is offline; its pictures are kept`);
}
