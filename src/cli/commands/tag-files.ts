import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { pluralize } from "../../core/index.ts";
import { checkScope } from "../check-scope.ts";
import { pathName } from "../option-values.ts";
import { logLine, printable, printJson } from "../output.ts";
import { showProgress } from "../progress.ts";
import { realFolder, type ScopeFlags, scopeOf, withScopeOptions } from "../scope-options.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";

interface ExportFlags extends ScopeFlags {
  readonly xmp?: boolean;
  readonly to?: string;
  readonly withModel?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const EXPORT_EXAMPLES = `
Examples:
  glimpse tag export --xmp --dry-run                  how many pictures have tags to write
  glimpse tag export --xmp --to sidecars              into a folder of their own, in the order of your folders
  glimpse tag export --xmp --in ~/Pictures/Rome       photo.jpg.xmp beside each photo.jpg

No picture is ever written to. A sidecar of another program only gains the keywords that it lacks.`;

export function addExport(parent: Command): void {
  const command = parent
    .command("export")
    .description("write the tags of files into XMP sidecars, for other programs")
    .option("--xmp", "as XMP sidecars, photo.jpg.xmp for photo.jpg (the only form there is)")
    .option("--to <folder>", "into this folder instead of beside the pictures", pathName)
    .option("--with-model", "the model's tags too, not only those by hand and from files")
    .option("--dry-run", "count what would be written, and write nothing")
    .option("--json", "print the report as JSON");
  withScopeOptions(command)
    .addHelpText("after", EXPORT_EXAMPLES)
    .action(async (flags: ExportFlags) => {
      if (!flags.xmp) throw new UsageError("Add --xmp: sidecars are the only form that tags are written in.");
      const scope = await scopeOf(flags);
      const to = flags.to === undefined ? undefined : await realFolder(flags.to);
      await withExistingLibrary(globalOptions(command), async (library, signal) => {
        await checkScope(library, scope);
        const display = showProgress("Writing");
        const { withModel, dryRun } = flags;
        const report = await library.tags
          .exportSidecars(scope, { to, withModel, dryRun, signal, onProgress: display.onProgress })
          .finally(display.end);
        if (flags.json) return printJson(report);
        if (dryRun)
          return logLine(`${pluralize(report.pictures, "file")} would get a sidecar. Nothing was written.`);
        for (const { path, reason } of report.refused)
          logLine(`left as it is: ${printable(path)}: ${printable(reason)}`);
        const { written, merged, unchanged, refused } = report;
        logLine(
          `${pluralize(written, "sidecar")} written, ${merged} of other programs completed, ${unchanged} unchanged${refused.length > 0 ? `, ${refused.length} left as they are` : ""}.`,
        );
        if (refused.length > 0) process.exitCode = 1;
      });
    });
}

const IMPORT_EXAMPLES = `
Examples:
  glimpse tag import                       keywords of every file in the library
  glimpse tag import --in ~/Pictures       again after another program changed them

Keywords are read from IPTC and XMP inside the files, and from sidecars named photo.jpg.xmp. They become tags that are
kept apart from those by hand: what you withdrew stays away, and what the files no longer carry goes.`;

export function addImport(parent: Command): void {
  const command = parent
    .command("import")
    .description("take over the keywords and titles that files and their XMP sidecars carry")
    .option("--json", "print the report as JSON");
  withScopeOptions(command)
    .addHelpText("after", IMPORT_EXAMPLES)
    .action(async (flags: ScopeFlags & { json?: boolean }) => {
      const scope = await scopeOf(flags);
      await withExistingLibrary(globalOptions(command), async (library, signal) => {
        await checkScope(library, scope);
        const display = showProgress("Reading");
        const report = await library.tags
          .importKeywords({ ...scope, discord: "none" }, { signal, onProgress: display.onProgress })
          .finally(display.end);
        if (flags.json) return printJson(report);
        for (const { path, reason } of report.skipped)
          logLine(`not read: ${printable(path)}: ${printable(reason)}`);
        logLine(
          `${pluralize(report.files, "file")} read: ${pluralize(report.images, "picture")} with ${pluralize(report.keywords, "keyword")} in all.`,
        );
      });
    });
}
