import { ModelError } from "../errors.ts";
import type { EmbeddingSpace } from "../types.ts";
import { filesOf, type ModelDescriptor, variantFiles } from "./descriptor.ts";
import { type ModelFolder, placeOf } from "./model-folder.ts";
import { spaceOf } from "./traits.ts";

/** A model whose files are all here. Plain data, so that it can be sent to the embedding child. */
export interface LocatedModel {
  readonly descriptor: ModelDescriptor;
  readonly variant: string;
  readonly space: EmbeddingSpace;
  readonly batchable: boolean;
  /** Of both towers' files. */
  readonly weightBytes: number;
  /** Absolute. */
  readonly paths: { readonly image: string; readonly text: string; readonly tokenizer: string };
}

/** @throws ModelError that says how to get the files that are not here */
export async function locateModel(
  folder: ModelFolder,
  variant = folder.descriptor.variant,
): Promise<LocatedModel> {
  const { descriptor } = folder;
  const files = variantFiles(descriptor, variant);
  const place = async (path: string) => (await placeOf(folder, path)) ?? missing(folder, variant, path);
  const paths = {
    image: await place(files.image),
    text: await place(files.text),
    tokenizer: await place(files.tokenizer),
  };
  const digests = filesOf(descriptor, variant).map((path) => folder.pins.get(path)?.sha256 ?? "");
  const space = spaceOf(descriptor, variant, digests);
  const weightBytes = [files.image, files.text].reduce(
    (sum, path) => sum + (folder.pins.get(path)?.bytes ?? 0),
    0,
  );
  return { descriptor, variant, space, batchable: files.batchable, weightBytes, paths };
}

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
      `${filesOf(descriptor, variant).join(", ")} of huggingface.co/${hub.repo} (revision ` +
      `${hub.revision.slice(0, 12)}) into a folder elsewhere and pull with GLIMPSE_HUB set to that folder.`,
  );
}
