import { ModelError } from "../errors.ts";
import type { EmbeddingSpace } from "../types.ts";
import type { Descriptor, ModelDescriptor, ReaderDescriptor } from "./descriptor.ts";
import { hubPlace } from "./hub.ts";
import { locateFile, type ModelFolder } from "./model-folder.ts";
import { spaceOf } from "./traits.ts";
import { filesOf, variantFiles, vectorFiles } from "./variant-files.ts";

/** A model whose files are all installed. Plain data, so that it can be sent to the embedding process. */
export interface LocatedModel {
  readonly descriptor: ModelDescriptor;
  readonly variant: string;
  readonly space: EmbeddingSpace;
  readonly batchable: boolean;
  /** Of both towers' files. */
  readonly weightBytes: number;
  /** Absolute. */
  readonly paths: {
    readonly image: string;
    readonly text: string;
    readonly tokenizer: string;
    readonly shownWords?: string | undefined;
  };
}

/** What of a recipe makes other vectors of the same files. */
function recipeParts({ text, image, cutFrom, dimensions }: ModelDescriptor): string[] {
  return [
    ...(text.prefix === undefined ? [] : [`prefix ${text.prefix}`]),
    ...(image.prompt === undefined ? [] : [`prompt ${image.prompt.text}`]),
    ...(cutFrom === undefined ? [] : [`cut ${dimensions}`]),
  ];
}

/** @throws ModelError whose message says how to install the missing files */
export async function locateModel(
  folder: ModelFolder<ModelDescriptor>,
  variant = folder.descriptor.variant,
): Promise<LocatedModel> {
  const { descriptor } = folder;
  const { shownWords } = descriptor.text;
  const files = variantFiles(descriptor, variant);
  const locate = (path: string) => locateOr(folder, path, variant);
  const paths = {
    image: await locate(files.image),
    text: await locate(files.text),
    tokenizer: await locate(files.tokenizer),
    ...(shownWords !== undefined && { shownWords: await locate(shownWords) }),
  };
  for (const path of files.data) await locate(path);
  const digests = vectorFiles(descriptor, variant).map((path) => folder.pins.get(path)?.sha256 ?? "");
  const space = spaceOf(descriptor, variant, [...digests, ...recipeParts(descriptor)]);
  const weightBytes = [files.image, files.text, ...files.data].reduce(
    (sum, path) => sum + (folder.pins.get(path)?.bytes ?? 0),
    0,
  );
  return { descriptor, variant, space, batchable: files.batchable, weightBytes, paths };
}

/** A text reader whose files are all installed. Plain data, so that it can be sent to the embedding process. */
export interface LocatedReader {
  readonly descriptor: ReaderDescriptor;
  /** Differs whenever what it reads may differ: its id and a digest of its files. */
  readonly engine: string;
  /** Absolute; the detector is null where the descriptor has none. */
  readonly paths: {
    readonly detector: string | null;
    readonly recogniser: string;
    readonly dictionary: string;
  };
}

/** @throws ModelError whose message says how to install the missing files */
export async function locateReader(folder: ModelFolder<ReaderDescriptor>): Promise<LocatedReader> {
  const { descriptor } = folder;
  const { detector, recogniser } = descriptor;
  const paths = {
    detector: detector && (await locateOr(folder, detector.file)),
    recogniser: await locateOr(folder, recogniser.file),
    dictionary: await locateOr(folder, recogniser.dictionary),
  };
  const digests = filesOf(descriptor).map((path) => folder.pins.get(path)?.sha256 ?? "");
  return { descriptor, engine: spaceOf(descriptor, descriptor.variant, digests), paths };
}

const locateOr = async (folder: ModelFolder, path: string, variant = folder.descriptor.variant) =>
  (await locateFile(folder, path)) ?? missing(folder, variant, path);

function missing({ descriptor, builtIn, home }: ModelFolder, variant: string, path: string): never {
  const { id, hub } = descriptor;
  const what = `Model ${id} is not installed: ${path} is missing or incomplete.`;
  if (!hub) {
    throw new ModelError(
      builtIn
        ? `${what} It belongs to this program; install the program again.`
        : `${what} Put it into ${home}, or add the model again with \`glimpse models add <folder>\`.`,
    );
  }
  const option = variant === descriptor.variant ? "" : ` --variant ${variant}`;
  throw new ModelError(
    `${what} Get it with \`glimpse models pull ${id}${option}\`. Without internet access: copy ` +
      `${placesOf(descriptor, filesOf(descriptor, variant))} into a folder elsewhere and pull with GLIMPSE_HUB set ` +
      "to that folder.",
  );
}

/** "a.onnx, b.onnx of huggingface.co/one/two (revision 0123456789ab)", for each repository. */
function placesOf(descriptor: Descriptor, paths: readonly string[]): string {
  const byRepository = new Map<string, string[]>();
  for (const path of paths) {
    const place = hubPlace(descriptor, path);
    if (!place) continue;
    const repository = `huggingface.co/${place.repo} (revision ${place.revision.slice(0, 12)})`;
    byRepository.set(repository, [...(byRepository.get(repository) ?? []), place.path]);
  }
  return [...byRepository]
    .map(([repository, files]) => `${files.join(", ")} of ${repository}`)
    .join(", and ");
}
