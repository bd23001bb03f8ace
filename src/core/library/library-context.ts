import { AsyncLocalStorage } from "node:async_hooks";
import type { LocateOriginal } from "../comparison/picture-comparer.ts";
import { LibraryError } from "../errors.ts";
import type { SearchContext } from "../search/search-context.ts";
import type { Placement, Scope } from "../types.ts";
import { CurrentModel } from "./current-model.ts";
import type { LibraryDependencies, LoadedModel } from "./dependencies.ts";
import { OlderModels } from "./older-models.ts";
import { Originals } from "./originals.ts";
import { PostsForWorkers } from "./posts-for-workers.ts";
import { VolumePaths } from "./volume-paths.ts";

/** What every verb runs on: the opened stores, the model that answers, and the work that closing waits for. */
export class LibraryContext {
  readonly dependencies: LibraryDependencies;
  readonly model: CurrentModel;
  /** Where this host has files of other hosts. */
  readonly volumes: VolumePaths | undefined;
  readonly originals: Originals;
  /** Absent where no work is shared. */
  readonly postsForWorkers: PostsForWorkers | undefined;
  readonly #older: OlderModels;
  readonly #pending = new PendingWork();

  constructor(dependencies: LibraryDependencies) {
    this.dependencies = dependencies;
    const { catalog, work } = dependencies;
    this.volumes = work && new VolumePaths(catalog, work);
    this.originals = new Originals(this.volumes);
    this.postsForWorkers = work && new PostsForWorkers(catalog, work);
    this.model = new CurrentModel(dependencies);
    this.#older = new OlderModels(dependencies);
  }

  get catalog(): LibraryDependencies["catalog"] {
    return this.dependencies.catalog;
  }

  /** Runs work that closing waits for. @throws LibraryError once the library was closed */
  track<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#pending.run(work);
  }

  withModel<Result>(work: (model: LoadedModel) => Promise<Result>): Promise<Result> {
    return this.track(() => this.model.use(work));
  }

  withSearch<Result>(work: (context: SearchContext) => Promise<Result>): Promise<Result> {
    return this.withModel((model) => work(this.searchContext(model)));
  }

  /** For verbs whose answer may need a finer look than thumbnails allow. */
  withComparison<Result>(
    work: (context: SearchContext & { readonly locateOriginal: LocateOriginal }) => Promise<Result>,
  ): Promise<Result> {
    const locateOriginal: LocateOriginal = (image, signal) => this.originals.locate(image, signal);
    return this.withSearch((context) => work({ ...context, locateOriginal }));
  }

  /** For questions, which wait for files of the scope at most, and for nothing that would have to be fetched. */
  withFiles<Result>(
    { files }: Pick<Scope, "files">,
    work: (context: SearchContext) => Promise<Result>,
  ): Promise<Result> {
    const isFile = ({ kind }: Placement) => kind === "file";
    const locateFile: LocateOriginal = ({ placements }, signal) =>
      this.originals.locate({ placements: placements.filter(isFile) }, signal);
    return this.withSearch((context) =>
      work(files === "none" ? context : { ...context, locateOriginal: locateFile }),
    );
  }

  searchContext({ embedder, vectors }: LoadedModel): SearchContext {
    const { catalog, settings } = this.dependencies;
    return { catalog, settings, embedder, vectors };
  }

  olderModels({ embedder }: Pick<LoadedModel, "embedder">): ReturnType<OlderModels["forSpace"]> {
    return this.#older.forSpace(embedder.space);
  }

  async close(): Promise<void> {
    await this.#pending.end();
    await this.model.close();
    await this.#older.close();
    await this.dependencies.settings.close();
    await this.catalog.close();
  }
}

/** Once the end has begun no new work begins, except what pending work itself still calls. */
class PendingWork {
  readonly #works = new Set<Promise<unknown>>();
  readonly #isPending = new AsyncLocalStorage<true>();
  #ending = false;

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#ending && !this.#isPending.getStore())
      throw new LibraryError("The library was closed; open it again to use it.");
    const running = this.#isPending.run(true, work);
    this.#works.add(running);
    return running.finally(() => this.#works.delete(running));
  }

  async end(): Promise<void> {
    this.#ending = true;
    while (this.#works.size > 0) await Promise.allSettled(this.#works);
  }
}
