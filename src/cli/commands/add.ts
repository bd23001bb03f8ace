import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { addWithReport } from "../add-with-report.ts";
import { offerModel } from "../offer-model.ts";
import { collectPaths, NICE_OPTION } from "../option-values.ts";
import { printJson } from "../output.ts";
import { checkAddable, globalOptions, withLibrary } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse add ~/Pictures        index a folder and all below it
  glimpse add                   bring every added folder up to date
  glimpse add --retry           retry files that failed earlier
  glimpse add --force           read and embed every picture again

Running it again reads only what changed. Left out, and counted: hidden files, recycle
bins, snapshots, photo libraries of other programs, folders marked .nomedia, and what a
.glimpseignore (gitignore syntax) lists; a line with ! takes it back. A picture whose
decoding would take more than 1024 MiB of memory is refused with a reason;
GLIMPSE_PICTURE_MEMORY sets another number of MiB.`;

interface AddFlags {
  readonly retry?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly location?: boolean;
  readonly nice?: boolean;
}

export function registerAdd(program: Command): void {
  const command = program
    .command("add")
    .description("index folders and files, or bring the added ones up to date")
    .argument("[paths...]", "folders or files", collectPaths)
    .option("--retry", "retry files that failed earlier, even if unchanged")
    .option("--force", "read and embed every picture again, even if its file is unchanged")
    .option("--location", "store cameras and places again, and read them from files that are known")
    .option(
      "--no-location",
      "store neither cameras nor places of pictures, from now on, and erase those that are stored",
    )
    .option(...NICE_OPTION)
    .option("--no-text", "leave the text in pictures unread (GLIMPSE_TEXT=off for every command)")
    .option("--json", "print the report as JSON")
    .addHelpText("after", EXAMPLES)
    .action((paths: string[], flags: AddFlags) =>
      withLibrary(
        globalOptions(command),
        async (library, signal) => {
          if (paths.length === 0 && (await library.roots()).length === 0) {
            throw new UsageError("No folder was added yet. Name one: `glimpse add ~/Pictures`.");
          }
          if (flags.location !== undefined) await library.keepLocation(flags.location);
          const report = await addWithReport(library, paths, {
            signal,
            retryFailed: flags.retry,
            rereadAll: flags.force,
          });
          if (flags.json) printJson(report);
          if (report.refused.length > 0) process.exitCode = 1;
          if (report.cancelled) process.exitCode = 130;
        },
        {
          mustExist: paths.length === 0,
          nice: flags.nice,
          beforeCreating: async () => {
            await checkAddable(paths);
            await offerModel(globalOptions(command), paths);
          },
        },
      ),
    );
}
