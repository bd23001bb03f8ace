import type { Command } from "commander";
import { pluralize } from "../../core/index.ts";
import { pathsOf } from "../../shared/placements.ts";
import { checkScope } from "../check-scope.ts";
import { themesPage } from "../html/pages.ts";
import { groupsJson } from "../json-output.ts";
import { logNotCompared } from "../log-not-compared.ts";
import { wholeNumber } from "../option-values.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import { filtersOf, type ScopeFlags, scopeOf, withScopeOptions } from "../scope-options.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";
import { checkOutputs, FORCE_HELP, type OutputFlags, writePage } from "../write-page.ts";

interface GroupsFlags extends ScopeFlags, OutputFlags {
  readonly count?: number;
}

/** In place of a name that would hold for few of the pictures. */
const NO_NAME = "(unnamed)";

const EXAMPLES = `
Examples:
  glimpse groups                        what the library holds, by theme
  glimpse groups --html themes.html     with pictures
  glimpse groups --count 8 --in ~/Pictures/2024`;

export function registerGroups(program: Command): void {
  const command = program
    .command("groups")
    .description("sort the library into themes")
    .option("--count <count>", "number of themes (default: by the library's size)", wholeNumber)
    .option("--json", "print the themes as JSON")
    .option("--html <file>", "write a page with pictures; - for stdout")
    .option("--force", FORCE_HELP)
    .addHelpText("after", EXAMPLES);
  withScopeOptions(command).action(async (flags: GroupsFlags) => {
    await checkOutputs(flags);
    const scope = await scopeOf(flags);
    await withExistingLibrary(globalOptions(command), async (library, signal) => {
      await checkScope(library, scope);
      const view = library.within(scope);
      const display = showProgress("Sorting");
      const groups = await view
        .clusters({ count: flags.count, signal, onProgress: display.onProgress })
        .finally(display.end);
      await logNotCompared(view);
      if (flags.json) return printJson(groupsJson(groups));
      if (groups.length === 0)
        return logLine("There is no picture to sort. Add some with `glimpse add ~/Pictures`.");
      const { html, force } = flags;
      if (html !== undefined) {
        const page = await themesPage(groups, filtersOf(flags), (id) => view.thumbnail(id));
        return writePage({ html, force }, page);
      }
      for (const { name, size, representatives } of groups) {
        printLine(`${name ?? NO_NAME}  ${pluralize(size, "picture")}`);
        for (const image of representatives.slice(0, 3))
          printLine(`    ${printable(pathsOf(image)[0] ?? "")}`);
      }
    });
  });
}
