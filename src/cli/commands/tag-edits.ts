import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { ENTIRE_LIBRARY, type Library, pluralize, requireTags, sameTags } from "../../core/index.ts";
import type { FindAnswer, FindRequest, ImageRecord, Scoped } from "../../core/types.ts";
import { pathsOf } from "../../shared/placements.ts";
import { fitHeading } from "../../shared/score-parts.ts";
import { checkScope } from "../check-scope.ts";
import { canAsk, confirm } from "../confirm.ts";
import { findRequest } from "../find-request.ts";
import { hitCount } from "../option-values.ts";
import { logLine, printable, printLine } from "../output.ts";
import { type ScopeFlags, withScopeOptions } from "../scope-options.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";
import { typedFind } from "../typed-find.ts";

interface ConfirmFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

interface ApplyFlags extends ScopeFlags, ConfirmFlags {
  readonly from?: string;
  readonly query?: string;
  readonly limit?: number | "all";
  readonly minScore?: string;
}

const APPLY_EXAMPLES = `
Examples:
  glimpse tag apply holiday beach.jpg 3f2a9c01d4e5
  glimpse tag apply rome --in ~/Pictures/Rome --dry-run       print what would be tagged
  glimpse tag apply rome --in ~/Pictures/Rome --yes           every picture in a folder, without confirmation
  glimpse tag apply dog --from "find a dog on a beach -n 20" --yes
  glimpse tag apply dog --query "a dog" --min-score 0.5 --since 2024 --yes`;

const PATHS_SHOWN = 5;
const DEFAULT_LIMIT = 10;

export function addApply(parent: Command): void {
  const command = parent
    .command("apply")
    .description("add a tag to pictures by hand: named ones, those of a folder, or the results of a query")
    .argument("<tag>")
    .argument("[pictures...]", "files of the library, or image ids that results show")
    .option(
      "--from <search>",
      'the pictures that a search finds, as it is typed: "find a dog --in ~/Pictures"',
    )
    .option("--query <words>", "the same for words alone, beside the options below")
    .option("-n, --limit <count>", "results of the query to tag, or all (default: 10)", hitCount)
    .option("--min-score <cosine>", "only results of the query from this score up; without -n all of them");
  withScopeOptions(command)
    .option("--yes", "do not ask for confirmation")
    .option("--dry-run", "print what would be tagged, and tag nothing")
    .addHelpText("after", APPLY_EXAMPLES)
    .action(async (tag: string, pictures: string[], flags: ApplyFlags) => {
      if (pictures.length > 0 && isSelecting(flags))
        throw new UsageError("Give either pictures or options that select them, not both.");
      const request = pictures.length > 0 ? undefined : await selection(flags);
      await withExistingLibrary(globalOptions(command), async (library, signal) => {
        if (request) return applyToFound(library, tag, { ...request, signal }, flags);
        const found = await imagesOf(library, pictures);
        if (flags.dryRun) return printDryRun(tag, found);
        const edit = await library.tags.putAll(
          found.map(({ id }) => id),
          tag,
        );
        logLine(`${pluralize(found.length, "picture")} tagged "${printable(edit.tag)}".`);
      });
    });
}

const isSelecting = ({ from, ...flags }: ApplyFlags) => from !== undefined || hasSelection(flags);

const hasSelection = ({ query, limit, minScore, in: folders, since, until, tag, notTag, has }: ApplyFlags) =>
  [query, limit, minScore, folders, since, until, tag, notTag, has].some((option) => option !== undefined);

/** @throws UsageError when nothing selects pictures */
async function selection(flags: ApplyFlags): Promise<Scoped<FindRequest>> {
  if (!isSelecting(flags))
    throw new UsageError("Name the pictures to tag, or select them by --in, --from, --since or --tag.");
  const { from, query, minScore } = flags;
  if (from !== undefined) {
    if (hasSelection(flags))
      throw new UsageError('--from takes its options along: --from "find a dog --in ~/Pictures -n 20".');
    return { ...(await typedFind(from)), collapse: false };
  }
  if (query === undefined) {
    if (flags.limit !== undefined || minScore !== undefined)
      throw new UsageError(
        "-n and --min-score are for the results of a query. Add --query, or leave them out.",
      );
    return { ...(await findRequest([], { ...flags, limit: "all" })), collapse: false };
  }
  const limit = flags.limit ?? (minScore === undefined ? DEFAULT_LIMIT : "all");
  return { ...(await findRequest([query], { ...flags, limit })), collapse: false };
}

async function applyToFound(
  library: Library,
  tag: string,
  { scope, ...request }: Scoped<FindRequest>,
  flags: ApplyFlags,
): Promise<void> {
  await checkScope(library, scope);
  const answer = await library.within(scope).find(request);
  for (const note of answer.notes) logLine(printable(note));
  if (answer.hits.length === 0) return logLine("No picture is selected; nothing was tagged.");
  const heading = fitHeading(answer);
  if (heading) logLine(heading);
  if (flags.dryRun) return printDryRun(tag, answer.hits);
  const question = `This tags ${pluralize(answer.hits.length, "picture")} "${printable(tag)}"`;
  if (!(await isConfirmed(question, flags, request.signal, () => showSome(answer)))) return;
  const edit = await library.tags.putAll(
    answer.hits.map(({ id }) => id),
    tag,
  );
  const known = answer.hits.length - edit.images;
  const others = known > 0 ? ` (${known} had it already)` : "";
  logLine(`${pluralize(answer.hits.length, "picture")} tagged "${printable(edit.tag)}"${others}.`);
}

function printDryRun(tag: string, images: readonly ImageRecord[]): void {
  for (const image of images) printLine(printable(pathsOf(image)[0] ?? image.id));
  logLine(`This would tag ${pluralize(images.length, "picture")} "${printable(tag)}". Nothing was tagged.`);
}

function showSome({ hits }: FindAnswer): void {
  for (const hit of hits.slice(0, PATHS_SHOWN)) logLine(`  ${printable(pathsOf(hit)[0] ?? hit.id)}`);
  if (hits.length > PATHS_SHOWN) logLine(`  … and ${hits.length - PATHS_SHOWN} more (--dry-run lists them)`);
}

/** @throws UsageError where nobody can be asked */
async function isConfirmed(
  doing: string,
  { yes }: ConfirmFlags,
  signal: AbortSignal | undefined,
  show: () => void = () => {},
): Promise<boolean> {
  if (yes) return true;
  if (!canAsk()) throw new UsageError(`${doing}. Add --yes to confirm; nothing was changed yet.`);
  show();
  const isYes = await confirm(`${doing}. Do it?`, signal ?? new AbortController().signal);
  if (!isYes) logLine("Nothing was changed.");
  return isYes;
}

export function addWithdraw(parent: Command): void {
  const command = parent
    .command("withdraw")
    .description("remove a tag from pictures, for good")
    .argument("<tag>")
    .argument("<pictures...>", "files of the library, or image ids that results show")
    .addHelpText("after", "\nExample:\n  glimpse tag withdraw dog fox.jpg 3f2a9c01d4e5")
    .action((tag: string, pictures: string[]) =>
      withExistingLibrary(globalOptions(command), async (library) => {
        const images = await imagesOf(library, pictures);
        const known = await library.within(ENTIRE_LIBRARY).knownTags();
        requireTags([tag], known);
        let carried = 0;
        for (const { id } of images) if (await library.tags.reject(id, tag)) carried += 1;
        const others = images.length > carried ? ` (${images.length - carried} did not have it)` : "";
        logLine(
          `"${printable(sameTags(tag, known)[0] ?? tag)}" removed from ${pluralize(carried, "picture")}${others}. Neither the model nor the file's keywords will add it again.`,
        );
      }),
    );
}

/** Resolved before any is changed, so that a typing error in the last name changes nothing. */
async function imagesOf(library: Library, pictures: readonly string[]): Promise<ImageRecord[]> {
  const view = library.within(ENTIRE_LIBRARY);
  const images = await Promise.all(pictures.map((picture) => view.resolveImage(picture)));
  return [...new Map(images.map((image) => [image.id, image])).values()];
}

export function addRename(parent: Command): void {
  const command = parent
    .command("rename")
    .description("rename a tag on every picture and in the vocabulary; two tags of one name become one")
    .argument("<tag>")
    .argument("<name>")
    .option("--yes", "do not ask for confirmation where another tag has that name")
    .option("--dry-run", "print how many pictures have the tag, and rename nothing")
    .addHelpText("after", "\nExample:\n  glimpse tag rename puppy dog")
    .action((tag: string, name: string, flags: ConfirmFlags) =>
      withExistingLibrary(globalOptions(command), async (library, signal) => {
        const { spelled, uses } = await tagToEdit(library, tag);
        const pictures = pluralize(uses, "picture");
        if (flags.dryRun)
          return printLine(`This would rename "${spelled}" on ${pictures}. Nothing was renamed.`);
        const known = await library.within(ENTIRE_LIBRARY).knownTags();
        const [other] = sameTags(name, known).filter((one) => sameTags(tag, [one]).length === 0);
        const joining = `The tag "${printable(other ?? "")}" is there already: this joins "${spelled}" (${pictures}) to it, which cannot be undone`;
        if (other !== undefined && !(await isConfirmed(joining, flags, signal))) return;
        const edit = await library.tags.rename(tag, name);
        logLine(`"${spelled}" is now "${printable(edit.tag)}" on ${pluralize(edit.images, "picture")}.`);
      }),
    );
}

export function addDelete(parent: Command): void {
  const command = parent
    .command("delete")
    .description("delete a tag from every picture and from the vocabulary")
    .argument("<tag>")
    .option("--yes", "do not ask for confirmation")
    .option("--dry-run", "print how many pictures have the tag, and delete nothing")
    .addHelpText("after", "\nExample:\n  glimpse tag delete blurry --yes")
    .action((tag: string, flags: ConfirmFlags) =>
      withExistingLibrary(globalOptions(command), async (library, signal) => {
        const { spelled, uses, byPerson } = await tagToEdit(library, tag);
        const byHand = byPerson > 0 ? `, ${byPerson} of them tagged by hand` : "";
        const what = `the tag "${spelled}" from ${pluralize(uses, "picture")}${byHand}`;
        if (flags.dryRun) return printLine(`This would delete ${what}. Nothing was deleted.`);
        if (!(await isConfirmed(`This deletes ${what}`, flags, signal))) return;
        const edit = await library.tags.delete(tag);
        logLine(`"${spelled}" was deleted from ${pluralize(edit.images, "picture")}.`);
      }),
    );
}

/** @throws NotFoundError */
async function tagToEdit(library: Library, tag: string) {
  const view = library.within(ENTIRE_LIBRARY);
  const known = await view.knownTags();
  requireTags([tag], known);
  const spellings = sameTags(tag, known);
  const summaries = (await view.tags()).filter((summary) => spellings.includes(summary.tag));
  const sum = (count: (summary: (typeof summaries)[number]) => number) =>
    summaries.reduce((total, summary) => total + count(summary), 0);
  return {
    spelled: printable(spellings[0] ?? tag),
    uses: sum(({ byPerson, byFile, byModel }) => byPerson + byFile + byModel),
    byPerson: sum(({ byPerson }) => byPerson),
  };
}
