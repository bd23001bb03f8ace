import { join } from "node:path";
import type { ModelDescriptor } from "./descriptor.ts";
import { type LocatedModel, locateModel } from "./located-model.ts";
import { modelFolders, openModelFolder } from "./model-folder.ts";

export interface ModelStoreOptions {
  /** Pulled and added models live in `models/` inside it. */
  readonly directory: string;
}

/** The models there are: built in, pulled and added. */
export class ModelStore {
  readonly #own: string;

  constructor({ directory }: ModelStoreOptions) {
    this.#own = join(directory, "models");
  }

  ids(): Promise<string[]> {
    return modelFolders(this.#own);
  }

  async descriptor(id: string): Promise<ModelDescriptor> {
    return (await openModelFolder(this.#own, id)).descriptor;
  }

  /** The model's files, ready for the embedder. @throws ModelError that says how to get what is missing */
  async locate(id: string, variant?: string): Promise<LocatedModel> {
    return locateModel(await openModelFolder(this.#own, id), variant);
  }
}
