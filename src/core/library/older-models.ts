import type { Catalog, ChangeToken } from "../ports.ts";
import type { OlderAnswers } from "../search/search-context.ts";
import type { EmbeddingSpace } from "../types.ts";
import { closeModel } from "./current-model.ts";
import type { LibraryDependencies, LoadedOlderModel } from "./dependencies.ts";

/** The models of spaces that hold images which the active space lacks; opened when a query first needs them. */
export class OlderModels {
  readonly #catalog: Catalog;
  readonly #open: LibraryDependencies["openOlder"];
  readonly #opened = new Map<string, Promise<LoadedOlderModel | undefined>>();
  /** Of spaces that were found to hold nothing else than the active one: their state then. */
  readonly #complete = new Map<string, ChangeToken>();

  constructor({ catalog, openOlder }: Pick<LibraryDependencies, "catalog" | "openOlder">) {
    this.#catalog = catalog;
    this.#open = openOlder;
  }

  /** Usually none, and then this costs two small reads. */
  async forSpace(active: EmbeddingSpace): Promise<OlderAnswers> {
    const { embeddings, images } = this.#catalog;
    if ((await embeddings.count(active)) >= (await images.totals()).images) return { models: [], notes: [] };
    const models: LoadedOlderModel[] = [];
    const notes: string[] = [];
    for (const space of await embeddings.otherSpaces(active)) {
      if (await this.#isComplete(space, active)) continue;
      const model = await this.#model(space, active);
      if (model) models.push(model);
      else notes.push(notInstalled(space));
    }
    return { models, notes };
  }

  async close(): Promise<void> {
    for (const model of await Promise.all(this.#opened.values())) {
      if (!model) continue;
      await closeModel(model);
      await model.everyVector.close();
    }
  }

  /** Whether the active space has all of its images, which goes over all of them; so it is asked again only when it gained some. */
  async #isComplete(space: EmbeddingSpace, active: EmbeddingSpace): Promise<boolean> {
    const key = `${space} ${active}`;
    if (this.#opened.has(key)) return false;
    const token = await this.#catalog.embeddings.changeToken(space);
    if (this.#complete.get(key) === token) return true;
    if ((await this.#catalog.embeddings.keysOnlyIn(space, active)).length > 0) return false;
    this.#complete.set(key, token);
    return true;
  }

  #model(space: EmbeddingSpace, active: EmbeddingSpace): Promise<LoadedOlderModel | undefined> {
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
