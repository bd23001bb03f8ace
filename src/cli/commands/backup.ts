import { resolve } from "node:path";
import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import type { BackupOutcome } from "../../core/copying/back-up.ts";
import { pluralize } from "../../core/index.ts";
import { packageVersion } from "../../core/package-folder.ts";
import { logLine, printable, printLine } from "../output.ts";
import { type GlobalOptions, globalOptions } from "../session.ts";

const BACKUP_EXAMPLES = `
Examples:
  glimpse backup ~/glimpse.backup              while bot, watch and others go on
  glimpse backup ~/glimpse.backup --force      in place of an earlier one

One file with everything in the library: pictures' vectors and thumbnails, tags, verdicts, settings, and which models made it (not their
weights). The pictures themselves are not in it. Of a library on a PostgreSQL server, it prints the pg_dump command to run.`;

const RESTORE_EXAMPLES = `
Examples:
  glimpse --library ~/restored restore ~/glimpse.backup      into a folder of its own
  glimpse restore ~/glimpse.backup --replace                 in place of the library that is there

A library that holds something is only replaced with --replace, and never while it is in use.`;

export function registerBackup(program: Command): void {
  const command = program
    .command("backup")
    .description("write the library into one file, while it is used")
    .argument("<file>", "file to write")
    .option("--force", "replace a file that is there already")
    .addHelpText("after", BACKUP_EXAMPLES)
    .action(async (file: string, flags: { force?: boolean }) => {
      const { place, settings } = configured(globalOptions(command));
      const { backUp } = await import("../../core/copying/back-up.ts");
      const outcome = await backUp(place, resolve(file), {
        version: packageVersion(),
        settings,
        replace: flags.force ?? false,
      });
      if (printCommand(outcome, "backed up")) return;
      const { label } = outcome as Extract<BackupOutcome, { kind: "done" }>;
      logLine(`Wrote ${pluralize(label?.pictures ?? 0, "picture")} to ${printable(resolve(file))}.`);
      if (settings !== undefined)
        logLine(`Settings are kept at ${settings} and are not in it: back that store up by its own means.`);
    });
}

export function registerRestore(program: Command): void {
  const command = program
    .command("restore")
    .description("put a backup where a library is to be")
    .argument("<file>", "file that `glimpse backup` wrote")
    .option("--replace", "lose what the library holds now")
    .addHelpText("after", RESTORE_EXAMPLES)
    .action(async (file: string, flags: { replace?: boolean }) => {
      const { place } = configured(globalOptions(command));
      const { restore } = await import("../../core/copying/back-up.ts");
      const outcome = await restore(place, resolve(file), { replace: flags.replace ?? false });
      if (printCommand(outcome, "restored")) return;
      const { label, where } = outcome as Extract<BackupOutcome, { kind: "done" }>;
      logLine(
        `Restored ${printable(where)}${label ? `: ${pluralize(label.pictures, "picture")}, as of ${label.madeAt}` : ""}.`,
      );
      if (label?.model !== undefined)
        logLine(`Its pictures were embedded by ${label.model}, which must be installed here.`);
      if (label?.settings !== undefined)
        logLine(`Settings were kept at ${label.settings} and were not in the backup.`);
      logLine(
        "What was erased after the backup was made is back: remove it again. `glimpse add` takes in what changed since.",
      );
    });
}

function configured(flags: GlobalOptions) {
  const { library, server, settings } = readConfig(flags);
  return { place: { directory: library, server }, settings: settings && settingsPlace(settings) };
}

/** Without what may be secret in it. */
function settingsPlace(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url ? `${url.protocol}//${url.host}${url.pathname}` : "an address of its own";
}

/** Nothing was done yet, which the exit code says too: whoever relies on it must run the command. */
function printCommand(outcome: BackupOutcome, done: string): boolean {
  if (outcome.kind === "done") return false;
  printLine(outcome.line);
  logLine(
    `Nothing was ${done} yet: a library on a server is ${done} by PostgreSQL's own program. Run the command above; it takes the password from PGPASSWORD or the password file.`,
  );
  process.exitCode = 1;
  return true;
}
