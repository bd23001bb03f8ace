import type { Command } from "commander";
import { pluralize } from "../../core/index.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse maintain              rid the database's files of what was removed
  glimpse maintain --force      rewrite them in any case

What is removed is gone from every answer at once. Its bytes stay in the files of a database until those are rewritten: a library in a
folder does so by itself, one on a PostgreSQL server with this command and, where the bot runs, at night. Questions wait meanwhile.`;

export function registerMaintain(program: Command): void {
  const command = program
    .command("maintain")
    .description("rid the database's files of what was removed")
    .option("--force", "also when nothing was removed since the last time")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async ({ force, json }: { force?: boolean; json?: boolean }) => {
      const progress = showProgress("Rewriting");
      await withExistingLibrary(
        globalOptions(command),
        async (library, signal) => {
          const { onProgress } = progress;
          const report = await library.maintain({ force, signal, onProgress }).finally(progress.end);
          if (json) printJson(report);
          else {
            if (report.postponed.length > 0) logLine("Something is still to be done:");
            for (const reason of report.postponed) logLine(`  ${printable(reason)}`);
            if (report.rewritten.length > 0)
              logLine(
                `Rewrote ${pluralize(report.rewritten.length, "table")}, after ${pluralize(report.erasures, "removal")}.`,
              );
            else if (report.postponed.length === 0) logLine("Nothing was removed since the last time.");
            printLine("What was removed may still be in:");
            for (const place of report.elsewhere) printLine(`  ${place}`);
          }
          process.exitCode = report.postponed.length > 0 ? 1 : 0;
        },
        { allowModelMismatch: true },
      );
    });
}
