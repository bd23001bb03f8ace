import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { ENTIRE_LIBRARY, type Library, type LibraryView, pluralize } from "../../core/index.ts";
import { packageFolder } from "../../core/package-folder.ts";
import type { ImageRecord } from "../../core/types.ts";
import { pathsOf } from "../../shared/placements.ts";
import { addWithReport } from "../add-with-report.ts";
import { logLine, printable, printLine } from "../output.ts";
import { printHits } from "../print-hits.ts";
import { globalOptions, withLibrary } from "../session.ts";
import { type Styles, stylesFor } from "../styles.ts";

const SAMPLES = join(packageFolder, "samples");
const QUERIES = [
  "golden retriever on the beach",
  "a cup of coffee",
  "mountains with snow",
  "a red car",
  "a bar chart",
  "invoice with a red overdue stamp",
];

const EXAMPLES = `
Example:
  glimpse demo                  index the samples, run some searches, find duplicates

Uses a temporary library; your own is not touched.`;

export function registerDemo(program: Command): void {
  const command = program
    .command("demo")
    .description("show what Glimpse does, on the sample pictures that come with it")
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const directory = await mkdtemp(join(tmpdir(), "glimpse-demo-"));
      const styles = stylesFor(process.stdout, readConfig(globalOptions(command)).color);
      try {
        await withLibrary({ model: "pocket" }, (library, signal) => show(library, styles, signal), {
          directory,
        });
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });
}

async function show(library: Library, styles: Styles, signal: AbortSignal): Promise<void> {
  logLine("Indexing the sample pictures with the built-in model …");
  await addWithReport(library, [SAMPLES], { signal });
  const view = library.within(ENTIRE_LIBRARY);
  for (const text of QUERIES) {
    printLine(`\n${styles.bold(`glimpse find ${text}`)}`);
    const answer = await view.find({ terms: [{ text }], limit: 3, signal });
    await printHits(answer, { styles });
  }
  await showLike(view, styles, signal);
  await showDuplicates(view, styles, signal);
  printNextSteps(styles);
}

async function showLike(view: LibraryView, styles: Styles, signal: AbortSignal): Promise<void> {
  const [first] = (await view.find({ terms: [{ text: "a cat" }], limit: 1, signal })).hits;
  if (first === undefined) return;
  const [path = ""] = pathsOf(first);
  printLine(`\n${styles.bold(`glimpse find --like ${nameOf(path)}`)}`);
  const answer = await view.find({ terms: [{ image: { id: first.id } }], limit: 3, signal });
  await printHits(answer, { styles });
}

async function showDuplicates(view: LibraryView, styles: Styles, signal: AbortSignal): Promise<void> {
  printLine(`\n${styles.bold("glimpse duplicates")}`);
  const groups = await view.duplicates({ signal });
  for (const { keeper, members } of groups) {
    const names = members.map(({ image, reason }) => `${nameOf(placeOf(image, keeper))} (${reason})`);
    printLine(`  ${nameOf(pathsOf(keeper)[0])}  =  ${names.join(", ")}`);
  }
  printLine(styles.dim(`  ${pluralize(groups.length, "group")}. Glimpse never deletes anything.`));
}

/** Where a member is; for a copy of the keeper, its other place. */
const placeOf = (image: ImageRecord, keeper: ImageRecord) =>
  pathsOf(image).at(image.id === keeper.id ? -1 : 0);

const nameOf = (path = "") => printable(relative(SAMPLES, path));

function printNextSteps(styles: Styles): void {
  const glimpse = "npm start --";
  printLine(`\nNow with your own pictures:
  ${styles.bold(`${glimpse} add ~/Pictures`)}
  ${styles.bold(`${glimpse} find "a cup of coffee" --html coffee.html`)}
For better results (a single download of 785 MB):
  ${styles.bold(`${glimpse} models pull siglip2-b16-256`)}
  ${styles.bold(`${glimpse} models use siglip2-b16-256`)}
For everything else: ${styles.bold(`${glimpse} --help`)}`);
}
