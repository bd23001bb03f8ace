import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import {
  ENTIRE_LIBRARY,
  type Library,
  parseTruth,
  parseVocabulary,
  pluralize,
  tagCandidates,
} from "../../core/index.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import { globalOptions, withExistingLibrary, withLibrary } from "../session.ts";
import { addApply, addDelete, addRename, addWithdraw } from "./tag-edits.ts";
import { addExport, addImport } from "./tag-files.ts";

const EXAMPLES = `
Examples:
  glimpse tag --vocabulary tags.txt         tag all present and future pictures with this set of tags
  glimpse tag list                          tags, and how many pictures have them
  glimpse tag apply holiday beach.jpg       add a tag by hand, to files or image ids
  glimpse tag apply rome --in ~/Pictures/Rome --yes         to every picture of a folder
  glimpse tag apply dog --from "find a dog -n 20" --dry-run  to the results of a search
  glimpse tag withdraw dog 3f2a9c01d4e5     remove a tag; the model never adds it again
  glimpse tag rename puppy dog              on every picture and in the vocabulary
  glimpse tag delete blurry --yes           from every picture and the vocabulary
  glimpse tag import                        keywords that files and their sidecars carry
  glimpse tag export --xmp --to sidecars    tags as XMP sidecars, for other programs
  glimpse tag eval                          precision and recall on what you tagged, withdrew and marked
  glimpse tag eval --truth truth.tsv        the same on pictures you labelled in a file

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
  addRename(command);
  addDelete(command);
  addExport(command);
  addImport(command);
  addEvaluation(command);
}

async function applyVocabulary(command: Command, file: string): Promise<void> {
  const vocabulary = parseVocabulary(await readText(file, "vocabulary"));
  await withLibrary(globalOptions(command), async (library, signal) => {
    const display = showProgress("Tagging");
    const { tagged, added, removed } = await library.tags
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
        for (const { tag, byModel, byFile, byPerson } of tags) {
          const parts = [
            `${byPerson} by hand`,
            ...(byFile > 0 ? [`${byFile} carried by the file`] : []),
            `${byModel} by the model`,
          ];
          printLine(
            `${printable(tag)}\t${pluralize(byPerson + byFile + byModel, "picture")}: ${parts.join(", ")}`,
          );
        }
      }),
    );
}

function addEvaluation(parent: Command): void {
  const command = parent
    .command("eval")
    .description("precision and recall of each tag on pictures you judged")
    .option(
      "--truth <file>",
      "lines of path or image id, tab, tags separated by commas; without it, what you tagged, withdrew and marked",
    )
    .option("--write", "put the best threshold of each tag into the vocabulary, and tag again by it")
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExample:\n  glimpse tag eval\n  glimpse tag eval --truth truth.tsv --write")
    .action((flags: { truth?: string; write?: boolean; json?: boolean }) =>
      withExistingLibrary(globalOptions(command), async (library, signal) => {
        const evaluation = await evaluationBy(library, flags.truth, signal);
        if (flags.write) await writeThresholds(library, evaluation, signal);
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

type Evaluation = Awaited<ReturnType<Library["tags"]["evaluate"]>>;

/** By a truth file, else by what people said of single pictures. */
async function evaluationBy(
  library: Library,
  file: string | undefined,
  signal: AbortSignal,
): Promise<Evaluation> {
  if (file !== undefined) return library.tags.evaluate(parseTruth(await readText(file, "truth")), { signal });
  if ((await library.tags.vocabulary()) === undefined)
    throw new UsageError(
      "The library has no tag vocabulary yet. Give it one with `glimpse tag --vocabulary FILE`.",
    );
  const evaluation = await library.within(ENTIRE_LIBRARY).tagQuality({ signal });
  if (evaluation.pictures === 0)
    throw new UsageError(
      "No picture was judged yet. Say of some which tags they have (`glimpse tag apply`, `glimpse tag withdraw`, `glimpse web --allow-edit`), or give --truth FILE.",
    );
  return evaluation;
}

/** Tags of which too little is known keep their thresholds. */
async function writeThresholds(library: Library, evaluation: Evaluation, signal: AbortSignal): Promise<void> {
  const best = new Map(evaluation.tags.map(({ tag, bestThreshold }) => [tag, bestThreshold]));
  const { added, removed } = await library.tags.editVocabulary(
    (tags) => tags.map((entry) => ({ ...entry, threshold: best.get(entry.tag) ?? entry.threshold })),
    { signal },
  );
  const written = evaluation.tags.filter(({ bestThreshold }) => bestThreshold !== null).length;
  logLine(`${pluralize(written, "threshold")} stored; ${pluralize(added, "tag")} added, ${removed} removed.`);
}

const share = (value: number | null) => (value === null ? "-" : value.toFixed(2));

function readText(file: string, what: string): Promise<string> {
  return readFile(file, "utf8").catch((cause) => {
    throw new UsageError(`The ${what} file ${file} cannot be read. Check its path.`, { cause });
  });
}
