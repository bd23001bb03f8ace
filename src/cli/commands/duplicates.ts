import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { ENTIRE_LIBRARY, enumerate, pluralize } from "../../core/index.ts";
import type { DuplicateGroup, DuplicateKind, KeepChoice } from "../../core/types.ts";
import { formatBytes, shortId } from "../../shared/format.ts";
import { pathsOf } from "../../shared/placements.ts";
import { COPIES, verifiedSpares } from "../../shared/spare-paths.ts";
import { checkFolders, checkScope } from "../check-scope.ts";
import { duplicatesPage } from "../html/pages.ts";
import { duplicatesJson } from "../json-output.ts";
import { logNotCompared } from "../log-not-compared.ts";
import { collectPaths } from "../option-values.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import {
  filter,
  filtersOf,
  realFolder,
  type ScopeFlags,
  scopeOf,
  withScopeOptions,
} from "../scope-options.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";
import { checkOutputs, FORCE_HELP, type OutputFlags, writePage } from "../write-page.ts";

interface DuplicatesFlags extends ScopeFlags, OutputFlags {
  readonly kind?: string;
  readonly keepIn?: readonly string[];
  readonly keep?: string;
}

const EXAMPLES = `
Kinds, from strict to loose; each includes the stricter ones:
  exact     the same bytes
  same      one picture: resized, recompressed, cropped, framed, mirrored, rotated, brightened, grey, watermarked
  variant   one template or layout with other content: forms, memes, the same drawing in other colours
  similar   one scene: burst shots
Of the copies of one picture only the keeper is listed among variants and similar pictures; those are not copies, and
nothing is freed by them.

Examples:
  glimpse duplicates                            groups of the same picture
  glimpse duplicates --html review.html         a page that shows them side by side
  glimpse duplicates --print0 | xargs -0 trash-put           all but one of files with the same bytes
  glimpse duplicates --keep-in ~/Photos         of copies, one in this folder stays
  glimpse duplicates verdict 3f2a9c01 77be01aa different     never group these two again

The keeper is, in this order: a picture that a person tagged; not cropped, framed, overwritten, mirrored or turned;
in colour; with real detail, which enlarging adds none of; with a capture date; saved at the better quality; larger;
older; at the shorter path. --keep-in and --keep come before all of that.

Glimpse itself never deletes a file. --print0 prints every file but the keeper of each group of files with the same
bytes. With --kind same it prints the other copies too: look at them first (--html).`;

export function registerDuplicates(program: Command): void {
  const command = program
    .command("duplicates")
    .description("find copies of pictures")
    .option("--kind <kind>", "exact, same, variant or similar (default: same)")
    .option("--json", "print the groups as JSON")
    .option("--html <file>", "write a review page; - for stdout")
    .option(
      "--keep-in <folder>",
      "of copies, keep the one in this folder, where a group has any there (repeatable, first come first)",
      collectPaths,
    )
    .option("--keep <which>", "keep the largest, oldest or newest instead of what looks like the original")
    .option(
      "--print0",
      "print the redundant files, each followed by NUL; of kind exact unless --kind same is given",
    )
    .option("--force", FORCE_HELP)
    .addHelpText("after", EXAMPLES);
  withScopeOptions(command).action(async (flags: DuplicatesFlags) => {
    await checkOutputs(flags);
    const scope = await scopeOf(flags);
    const kind = kindOf(flags);
    const choice = await keepChoiceOf(flags);
    await withExistingLibrary(globalOptions(command), async (library, signal) => {
      await checkScope(library, scope);
      // A typing error would keep another copy than the one that was meant.
      if (choice.keepIn !== undefined) await checkFolders(library, choice.keepIn);
      const view = library.within(scope);
      const display = showProgress("Comparing");
      const groups = await view
        .duplicates({ kind, ...choice, signal, onProgress: display.onProgress })
        .finally(display.end);
      if (kind !== "exact") await logNotCompared(view);
      const { html, force } = flags;
      if (html !== undefined) {
        const filters = [...filtersOf(flags), ...choicesOf(kind, flags)];
        const found = { groups, model: await view.model() };
        await writePage({ html, force }, await duplicatesPage(found, filters, (id) => view.thumbnail(id)));
      }
      await print(groups, flags);
    });
  });
  addVerdict(command);
}

const KINDS: readonly DuplicateKind[] = ["exact", "same", "variant", "similar"];

/** What a script may act on unseen has the same bytes, unless it asks for more; pictures that are no copies never are. */
function kindOf({ kind: typed, print0 }: DuplicatesFlags): DuplicateKind {
  if (typed === undefined) return print0 ? "exact" : "same";
  const kind = KINDS.find((known) => known === typed);
  if (kind === undefined) throw new UsageError(`--kind takes ${enumerate(KINDS, "or")}; got "${typed}".`);
  if (print0 && !COPIES.includes(kind))
    throw new UsageError(
      `--print0 lists copies, which can go: --kind ${enumerate(COPIES, "or")}. Pictures of kind ${kind} are not copies.`,
    );
  return kind;
}

const KEEPS = ["largest", "oldest", "newest"] as const;

/** @throws UsageError */
async function keepChoiceOf({ keepIn, keep: typed }: DuplicatesFlags): Promise<KeepChoice> {
  const keep = KEEPS.find((known) => known === typed);
  if (typed !== undefined && keep === undefined)
    throw new UsageError(`--keep takes ${enumerate(KEEPS, "or")}; got "${typed}".`);
  if (keepIn === undefined) return { keep };
  return { keepIn: await Promise.all(keepIn.map(realFolder)), keep };
}

/** For the head of the page. */
const choicesOf = (kind: DuplicateKind, { keepIn, keep }: DuplicatesFlags) => [
  ...filter("kind", kind),
  ...filter("keepIn", keepIn),
  ...filter("keep", keep),
];

async function print(groups: readonly DuplicateGroup[], flags: DuplicatesFlags): Promise<void> {
  if (flags.json) return printJson(duplicatesJson(groups));
  if (flags.print0) return printSpares(groups);
  if (groups.length === 0) return logLine("No duplicates found.");
  if (flags.html !== undefined) return;
  for (const [at, group] of groups.entries()) printGroup(group, at + 1);
  const freed = groups.reduce((sum, { reclaimableBytes }) => sum + reclaimableBytes, 0);
  logLine(`${pluralize(groups.length, "group")}; ${formatBytes(freed)} could be freed.`);
}

async function printSpares(groups: readonly DuplicateGroup[]): Promise<void> {
  const { paths, changed } = await verifiedSpares(groups);
  process.stdout.write(paths.map((path) => `${path}\0`).join(""));
  if (changed.length > 0)
    logLine(
      `${pluralize(changed.length, "file")} gone or changed since added, left out of the list: ${printable(changed[0] ?? "")}${changed.length > 1 ? " …" : ""}. \`glimpse add\` looks at them again.`,
    );
}

function printGroup({ kind, keeper, why, members, reclaimableBytes }: DuplicateGroup, number: number): void {
  printLine(`Group ${number}: ${kind}, ${formatBytes(reclaimableBytes)} reclaimable`);
  printLine(`  keep     ${shortId(keeper.id)}  ${printable(pathsOf(keeper)[0] ?? "")}  (${printable(why)})`);
  for (const { image, kind: how, reason, measure } of members) {
    for (const path of image.id === keeper.id ? pathsOf(image).slice(1) : pathsOf(image)) {
      printLine(
        `  ${how.padEnd(7)}  ${shortId(image.id)}  ${printable(path)}  (${reason}, ${measure.toFixed(3)})`,
      );
    }
  }
}

const RECORDED = { same: "the same", variant: "variants", different: "different" } as const;

function addVerdict(parent: Command): void {
  const command = parent
    .command("verdict")
    .description("record how two pictures relate, for good")
    .argument("<a>", "a file of the library, or an image id")
    .argument("<b>", "the other one")
    .argument("<verdict>", "same, variant (one template, other content) or different")
    .addHelpText("after", "\nExample:\n  glimpse duplicates verdict a.jpg 77be01aa different")
    .action(async (a: string, b: string, verdict: string) => {
      if (verdict !== "same" && verdict !== "variant" && verdict !== "different")
        throw new UsageError(`A verdict is "same", "variant" or "different"; got "${verdict}".`);
      await withExistingLibrary(globalOptions(command), async (library) => {
        const view = library.within(ENTIRE_LIBRARY);
        const [first, second] = await Promise.all([view.resolveImage(a), view.resolveImage(b)]);
        const recorded = await library.verdicts.put(first.id, second.id, verdict);
        logLine(
          `Recorded: ${shortId(recorded.a)} and ${shortId(recorded.b)} are ${RECORDED[verdict]}. This survives rescans, moves and model changes.`,
        );
      });
    });
}
