import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readConfig } from "../../config.ts";
import { UsageError } from "../../core/errors.ts";
import { isInside, type Library } from "../../core/index.ts";
import type { FindAnswer, FindRequest } from "../../core/types.ts";
import { addWithReport } from "../add-with-report.ts";
import { filesOf, findJson } from "../hit-json.ts";
import { hitsPage } from "../html/hits-page.ts";
import { pictureDrawer } from "../inline-picture.ts";
import { wholeNumber } from "../numbers.ts";
import { note, printable, sayJson } from "../output.ts";
import { printHits } from "../print-hits.ts";
import { globalOptions, type Register } from "../program.ts";
import { type TermFlags, termsOf } from "../query-terms.ts";
import { collect, realFolder, type ScopeFlags, scopeOf, withScopeOptions } from "../scope-options.ts";
import { withLibrary } from "../session.ts";
import { stylesFor } from "../styles.ts";

interface FindFlags extends TermFlags, ScopeFlags {
  readonly limit: number;
  readonly cursor?: string;
  readonly sort?: string;
  readonly minScore?: string;
  readonly copies?: boolean;
  readonly json?: boolean;
  readonly print0?: boolean;
  readonly html?: string;
  readonly pictures?: boolean;
}

const EXAMPLES = `
Examples:
  glimpse find a golden retriever on the beach
  glimpse find --like sunset.jpg --not people        pictures like this one, without people
  glimpse find beach --like sunset.jpg:0.5           words and a picture, weighted
  glimpse find receipts --in ~/Documents --since 2024
  glimpse find cat --html cats.html                  a page to look at
  glimpse find cat --print0 | xargs -0 cp -t cats/`;

export const registerFind: Register = (program) => {
  const command = program
    .command("find")
    .description("find pictures by words, by a picture, or by both")
    .argument("[words...]", "what the picture shows")
    .option("--like <picture[:weight]>", "pictures like this file or image id (repeatable)", collect)
    .option("--and <words[:weight]>", "and these words too (repeatable)", collect)
    .option("--not <words[:weight]>", "away from these words (repeatable)", collect)
    .option("--unlike <picture[:weight]>", "away from this picture (repeatable)", collect)
    .option("-n, --limit <count>", "hits to show", wholeNumber, 10)
    .option("--cursor <cursor>", "continue where an earlier answer ended")
    .option("--sort <order>", "relevance, newest or oldest")
    .option("--min-score <cosine>", "leave out hits below this score")
    .option("--copies", "show near-identical pictures one by one")
    .option("--json", "the answer as JSON")
    .option("--print0", "only paths, each ended by NUL, for xargs -0")
    .option("--html <file>", "write the answer as a page")
    .option("--no-pictures", "no inline pictures, even where the terminal could show them")
    .addHelpText("after", EXAMPLES);
  withScopeOptions(command).action((words: string[], flags: FindFlags) =>
    withLibrary(globalOptions(command), async (library, signal) => {
      await addFoldersNotYetIn(library, flags.in ?? [], signal);
      const request = await requestOf(words, flags, signal);
      await show(library, { request, answer: await library.find(request) }, flags, globalOptions(command));
    }),
  );
};

async function requestOf(
  words: readonly string[],
  flags: FindFlags,
  signal: AbortSignal,
): Promise<FindRequest> {
  return {
    terms: termsOf(words, flags),
    scope: await scopeOf(flags),
    limit: flags.limit,
    cursor: flags.cursor,
    sort: sortOf(flags.sort),
    minScore: flags.minScore === undefined ? undefined : cosine(flags.minScore),
    collapse: !flags.copies,
    signal,
  };
}

function sortOf(typed: string | undefined): FindRequest["sort"] {
  if (typed === undefined || typed === "relevance" || typed === "newest" || typed === "oldest") return typed;
  throw new UsageError(`--sort takes relevance, newest or oldest; got "${typed}".`);
}

function cosine(typed: string): number {
  const value = Number(typed);
  if (typed.trim() !== "" && value >= -1 && value <= 1) return value;
  throw new UsageError(`--min-score takes a number from -1 to 1; got "${typed}".`);
}

/** `find … --in FOLDER` works at once: a folder of which nothing was added before is added first. */
async function addFoldersNotYetIn(
  library: Library,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const roots = (await library.roots()).map((root) => root.path);
  const missing: string[] = [];
  for (const folder of await Promise.all(folders.map(realFolder))) {
    if (!roots.some((root) => isInside(folder, root) || isInside(root, folder))) missing.push(folder);
  }
  if (missing.length === 0) return;
  note(`Adding ${missing.map(printable).join(", ")} first …`);
  await addWithReport(library, missing, { signal });
}

async function show(
  library: Library,
  { request: { scope }, answer }: { readonly request: FindRequest; readonly answer: FindAnswer },
  flags: FindFlags,
  global: { readonly library?: string },
): Promise<void> {
  for (const sentence of answer.notes) note(printable(sentence));
  if (flags.html !== undefined) {
    await writeFile(flags.html, await hitsPage(answer, (id) => library.thumbnail(id, scope)));
    note(`Wrote ${printable(resolve(flags.html))}`);
  }
  if (flags.json) return sayJson(findJson(answer));
  if (flags.print0) return void process.stdout.write(firstPaths(answer));
  if (answer.hits.length === 0) return note(nothingFound(answer));
  if (flags.html !== undefined) return;
  const config = readConfig(global);
  const drawPicture =
    flags.pictures === false ? undefined : pictureDrawer(library, config.terminalPictures, scope);
  await printHits(answer, { styles: stylesFor(process.stdout, config.color), drawPicture });
  if (answer.nextCursor) note(`More: the same command with --cursor ${answer.nextCursor}`);
}

/** One file of each hit, as `xargs -0` takes them; what lies on Discord alone, or is offline, is no file here. */
const firstPaths = (answer: FindAnswer) =>
  answer.hits
    .flatMap((hit) => filesOf(hit).slice(0, 1))
    .map((path) => `${path}\0`)
    .join("");

function nothingFound(answer: FindAnswer): string {
  if (answer.searched > 0) return "Nothing found.";
  return "Nothing found: no picture lies within the question. Add some with `glimpse add ~/Pictures`, or widen it.";
}
