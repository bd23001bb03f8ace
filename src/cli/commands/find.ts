import { existsSync } from "node:fs";
import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import {
  ENTIRE_LIBRARY,
  fileAt,
  GlimpseError,
  type Library,
  type LibraryView,
  pluralize,
  UsageError,
} from "../../core/index.ts";
import type { FindAnswer, FindRequest, ImageId, ImageRecord, QueryTerm } from "../../core/types.ts";
import { filesOf } from "../../shared/placements.ts";
import { fitHeading } from "../../shared/score-parts.ts";
import { addWithReport } from "../add-with-report.ts";
import { checkNames, foldersNotAdded, scopeFolders } from "../check-scope.ts";
import { canAsk, confirm } from "../confirm.ts";
import { findRequest, type RequestFlags, withQueryOptions } from "../find-request.ts";
import { hitsPage } from "../html/pages.ts";
import { pictureDrawer } from "../inline-picture.ts";
import { findJson } from "../json-output.ts";
import { hitCount } from "../option-values.ts";
import { logLine, printable, printJson } from "../output.ts";
import { printHits } from "../print-hits.ts";
import { filter, filtersOf, withScopeOptions } from "../scope-options.ts";
import { globalOptions, withLibrary } from "../session.ts";
import { stylesFor } from "../styles.ts";
import { checkOutputs, FORCE_HELP, type OutputFlags, writePage } from "../write-page.ts";

interface FindFlags extends RequestFlags, OutputFlags {
  readonly pictures?: boolean;
  readonly add?: boolean;
}

const EXAMPLES = `
Examples:
  glimpse find a golden retriever on the beach
  glimpse find --like sunset.jpg --not people        pictures like this one, without people
  glimpse find beach --like sunset.jpg:0.5           words and a picture, weighted
  glimpse find receipts --in ~/Documents --since 2024
  glimpse find a poster '"grand opening"'            a picture that looks so, or in which these words stand
  glimpse find a sign text:closed                    only where this word is read, named or tagged
  glimpse find name:scan look:handwriting            only where a file's name has it; this is not looked for in words
  glimpse find a dog --in ~/Photos --add             a folder that is not in the library yet
  glimpse find --tag dog --since 30d                 no words: everything with the tag, newest first
  glimpse find sunset --place Lisbon --camera iphone --rating 4..
  glimpse find --near 38.7,-9.1:10km --orientation portrait
  glimpse find cat --html cats.html                  a page to look at
  mkdir cats dogs
  glimpse find cat --print0 | xargs -0 -I{} cp {} cats/                     the ten best
  glimpse find cat --min-score 0.25 --print0 | xargs -0 -I{} cp {} cats/    all from this score up
  glimpse find --tag dog --print0 | xargs -0 -I{} cp {} dogs/               all with the tag`;

export function registerFind(program: Command): void {
  const command = withQueryOptions(
    program.command("find").description("find pictures by words, by a picture, or by both"),
  )
    .option(
      "-n, --limit <count>",
      "hits to show, up to 1000, or all, which lists copies separately (default: 10)",
      hitCount,
    )
    .option("--add", "add the folder of --in to the library first if it is not there")
    .option("--cursor <cursor>", "continue where an earlier search ended")
    .option(
      "--sort <order>",
      "relevance, newest or oldest; by date, those of the 200 best matches that fit the query are sorted (with -n all: all)",
    )
    .option("--min-score <cosine>", "leave out hits below this score")
    .option("--copies", "list copies of one picture separately")
    .option("--json", "print the hits as JSON")
    .option(
      "--print0",
      "print only paths, each followed by NUL: a file for each hit, every file with --copies or -n all; without -n the ten best of words or pictures (--in only says where), but all that other filters, text:, name: or --min-score leave, which is all of --in where nothing is asked for",
    )
    .option("--html <file>", "write the hits as a page; - for stdout")
    .option("--force", FORCE_HELP)
    .option("--no-pictures", "no inline pictures, even if the terminal can show them")
    .addHelpText("after", EXAMPLES);
  withScopeOptions(command).action(async (words: string[], flags: FindFlags) => {
    await checkOutputs(flags);
    const { scope, ...request } = await findRequest(words, flags);
    const folders = scopeFolders(scope);
    await withLibrary(
      globalOptions(command),
      async (library, signal) => {
        await checkNames(library, scope);
        await checkExamples(library, request.terms);
        if (!(await addFoldersNotYetIn(library, folders, flags, signal))) return;
        const view = library.within(scope);
        const answer = await view.find({ ...request, signal });
        if (!flags.json && !flags.print0) await remember(library, words, request, answer);
        await show(view, answer, { ...flags, copies: !request.collapse }, globalOptions(command));
      },
      // A folder that can be added may be the first one.
      { mustExist: !((flags.add || canAsk()) && folders.some((folder) => existsSync(folder))) },
    );
  });
}

/** The file of an example may be one of the library whose disk is away. @throws UsageError for one that is not known either */
async function checkExamples(library: Library, terms: readonly QueryTerm[]): Promise<void> {
  for (const term of terms) {
    if (!("image" in term && "path" in term.image) || existsSync(term.image.path)) continue;
    const { path } = term.image;
    await library
      .within(ENTIRE_LIBRARY)
      .resolveImage(path)
      .catch(() => {
        throw new UsageError(
          `There is no file ${path}, nor does the library know one there. Give a picture's path or id.`,
        );
      });
  }
}

/**
 * `find … --in FOLDER --add` adds a folder that is not in the library first. Adding is permanent, so without --add it
 * needs confirmation.
 * @returns whether to search
 * @throws UsageError, NotFoundError
 */
async function addFoldersNotYetIn(
  library: Library,
  folders: readonly string[],
  { add }: FindFlags,
  signal: AbortSignal,
): Promise<boolean> {
  const missing = await foldersNotAdded(library, folders);
  if (missing.length === 0) return true;
  const names = missing.join(", ");
  if (!add && !(await mayAdd(names, signal))) return false;
  logLine(`Adding ${printable(names)} first …`);
  const report = await addWithReport(library, missing, { signal });
  if (report.cancelled) process.exitCode = 130;
  else if (report.refused.length > 0) process.exitCode = 1;
  return process.exitCode === undefined;
}

async function mayAdd(names: string, signal: AbortSignal): Promise<boolean> {
  if (!canAsk())
    throw new UsageError(
      `${names} is not in the library. Add it first: \`glimpse add FOLDER\`, or the same command with --add.`,
    );
  if (
    await confirm(
      `${printable(names)} is not in the library. Add it permanently, with all folders below it?`,
      signal,
    )
  )
    return true;
  logLine("Nothing was added or searched.");
  return false;
}

/** For `glimpse mark`, which takes questions in words alone. A library that cannot be written to is searched all the same. */
async function remember(
  { marks }: Library,
  words: readonly string[],
  { terms }: Pick<FindRequest, "terms">,
  { hits }: FindAnswer,
): Promise<void> {
  const question = words.join(" ").trim();
  if (question === "" || terms.length > 1) return;
  const answer = { question, hits: new Map(hits.map(({ rank, id }) => [rank, id])) };
  await marks.remember(answer).catch((error) => {
    if (!(error instanceof GlimpseError)) throw error;
  });
}

async function show(
  view: LibraryView,
  answer: FindAnswer,
  flags: FindFlags,
  global: { readonly library?: string },
): Promise<void> {
  for (const sentence of answer.notes) logLine(printable(sentence));
  const { html, force } = flags;
  if (html !== undefined) {
    const filters = [
      ...filtersOf(flags),
      ...filter("kind", flags.kind),
      ...filter("scoreFrom", flags.minScore),
    ];
    await writePage({ html, force }, await hitsPage(answer, filters, (id) => view.thumbnail(id)));
  }
  if (flags.json) return printJson(findJson(answer, await alikeOf(view, answer)));
  if (flags.print0) return printPaths(view, answer, flags);
  if (answer.hits.length === 0) return logLine(nothingFound(answer));
  if (flags.html !== undefined) return;
  const heading = fitHeading(answer);
  if (heading) logLine(heading);
  const config = readConfig(global);
  const drawPicture = flags.pictures === false ? undefined : pictureDrawer(view, config.terminalPictures);
  await printHits(answer, { styles: stylesFor(process.stdout, config.color), drawPicture });
  if (answer.nextCursor) logLine(`More: the same command with --cursor ${answer.nextCursor}`);
}

/** A hit has only the first of very many places. */
async function withEveryPlace(view: LibraryView, hit: ImageRecord): Promise<ImageRecord> {
  if (hit.placements.length >= hit.placementCount) return hit;
  const [image] = await view.images([hit.id], "all");
  return image ?? hit;
}

/** The copies that hits stand for, by id. */
async function alikeOf(view: LibraryView, { hits }: FindAnswer): Promise<Map<ImageId, ImageRecord>> {
  const ids = hits.flatMap(({ alike }) => alike);
  const images = await view.images(ids);
  return new Map(images.map((image) => [image.id, image]));
}

/** For `xargs -0`: files that are there. Hits that are offline or on Discord only have none. */
async function printPaths(
  view: LibraryView,
  answer: FindAnswer,
  { copies, limit, minScore }: FindFlags,
): Promise<void> {
  const { hits, nextCursor } = answer;
  const paths: string[] = [];
  let gone = 0;
  for (const hit of hits) {
    const files = filesOf(copies ? await withEveryPlace(view, hit) : hit);
    const there: string[] = [];
    for (const path of files) {
      if (!copies && there.length > 0) break;
      if (await fileAt(path)) there.push(`${path}\0`);
      else gone += 1;
    }
    paths.push(...there);
  }
  process.stdout.write(paths.join(""));
  if (gone > 0)
    logLine(
      `${pluralize(gone, "file")} that ${gone === 1 ? "is" : "are"} no longer there, left out. \`glimpse add\` brings the library up to date.`,
    );
  if (hits.length === 0) logLine(nothingFound(answer));
  else if (answer.match === "nothing") logLine("No good match: these are only the nearest.");
  const others = hits.filter((hit) => hit.alike.length > 0 || filesOf(hit).length > 1).length;
  if (!copies && others > 0)
    logLine(
      `${pluralize(others, "picture")} of these ${others === 1 ? "has" : "have"} copies, which --copies prints too.`,
    );
  if (limit !== undefined || minScore !== undefined) return;
  if (nextCursor)
    logLine(
      `More pictures were found than the best ${hits.length}; -n all prints every one, --min-score those from a score up.`,
    );
  else if (answer.query !== "" && hits.length > 10)
    logLine(
      `All ${hits.length} that the filters leave were printed, the best first. -n 10 prints the ten best, --min-score those from a score up.`,
    );
}

function nothingFound(answer: FindAnswer): string {
  if (answer.searched > 0) return "Nothing found.";
  return "Nothing found: no picture matches the filters. Add some with `glimpse add ~/Pictures`, or drop a filter.";
}
