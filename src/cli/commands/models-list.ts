import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { ENTIRE_LIBRARY } from "../../core/index.ts";
import type { ModelListing, ModelStore, Speed, VariantListing } from "../../core/open-library.ts";
import type { ThresholdSource } from "../../core/types.ts";
import { formatBytes } from "../../shared/format.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { showProgress } from "../progress.ts";
import { globalOptions, untilInterrupted, withExistingLibrary } from "../session.ts";

/** A model as it is listed: with how fast it is here, and whether the library uses it. */
interface ListedModel extends Omit<ModelListing, "variants"> {
  readonly speed: Speed | null;
  readonly variants: readonly (VariantListing & { readonly isInUse: boolean })[];
}

export const NOTHING_SOURCES: Readonly<Record<ThresholdSource, string>> = {
  library: "measured on this library",
  model: "the model's own",
  estimate: "an estimate",
};

const LIST_HELP = `
Example:
  glimpse models list

"here" is what the towers take on this machine's processor, measured once and kept: of a model that is not
installed, with a few layers of random weights of its shape, which is an estimate.`;

export function addModelsList(models: Command, storeOf: (command: Command) => Promise<ModelStore>): void {
  const command = models
    .command("list")
    .description(
      "list the available models: quality, size, speed on this machine, licence, and which is in use",
    )
    .option("--json", "print as JSON")
    .addHelpText("after", LIST_HELP)
    .action(async (flags: { json?: boolean }) => {
      const store = await storeOf(command);
      const listings = await store.list();
      const speeds = await speedsOf(command, store, listings);
      const used = await modelInUse(command);
      const listed = listings.map((listing): ListedModel => {
        const isInUse = ({ name }: VariantListing, at: number) =>
          used?.model === `${listing.id}:${name}` || (at === 0 && used?.model === listing.id);
        const variants = listing.variants.map((variant, at) => ({
          ...variant,
          isInUse: isInUse(variant, at),
        }));
        return { ...listing, speed: speeds.get(listing.id) ?? null, variants };
      });
      if (flags.json) return printJson(listed);
      for (const model of listed) for (const line of linesOf(model)) printLine(line);
      if (used) logLine(used.sentence);
    });
}

async function speedsOf(
  command: Command,
  store: ModelStore,
  listings: readonly ModelListing[],
): Promise<ReadonlyMap<string, Speed>> {
  const { modelSpeeds } = await import("../../core/open-library.ts");
  const { childProcess } = readConfig(globalOptions(command));
  const { signal, release } = untilInterrupted();
  const display = showProgress("Timing models");
  const work = { signal, childProcess, onProgress: display.onProgress };
  return modelSpeeds(store, listings, work).finally(() => {
    display.end();
    release();
  });
}

/** What the configured library uses; undefined where there is none. */
async function modelInUse(command: Command): Promise<{ model: string; sentence: string } | undefined> {
  const flags = globalOptions(command);
  const { libraryExists } = await import("../../core/open-library.ts");
  const { library: directory, server } = readConfig(flags);
  if (!(await libraryExists({ directory, server }))) return undefined;
  return withExistingLibrary(
    flags,
    async (library) => {
      const { model, nothing } = await library.within(ENTIRE_LIBRARY).status();
      const bar = nothing
        ? `, with no good match below ${nothing.cosine.toFixed(3)} (${NOTHING_SOURCES[nothing.source]})`
        : "";
      return { model, sentence: `This library uses ${model}${bar}.` };
    },
    { allowModelMismatch: true },
  );
}

function linesOf({ id, name, description, licence, dimensions, ...model }: ListedModel): string[] {
  const { languages, quality, replacedBy, speed, variants } = model;
  const makes = [
    ...(dimensions === null ? [`reads ${languages}`] : languagesIn(languages)),
    ...(dimensions === null ? [] : [`${dimensions} dimensions`]),
    `licence: ${licence}`,
  ];
  return [
    `${printable(id)}  ${printable(name)}: ${printable(description)}`,
    ...(replacedBy === undefined ? [] : [`    for new libraries take ${replacedBy}`]),
    ...(quality.length === 0 ? [] : [`    ${qualityIn(quality)}`]),
    ...(speed ? [`    here: ${speedIn(speed)}`] : []),
    `    ${printable(makes.join("; "))}`,
    ...variants.map(variantLine),
  ];
}

function languagesIn(languages: string | null): string[] {
  if (languages === "many") return ["many languages"];
  return languages === "english" ? ["English"] : [];
}

/** "ImageNet … 79.1 %, COCO … 53.2 % (SigLIP 2)", figures of one source together. */
function qualityIn(quality: ModelListing["quality"]): string {
  const sources = new Set(quality.map(({ source }) => source));
  const figuresOf = (wanted: string) =>
    quality.filter(({ source }) => source === wanted).map(({ measure, value }) => `${measure}: ${value} %`);
  return [...sources].map((source) => printable(`${figuresOf(source).join("; ")} (${source})`)).join("; ");
}

function speedIn({ picturesPerSecond, questionMs, isEstimate, isBusy }: Speed): string {
  const rate = picturesPerSecond < 10 ? picturesPerSecond.toFixed(1) : picturesPerSecond.toFixed(0);
  const question = questionMs < 10 ? questionMs.toFixed(1) : questionMs.toFixed(0);
  const figures = [rate, "pictures a second,", question, "ms a question"].join(" ");
  const how = [
    ...(isEstimate ? ["estimated: a few layers were timed"] : []),
    ...(isBusy ? ["while other programs kept the processor busy"] : []),
  ];
  return `${isEstimate ? "about " : ""}${figures}${how.length > 0 ? ` (${how.join("; ")})` : ""}`;
}

function variantLine({
  name,
  bytes,
  memory,
  installed,
  isInUse,
  ...variant
}: ListedModel["variants"][number]) {
  const notes = [
    printable(variant.fidelity),
    ...(variant.unpinned > 0
      ? ["digests were not published: the hub's own are checked and noted at the first download"]
      : []),
    ...(variant.withdrawn === undefined ? [] : [`offered no more: ${printable(variant.withdrawn)}`]),
  ];
  const size = bytes === null ? "size unknown" : formatBytes(bytes);
  const loaded = memory && `${memory.isEstimate ? "about " : ""}${formatBytes(memory.bytes)} of memory`;
  const state = isInUse ? "in use" : installed ? "here" : "";
  return `    ${state.padEnd(7)}${name.padEnd(10)} ${size.padStart(12)}${loaded === null ? "" : `, ${loaded}`}; ${notes.join("; ")}`;
}
