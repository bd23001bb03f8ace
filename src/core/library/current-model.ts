import { ModelMismatchError } from "../errors.ts";
import type { Catalog } from "../ports.ts";
import type { ActiveModel, LibraryDependencies, LoadedModel } from "./dependencies.ts";

/**
 * The model that answers: always the one that the catalog names, since another process may have switched it. One
 * that was replaced stays open until the work that began with it has ended.
 */
export class CurrentModel {
  readonly #catalog: Pick<Catalog, "embeddings">;
  readonly #openModel: LibraryDependencies["openModel"];
  /** Never follows: the library's own model may be missing. */
  readonly #fixed: boolean;
  readonly #users = new Map<LoadedModel, number>();
  #model: LoadedModel;
  /** Another model being opened: callers meanwhile wait for the same one. */
  #switching: Promise<void> | undefined;

  constructor({ catalog, openModel, allowModelMismatch = false, initialModel }: LibraryDependencies) {
    this.#catalog = catalog;
    this.#openModel = openModel;
    this.#fixed = allowModelMismatch;
    this.#model = initialModel;
  }

  /** As of the last call of `use`. */
  get last(): LoadedModel {
    return this.#model;
  }

  /** @throws ModelMismatchError, ModelError when the catalog names a model that cannot be opened here */
  async use<Result>(work: (model: LoadedModel) => Promise<Result>): Promise<Result> {
    await this.#follow();
    const model = this.#model;
    this.#users.set(model, this.#usersOf(model) + 1);
    try {
      return await work(model);
    } finally {
      this.#users.set(model, this.#usersOf(model) - 1);
      await this.#closeIfDone(model);
    }
  }

  async replace(next: LoadedModel): Promise<void> {
    const old = this.#model;
    this.#model = next;
    await this.#closeIfDone(old);
  }

  /** Whether the catalog still wants vectors of this model. */
  async isActive({ embedder }: LoadedModel): Promise<boolean> {
    return (await this.#catalog.embeddings.activeModel())?.space === embedder.space;
  }

  close(): Promise<void> {
    return closeModel(this.#model);
  }

  #usersOf(model: LoadedModel): number {
    return this.#users.get(model) ?? 0;
  }

  async #closeIfDone(model: LoadedModel): Promise<void> {
    if (this.#usersOf(model) > 0) return;
    this.#users.delete(model);
    if (model !== this.#model) await closeModel(model);
  }

  async #follow(): Promise<void> {
    if (this.#fixed) return;
    const active = await this.#catalog.embeddings.activeModel();
    if (!active || active.space === this.#model.embedder.space) return;
    this.#switching ??= this.#switchTo(active).finally(() => {
      this.#switching = undefined;
    });
    await this.#switching;
  }

  async #switchTo({ model, space }: ActiveModel): Promise<void> {
    const next = await this.#openModel(model);
    if (next.embedder.space === space) return this.replace(next);
    await closeModel(next);
    throw new ModelMismatchError(
      `Another process switched this library to other weights of ${model} (${space}) than are installed here (${next.embedder.space}). Update this Glimpse, then start it again.`,
    );
  }
}

export async function closeModel({ embedder, vectors }: LoadedModel): Promise<void> {
  await embedder.close();
  await vectors.close();
}
