import type { Catalog } from "../ports.ts";
import type { OlderAnswers } from "../search/search-context.ts";
import type { EmbeddingSpace } from "../types.ts";
import { closeModel } from "./current-model.ts";
import type { LibraryDependencies, LoadedModel } from "./dependencies.ts";

/** The models of spaces that hold images which the active space lacks; opened when a query first needs them. */
export class OlderModels {
  readonly #catalog: Catalog;
  readonly #open: LibraryDependencies["openOlder"];
  readonly #opened = new Map<string, Promise<LoadedModel | undefined>>();

  constructor({ catalog, openOlder }: Pick<LibraryDependencies, "catalog" | "openOlder">) {
    this.#catalog = catalog;
    this.#open = openOlder;
  }

  /** Usually none, and then this costs one small read. */
  async forSpace(active: EmbeddingSpace): Promise<OlderAnswers> {
    const models: LoadedModel[] = [];
    const notes: string[] = [];
    for (const space of await this.#catalog.embeddings.otherSpaces(active)) {
      const model = await this.#model(space, active);
      if (model) models.push(model);
      else if ((await this.#catalog.embeddings.keysOnlyIn(space, active)).length > 0)
        notes.push(notInstalled(space));
    }
    return { models, notes };
  }

  async close(): Promise<void> {
    for (const model of await Promise.all(this.#opened.values())) if (model) await closeModel(model);
  }

  #model(space: EmbeddingSpace, active: EmbeddingSpace): Promise<LoadedModel | undefined> {
    const key = `${space} ${active}`;
    const opened = this.#opened.get(key) ?? this.#open(space, active);
    this.#opened.set(key, opened);
    // One that could not be opened may be installed by the next query.
    void opened.then(
      (model) => model ?? this.#opened.delete(key),
      () => this.#opened.delete(key),
    );
    return opened;
  }
}

const notInstalled = (space: EmbeddingSpace) =>
  `Some pictures are known only to an older model, ${space}, which is not installed here as it was: they were not searched. \`glimpse status\` says how many; pull that model, or make the pictures reachable and run \`glimpse add\`.`;
