import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { pluralize } from "../../core/index.ts";
import type { AddReport } from "../../core/types.ts";
import { addWithReport, logWait } from "../add-with-report.ts";
import { collectPaths } from "../option-values.ts";
import { logLine, printable } from "../output.ts";
import { reportError } from "../report-error.ts";
import { checkAddable, globalOptions, withLibrary } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse watch ~/Pictures      index a folder and keep it up to date
  glimpse watch                 keep every added folder up to date

Runs until Ctrl-C. Waits until files that are still being copied are complete.`;

export function registerWatch(program: Command): void {
  const command = program
    .command("watch")
    .description("keep the added folders up to date while it runs")
    .argument("[folders...]", "folders to add first", collectPaths)
    .addHelpText("after", EXAMPLES)
    .action((folders: string[]) =>
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
          await library.watch({ signal, onReport: printReport, onError: reportError, onWait: logWait });
          logLine("Stopped watching.");
        },
        { mustExist: folders.length === 0, beforeCreating: () => checkAddable(folders) },
      ),
    );
}

function printReport(report: AddReport): void {
  const at = new Date().toTimeString().slice(0, 8);
  const { added, known, removed, skipped } = report;
  if (added + known + removed + skipped.length > 0) {
    logLine(
      `${at}  ${pluralize(added, "picture")} added, ${known} moved or copied, ${removed} gone, ${skipped.length} skipped`,
    );
  }
  for (const { origin, reason } of skipped) logLine(`  skipped ${printable(origin)}: ${printable(reason)}`);
  for (const root of report.offline) logLine(`${at}  ${printable(root)} is offline; its pictures are kept`);
}
