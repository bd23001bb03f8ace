import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import {
  ENTIRE_LIBRARY,
  type Library,
  parseTruth,
  parseVocabulary,
  pluralize,
  requireTags,
  sameTags,
  tagCandidates,
} from "../../core/index.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import { globalOptions, withExistingLibrary, withLibrary } from "../session.ts";

const EXAMPLES = `
Examples:
  glimpse tag --vocabulary tags.txt         tag all present and future pictures with this set of tags
  glimpse tag list                          tags, and how many pictures have them
  glimpse tag apply holiday beach.jpg       add a tag by hand, to files or image ids
  glimpse tag withdraw dog 3f2a9c01d4e5     remove a tag; the model never adds it again
  glimpse tag eval --truth truth.tsv        precision and recall on pictures you labelled

A tag is any words without , : | @ or a tab. A vocabulary has one tag per line,
optionally with phrases that describe it and a threshold (0..1):
  dog
  receipt: a photo of a receipt | an invoice @0.6
Each line of the truth file has a path or image id, a tab, and the right tags, separated by commas.`;

export function registerTag(program: Command): void {
  const command = program
    .command("tag")
    .description("tag pictures from a vocabulary, or by hand")
    .option("--vocabulary <file>", "replace the vocabulary and tag every picture with it")
    .addHelpText("after", EXAMPLES)
    .action((flags: { vocabulary?: string }) => {
      if (flags.vocabulary === undefined)
        throw new UsageError("Give --vocabulary FILE, or see `glimpse tag --help`.");
      return applyVocabulary(command, flags.vocabulary);
    });
  addList(command);
  addApply(command);
  addWithdraw(command);
  addEvaluation(command);
}

async function applyVocabulary(command: Command, file: string): Promise<void> {
  const vocabulary = parseVocabulary(await readText(file, "vocabulary"));
  await withLibrary(globalOptions(command), async (library, signal) => {
    const display = showProgress("Tagging");
    const { tagged, added, removed } = await library
      .setVocabulary(vocabulary, { signal, onProgress: display.onProgress })
      .finally(display.end);
    logLine(
      `${pluralize(vocabulary.tags.length, "tag")}: ${pluralize(tagged, "picture")} with at least one; ${added} added, ${removed} removed.`,
    );
  });
}

function addList(parent: Command): void {
  const command = parent
    .command("list")
    .description("list the tags in use")
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExample:\n  glimpse tag list")
    .action((flags: { json?: boolean }) =>
      withExistingLibrary(globalOptions(command), async (library) => {
        const tags = await library.within(ENTIRE_LIBRARY).tags();
        if (flags.json) return printJson(tags);
        if (tags.length === 0)
          logLine("No picture has a tag yet. Start with `glimpse tag --vocabulary FILE`.");
        for (const { tag, byModel, byPerson } of tags) {
          printLine(`${printable(tag)}\t${pluralize(byModel, "picture")} by the model, ${byPerson} by hand`);
        }
      }),
    );
}

function addApply(parent: Command): void {
  const command = parent
    .command("apply")
    .description("add a tag to pictures by hand")
    .argument("<tag>")
    .argument("<pictures...>", "files of the library, or image ids that results show")
    .addHelpText("after", "\nExample:\n  glimpse tag apply holiday beach.jpg 3f2a9c01d4e5")
    .action((tag: string, pictures: string[]) =>
      withExistingLibrary(globalOptions(command), async (library) => {
        const ids = await idsOf(library, pictures);
        let spelled = tag;
        for (const id of ids) spelled = await library.tag(id, tag);
        logLine(`${pluralize(ids.length, "picture")} tagged "${printable(spelled)}".`);
      }),
    );
}

function addWithdraw(parent: Command): void {
  const command = parent
    .command("withdraw")
    .description("remove a tag from pictures, for good")
    .argument("<tag>")
    .argument("<pictures...>", "files of the library, or image ids that results show")
    .addHelpText("after", "\nExample:\n  glimpse tag withdraw dog fox.jpg 3f2a9c01d4e5")
    .action((tag: string, pictures: string[]) =>
      withExistingLibrary(globalOptions(command), async (library) => {
        const ids = await idsOf(library, pictures);
        const known = await library.within(ENTIRE_LIBRARY).knownTags();
        requireTags([tag], known);
        let carried = 0;
        for (const id of ids) if (await library.untag(id, tag)) carried += 1;
        const others = ids.length > carried ? ` (${ids.length - carried} did not have it)` : "";
        logLine(
          `"${printable(sameTags(tag, known)[0] ?? tag)}" removed from ${pluralize(carried, "picture")}${others}. The model will not add it again.`,
        );
      }),
    );
}

/** Resolved before any is changed, so that a typing error in the last name changes nothing. */
async function idsOf(library: Library, pictures: readonly string[]): Promise<string[]> {
  const view = library.within(ENTIRE_LIBRARY);
  const images = await Promise.all(pictures.map((picture) => view.resolveImage(picture)));
  return [...new Set(images.map(({ id }) => id))];
}

function addEvaluation(parent: Command): void {
  const command = parent
    .command("eval")
    .description("precision and recall of each tag on pictures you labelled")
    .requiredOption("--truth <file>", "lines of path or image id, tab, tags separated by commas")
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExample:\n  glimpse tag eval --truth truth.tsv")
    .action((flags: { truth: string; json?: boolean }) =>
      withExistingLibrary(globalOptions(command), async (library, signal) => {
        const truth = parseTruth(await readText(flags.truth, "truth"));
        const evaluation = await library.evaluateTags(truth, { signal });
        if (flags.json) return printJson(evaluation);
        printLine("tag\ttruth\tpredicted\tprecision\trecall\tbest threshold");
        for (const { tag, groundTruth, predicted, precision, recall, bestThreshold } of evaluation.tags) {
          printLine(
            [
              printable(tag),
              groundTruth,
              predicted,
              share(precision),
              share(recall),
              bestThreshold?.toFixed(2) ?? "-",
            ].join("\t"),
          );
        }
        for (const picture of evaluation.missing) logLine(`not in the library: ${printable(picture)}`);
        const known = evaluation.tags.map(({ tag }) => tag);
        for (const tag of evaluation.unknownTags)
          logLine(`not in the vocabulary: ${printable(tag)}. ${printable(tagCandidates(tag, known))}`);
      }),
    );
}

const share = (value: number | null) => (value === null ? "-" : value.toFixed(2));

function readText(file: string, what: string): Promise<string> {
  return readFile(file, "utf8").catch((cause) => {
    throw new UsageError(`The ${what} file ${file} cannot be read. Check its path.`, { cause });
  });
}
