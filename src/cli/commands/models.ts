import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { ENTIRE_LIBRARY, formatCount, type Library, pluralize, UsageError } from "../../core/index.ts";
import type { ModelStore } from "../../core/open-library.ts";
import type { Calibration, ModelComparison, NoMatchThreshold, ThresholdErrors } from "../../core/types.ts";
import { formatBytes } from "../../shared/format.ts";
import { canAsk, confirm } from "../confirm.ts";
import { wholeNumber } from "../option-values.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { formatEstimate, printQuality } from "../print-quality.ts";
import { showProgress } from "../progress.ts";
import { globalOptions, untilInterrupted, withExistingLibrary, withLibrary } from "../session.ts";
import { type QuestionFlags, questionsFrom, withQuestionOptions } from "./evaluate.ts";
import { addModelsList, NOTHING_SOURCES } from "./models-list.ts";

const EXAMPLES = `
Examples:
  glimpse models list
  glimpse models pull siglip2-b16-256                 download it
  glimpse models pull siglip2-b16-256:q4f16           half of the memory
  glimpse models use siglip2-b16-256                  re-embed the library's pictures with it
  glimpse models calibrate --dry-run                  when is an answer "no good match" here?
  glimpse models compare pocket siglip2-b16-256       which finds more in your pictures
  glimpse models add ~/my-clip                        your own pair of ONNX files with a model.json

GLIMPSE_HUB names where files come from: a mirror's address, a folder that holds them, or several with commas
between, which are tried in turn.`;

export function registerModels(program: Command): void {
  const models = program
    .command("models")
    .description("list, download and choose models")
    .addHelpText("after", EXAMPLES);
  addModelsList(models, storeOf);
  addPull(models);
  addUse(models);
  addCalibrate(models);
  addCompare(models);
  addForget(models);
  addOwn(models);
}

async function storeOf(command: Command): Promise<ModelStore> {
  const config = readConfig(globalOptions(command));
  const { ModelStore } = await import("../../core/open-library.ts");
  return new ModelStore({ directory: config.library, hub: config.hub });
}

function addPull(models: Command): void {
  const command = models
    .command("pull")
    .description("download a model and verify it; resumes an interrupted download")
    .argument("<id[:variant]>")
    .option("--variant <name>", "another variant of the model, such as fp16")
    .addHelpText("after", "\nExample:\n  glimpse models pull siglip2-b16-256")
    .action(async (typed: string, flags: { variant?: string }) => {
      const { splitModel } = await import("../../core/open-library.ts");
      const { id, variant = flags.variant } = splitModel(typed);
      const { signal, release } = untilInterrupted();
      const display = showProgress("Downloading", formatBytes);
      const store = await storeOf(command);
      const pulling = store.pull(id, { variant, signal, onProgress: display.onProgress });
      const pulled = await pulling.finally(() => {
        display.end();
        release();
      });
      if ("task" in pulled) {
        logLine(
          `${id} is installed and verified. The next \`glimpse add\` reads the text in your pictures again with it.`,
        );
        return;
      }
      const name = variant === undefined ? id : `${id}:${variant}`;
      logLine(`${name} is installed and verified. Embed your pictures with it: glimpse models use ${name}`);
    });
}

function addUse(models: Command): void {
  const command = models
    .command("use")
    .description("switch the library to a model: its pictures are re-embedded")
    .argument("<id[:variant]>")
    .option("--now", "switch even if some pictures cannot be read at present")
    .addHelpText("after", "\nExample:\n  glimpse models use siglip2-b16-256")
    .action((model: string, flags: { now?: boolean }) =>
      withLibrary(
        globalOptions(command),
        async (library, signal) => {
          const display = showProgress("Embedding");
          const options = { signal, evenIfIncomplete: flags.now, onProgress: display.onProgress };
          const report = await library.useModel(model, options).finally(display.end);
          if (report.switched) return logLine(`The library now uses ${model}; ${describeSwitch(report)}.`);
          logLine(
            `${pluralize(report.unreachable, "picture")} cannot be read at present (offline folders, Discord posts), so the library keeps its former model. ` +
              "Make them reachable and run this again, or add --now: until they can be read, they are found by their old vectors.",
          );
          process.exitCode = 1;
        },
        { allowModelMismatch: true, beforeCreating: () => locate(command, model) },
      ),
    );
}

function describeSwitch({
  embedded,
  alreadyEmbedded,
  unreachable,
}: Awaited<ReturnType<Library["useModel"]>>): string {
  const parts = [
    `${pluralize(embedded, "picture")} embedded`,
    ...(alreadyEmbedded > 0 ? [`${formatCount(alreadyEmbedded)} already had a vector of it`] : []),
    ...(unreachable > 0
      ? [
          `${formatCount(unreachable)} cannot be read now and ${unreachable === 1 ? "is" : "are"} found by an older one`,
        ]
      : []),
  ];
  return parts.join(", ");
}

function addCalibrate(models: Command): void {
  const command = models
    .command("calibrate")
    .description("measure on your own pictures when an answer is called no good match")
    .option("--dry-run", "measure and show, but keep nothing")
    .option("--reset", "take the model's own number again")
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExample:\n  glimpse models calibrate --dry-run")
    .action((flags: { dryRun?: boolean; reset?: boolean; json?: boolean }) =>
      withExistingLibrary(globalOptions(command), async (library, signal) => {
        if (flags.reset) {
          if (flags.dryRun) throw new UsageError("--reset and --dry-run exclude each other.");
          await library.resetCalibration();
          return logLine("The model's own number is used again.");
        }
        const display = showProgress("Measuring");
        const options = { dryRun: flags.dryRun, signal, onProgress: display.onProgress };
        const calibration = await library.calibrate(options).finally(display.end);
        if (flags.json) return printJson(calibration);
        for (const line of calibrationLines(calibration)) printLine(line);
      }),
    );
}

function calibrationLines(calibration: Calibration): string[] {
  const { model, before, after, errorsBefore, errorsAfter, isStored } = calibration;
  const { present, absent, marked, samples, pictures } = calibration;
  const bar = (name: string, { cosine, source }: NoMatchThreshold, { refused, accepted }: ThresholdErrors) =>
    `${name} ${cosine.toFixed(3)} (${NOTHING_SOURCES[source]}): refuses ${percent(refused)} of what is there, accepts ${percent(accepted)} of what is not`;
  const questions = marked > 0 ? `, ${pluralize(marked, "question")} that you marked among them` : "";
  return [
    `${model}, on ${formatCount(present)} everyday words and tags that your pictures show and ${absent} that none does, in ${pluralize(samples, "sample")} of ${pluralize(pictures, "picture")}${questions}:`,
    before && errorsBefore
      ? bar("before", before, errorsBefore)
      : "before: none, since nobody measured this model",
    bar("after ", after, errorsAfter),
    isStored
      ? "The new number is used in this library."
      : "Nothing was kept; leave --dry-run out to use the new number.",
  ];
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

interface CompareFlags extends QuestionFlags {
  readonly sample: number;
  readonly json?: boolean;
}

const COMPARE_EXAMPLES = `
Examples:
  glimpse models compare pocket siglip2-b16-256                  on 300 of your pictures
  glimpse models compare pocket siglip2-b16-256 --sample 1000 --questions questions.tsv

Both must be installed. Their vectors of the sample are kept in memory only: the library stays as it is, and so does its
model. \`glimpse evaluate --help\` says what questions are.`;

function addCompare(models: Command): void {
  const command = models
    .command("compare")
    .description("which model finds more in your own pictures, on a sample, before anything is switched")
    .argument("<models...>")
    .option("--sample <count>", "pictures to embed with each model", wholeNumber, 300)
    .option("--json", "print as JSON");
  withQuestionOptions(command)
    .addHelpText("after", COMPARE_EXAMPLES)
    .action(async (named: string[], flags: CompareFlags) => {
      if (new Set(named).size < 2) throw new UsageError("Name two models or more to compare.");
      const questions = await questionsFrom(flags);
      for (const model of named) await locate(command, model);
      await withExistingLibrary(globalOptions(command), async (library, signal) => {
        const display = showProgress("Embedding");
        const comparison = await library
          .compareModels(ENTIRE_LIBRARY, {
            ...questions,
            models: named,
            sample: flags.sample,
            signal,
            onProgress: display.onProgress,
          })
          .finally(display.end);
        if (flags.json) return printJson(comparison);
        printComparison(comparison);
      });
    });
}

function printComparison({ models, gains, questions }: ModelComparison): void {
  for (const { model, pictures, skipped, millisecondsPerPicture, quality } of models) {
    const unread = skipped > 0 ? `, ${skipped} could not be read` : "";
    printLine(
      `${model}: ${pluralize(pictures, "picture")}${unread}, ${millisecondsPerPicture.toFixed(0)} ms each`,
    );
    for (const one of quality) printQuality(one, "  ");
  }
  const [first] = models;
  for (const { model, reciprocalRank } of gains) {
    if (!reciprocalRank || !first) continue;
    const gain = `mean reciprocal rank ${reciprocalRank.mean >= 0 ? "+" : ""}${formatEstimate(reciprocalRank)}`;
    const verdict =
      reciprocalRank.low > 0
        ? `${model} finds more than ${first.model}`
        : reciprocalRank.high < 0
          ? `${model} finds less than ${first.model}`
          : `Whether ${model} finds more than ${first.model} cannot be told`;
    printLine(`${verdict} by ${pluralize(questions, "question")}: ${gain}.`);
  }
}

/** @throws ModelError for a model that is not installed */
async function locate(command: Command, model: string): Promise<void> {
  const { splitModel } = await import("../../core/open-library.ts");
  const { id, variant } = splitModel(model);
  await (await storeOf(command)).locate(id, variant);
}

function addForget(models: Command): void {
  const command = models
    .command("forget")
    .description("erase the vectors of a former model, kept so that going back to it embeds nothing again")
    .argument("<id[:variant]>")
    .addHelpText("after", "\nExample:\n  glimpse models forget pocket")
    .action((model: string) =>
      withExistingLibrary(
        globalOptions(command),
        async (library) => {
          const images = await library.forgetModel(model);
          logLine(
            `The vectors that ${printable(model)} made of ${pluralize(images, "picture")} were erased.`,
          );
        },
        { allowModelMismatch: true },
      ),
    );
}

function addOwn(models: Command): void {
  const add = models
    .command("add")
    .description("install a model of your own: a folder with model.json and its files")
    .argument("<folder>")
    .addHelpText("after", "\nExample:\n  glimpse models add ~/my-clip")
    .action(async (folder: string) => {
      const added = await (await storeOf(add)).add(folder);
      const id = printable(added.id);
      logLine(
        "task" in added
          ? `${id} is installed. The next \`glimpse add\` reads the text in your pictures again with it.`
          : `${id} is installed. Embed your pictures with it: glimpse models use ${id}`,
      );
    });
  const remove = models
    .command("remove")
    .description("delete the files of a downloaded or added model")
    .argument("<id>")
    .option("--yes", "do not ask for confirmation, which a model in use needs")
    .addHelpText("after", "\nExample:\n  glimpse models remove clip-vit-b32")
    .action(async (id: string, flags: { yes?: boolean }) => {
      const store = await storeOf(remove);
      await store.removableFolder(id);
      if (!flags.yes && !(await mayRemove(remove, id))) return;
      await store.remove(id);
      logLine(`${printable(id)} was removed.`);
    });
}

/** A model that this library's pictures are found by needs confirmation. @throws UsageError where nobody can give it */
async function mayRemove(command: Command, id: string): Promise<boolean> {
  const loss = await lossWithout(command, id);
  if (loss === undefined) return true;
  if (!canAsk()) throw new UsageError(`${loss} Add --yes to confirm; nothing was deleted yet.`);
  const { signal, release } = untilInterrupted();
  const isYes = await confirm(`${loss} Delete its files?`, signal).finally(release);
  if (!isYes) logLine("Nothing was deleted.");
  return isYes;
}

/** What the configured library would lose with the model; undefined when nothing. */
async function lossWithout(command: Command, id: string): Promise<string | undefined> {
  const flags = globalOptions(command);
  const { libraryExists, splitModel } = await import("../../core/open-library.ts");
  const { library: directory, server } = readConfig(flags);
  if (!(await libraryExists({ directory, server }))) return undefined;
  return withExistingLibrary(
    flags,
    async (library) => {
      const { model, images, unembedded, older } = await library.within(ENTIRE_LIBRARY).status();
      const embedded = images - unembedded;
      if (splitModel(model).id === id)
        return `${pluralize(embedded, "picture")} of this library ${embedded === 1 ? "was" : "were"} embedded by ${model}: without it they are not searched and none can be added, until it is installed again or \`glimpse models use\` embeds them with another.`;
      const known = older.filter(({ space }) => splitModel(space.split("@")[0] ?? "").id === id);
      const count = known.reduce((sum, space) => sum + space.images, 0);
      if (count > 0)
        return `${pluralize(count, "picture")} of this library ${count === 1 ? "is" : "are"} known only to ${id}, and found only with it.`;
      return undefined;
    },
    { allowModelMismatch: true },
  );
}
