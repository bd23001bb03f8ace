import { GlimpseError } from "../../errors.ts";
import type { WantedModel } from "../../ports.ts";
import type { EmbeddingSpace } from "../../types.ts";
import { closeModel } from "../current-model.ts";
import type { LibraryDependencies, LoadedModel } from "../dependencies.ts";

/** Models that the library is to be switched to, as far as they are installed here. */
export class WantedModels {
  readonly #openModel: LibraryDependencies["openModel"];
  readonly #opened = new Map<EmbeddingSpace, LoadedModel>();

  constructor(openModel: LibraryDependencies["openModel"]) {
    this.#openModel = openModel;
  }

  /** Looks again each time for one that is not here: it may be pulled meanwhile. @returns whether it is installed here */
  async open({ model, space }: WantedModel): Promise<boolean> {
    if (this.#opened.has(space)) return true;
    const opened = await this.#openModel(model).catch((error: unknown) => {
      if (!(error instanceof GlimpseError)) throw error;
      return undefined;
    });
    if (!opened) return false;
    if (opened.embedder.space === space) {
      this.#opened.set(space, opened);
      return true;
    }
    await closeModel(opened);
    return false;
  }

  opened(space: EmbeddingSpace): LoadedModel | undefined {
    return this.#opened.get(space);
  }

  async close(): Promise<void> {
    for (const model of this.#opened.values()) await closeModel(model);
  }
}
