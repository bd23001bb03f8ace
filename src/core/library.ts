import { findReposts } from "./duplicates/same-pictures.ts";
import { UsageError } from "./errors.ts";
import { evaluateSearch } from "./evaluation/evaluate-search.ts";
import { type OwnSource, ownQuestions } from "./evaluation/own-questions.ts";
import type { WrittenQuestion } from "./evaluation/questions-file.ts";
import { questionsOfMarks, resolveQuestions, withinScope } from "./evaluation/resolve-questions.ts";
import { tagNewImages } from "./labels/tag-images.ts";
import type { AddOptions } from "./library/add-files.ts";
import { addPosted } from "./library/add-posted.ts";
import { type CalibrateOptions, calibrateNothing } from "./library/calibrate-nothing.ts";
import type { CompareRequest } from "./library/compare-models.ts";
import { closeModel } from "./library/current-model.ts";
import type { LibraryDependencies, LoadedModel } from "./library/dependencies.ts";
import { LibraryContext } from "./library/library-context.ts";
import { libraryRevision } from "./library/library-status.ts";
import { LibraryView } from "./library/library-view.ts";
import { Marks } from "./library/marks.ts";
import { Moves } from "./library/moves.ts";
import { Recognition } from "./library/recognition.ts";
import { removalPreview } from "./library/removal-preview.ts";
import { removeFrom } from "./library/remove.ts";
import type { RemovalOptions } from "./library/root-lease.ts";
import type { SwitchOptions, SwitchReport } from "./library/switch-model.ts";
import { Tags } from "./library/tags.ts";
import { Verdicts } from "./library/verdicts.ts";
import type { watchLibrary } from "./library/watch-library.ts";
import type { WorkOptions } from "./library/worker/worker.ts";
import type {
  Embedder,
  Failure,
  LeaseStore,
  MarkSelector,
  OriginalReaders,
  PostStore,
  Root,
  Settings,
  StateStore,
  Totals,
  Volume,
  WorkQueue,
} from "./ports.ts";
import { setLibraryThreshold } from "./search/fit-calibration.ts";
import type {
  AddReport,
  Calibration,
  DiscordPlacement,
  EvaluationQuestion,
  ImageId,
  ImageRecord,
  LongWork,
  MaintenanceReport,
  ModelComparison,
  RemovalPreview,
  RemoveReport,
  RemoveTarget,
  RepostRequest,
  Scope,
  SearchQuality,
  TextReport,
  WorkReport,
  WorkStatus,
} from "./types.ts";

/** Which questions to ask. */
export interface QuestionsFrom {
  readonly written?: readonly WrittenQuestion[] | undefined;
  readonly marksOf?: MarkSelector | undefined;
  /** The library's own words: of each source at most `limit` questions. */
  readonly own?: readonly OwnSource[] | undefined;
  readonly limit: number;
}

/** What was named came to nothing: then nothing else is brought up to date either. */
const isAllRefused = ({ refused, added, queued, known, unchanged, removed }: AddReport) =>
  refused.length > 0 && added + queued + known + unchanged + removed === 0;

/** For a monitor. */
export interface Workload extends Totals {
  readonly textsWaiting: number;
  /** What workers have to do; absent for a library in a folder. */
  readonly shared?: WorkStatus | undefined;
}

/** Puts pictures in and takes them out, and manages models; what people say has nouns of its own. Reading happens `within` a scope. */
export class Library {
  /** What images are tagged with, by people and by the model. */
  readonly tags: Tags;
  /** What people said of pairs of images. */
  readonly verdicts: Verdicts;
  /** What people said of answers. */
  readonly marks: Marks;
  /** Files moved out of added folders, and back. */
  readonly moves: Moves;
  /** Whether pictures are the same that need not be in the library. */
  readonly recognition: Recognition;
  readonly #context: LibraryContext;
  #closed: Promise<void> | undefined;

  constructor(dependencies: LibraryDependencies) {
    this.#context = new LibraryContext(dependencies);
    this.tags = new Tags(this.#context);
    this.verdicts = new Verdicts(this.#context);
    this.marks = new Marks(this.#context.catalog);
    this.moves = new Moves(this.#context, (paths, work) => this.add(paths, work));
    this.recognition = new Recognition(this.#context);
  }

  /** Everything that reads, of what this scope lets see. */
  within(scope: Scope): LibraryView {
    return new LibraryView(this.#context, scope);
  }

  // ---------------------------------------------------------- putting in and taking out

  /** Adds files and folders, or only what changed in them since. With no paths: every added root. */
  add(paths: readonly string[], options: AddOptions = {}): Promise<AddReport> {
    const { catalog, originals, dependencies } = this.#context;
    return this.#context.track(async () => {
      const { addFiles } = await import("./library/add-files.ts");
      const report = await this.#context.withModel(({ embedder }) =>
        addFiles({ catalog, embedder, originals, work: dependencies.work }, paths, options),
      );
      if (report.cancelled || isAllRefused(report)) {
        await this.#context.model.last.vectors.purgeErased();
        return report;
      }
      // The model may be another one now: another process can switch it during the run.
      const completed = await this.#context.withModel(async (model) => ({
        embedded: await this.#complete(model, options),
        text: await this.#readTexts(model, options),
      }));
      await this.#context.model.last.vectors.purgeErased();
      return { ...report, ...completed };
    });
  }

  /** Whether cameras and locations are stored; by default they are. With false, those that are stored are erased and none is stored any more; with true again, the next `add` reads them. */
  keepLocation(isKept: boolean): Promise<void> {
    return this.#context.track(() => this.#context.catalog.facts.keepLocation(isKept));
  }

  /**
   * Reads the text in pictures that wait for it, as `add` does at its end; those posted on Discord only where a guild allows it.
   * Undefined where text is not read.
   */
  readTexts(work: LongWork = {}): Promise<TextReport | undefined> {
    return this.#context.withModel((model) => this.#readTexts(model, work));
  }

  /** Whether the text in pictures posted in a guild is read. Default: it is not. */
  readsPosts(guildId: string): Promise<boolean> {
    return this.#context.track(() => this.#context.catalog.readings.allows(guildId));
  }

  /** From then on `readTexts` reads them, those that are there too. Not allowed: what was read of them is erased. */
  allowReadingPosts(guildId: string, allowed: boolean): Promise<void> {
    const { readings } = this.#context.catalog;
    return this.#context.track(() => (allowed ? readings.allow(guildId) : readings.forbid(guildId)));
  }

  /** Keeps the added folders current until the signal aborts. Resolves when watching has ended. */
  async watch(options: Parameters<typeof watchLibrary>[1]): Promise<void> {
    const { watchLibrary } = await import("./library/watch-library.ts");
    return watchLibrary(this, options);
  }

  /**
   * Does what other processes leave to workers, until the signal aborts.
   * @throws UsageError for a library in a folder
   */
  work(options: WorkOptions): Promise<WorkReport> {
    const queue = this.#workQueue();
    return this.#context.track(async () => {
      const { work } = await import("./library/worker/worker.ts");
      return work(
        this.#context,
        queue,
        async (model) => void (await this.#complete(model, { signal: options.signal })),
        options,
      );
    });
  }

  /** Shared folders by name, and where each host has them. @throws UsageError for a library in a folder */
  volumes(): Promise<Volume[]> {
    const queue = this.#workQueue();
    return this.#context.track(() => queue.volumes());
  }

  /** Where this host has a volume; undefined: nowhere. @throws UsageError for a library in a folder */
  putVolume(volume: string, path: string | undefined): Promise<void> {
    const queue = this.#workQueue();
    return this.#context.track(() => queue.putVolume(volume, path));
  }

  /** Adds one picture posted on Discord. Known bytes only gain a placement. @throws PictureError */
  addPosted(
    bytes: Uint8Array,
    placement: DiscordPlacement,
    signal?: AbortSignal,
  ): Promise<{ image: ImageRecord; isNew: boolean }> {
    const { catalog } = this.#context;
    return this.#context.withModel(async ({ embedder, reader }) => {
      const added = await addPosted({ catalog, embedder }, bytes, placement, signal);
      const { id } = added.image.record;
      const { readPosted } = await import("./library/read-texts.ts");
      if (reader) await readPosted({ catalog, reader }, { id, bytes, guildId: placement.guildId }, signal);
      return { image: added.image.record, isNew: added.isNew };
    });
  }

  /** Whether workers live that add pictures posted on Discord. */
  postsAreShared(): Promise<boolean> {
    return this.#context.track(async () => (await this.#context.postsForWorkers?.areServed()) ?? false);
  }

  /** Leaves a picture posted on Discord to workers, and waits for it. Undefined where none could add it: see `addPosted`. */
  letWorkersAdd(placement: DiscordPlacement, signal?: AbortSignal): Promise<ImageRecord | undefined> {
    return this.#context.track(async () => this.#context.postsForWorkers?.add(placement, signal));
  }

  /** Erases what the target names, and every trace of it that is on disk. Original files stay untouched. */
  remove(target: RemoveTarget, options: RemovalOptions = {}): Promise<RemoveReport> {
    const { catalog, work } = this.#context.dependencies;
    return this.#context.track(async () => {
      const report = await removeFrom({ catalog, work }, target, options);
      await this.#context.model.last.vectors.purgeErased();
      return report;
    });
  }

  /** What `remove` would take. @throws NotFoundError, AmbiguousIdError */
  removalPreview(target: RemoveTarget): Promise<RemovalPreview> {
    return removalPreview(this.#context.catalog, target);
  }

  // ---------------------------------------------------------- maintenance

  /** At most `limit`, in the order of their origins: paths, or `discord:` and ids. */
  failures(limit?: number, isWanted?: (origin: string) => boolean): Promise<Failure[]> {
    return this.#context.track(() => this.#context.catalog.files.failures(limit, isWanted));
  }

  roots(): Promise<Root[]> {
    return this.#context.track(() => this.#context.catalog.files.roots());
  }

  /**
   * Differs whenever images, their placements or verdicts do, so that an answer about them may be kept; it may also
   * differ although nothing changed, as after a scan.
   */
  revision(): Promise<string> {
    return libraryRevision(this.#context.catalog);
  }

  /** Problems of the catalog, each a sentence; empty when it is sound. */
  check(): Promise<string[]> {
    return this.#context.track(() => this.#context.catalog.check());
  }

  /** Totals for a monitor, of the whole library; they cost next to nothing. */
  workload(): Promise<Workload> {
    const { catalog, work } = this.#context.dependencies;
    return this.#context.track(async () => ({
      ...(await catalog.images.totals()),
      textsWaiting: (await catalog.readings.counts()).waiting,
      shared: work && (await work.status()),
    }));
  }

  /** Rids the library's files of what was erased; see `Catalog.maintain`. */
  maintain(work: LongWork & { readonly force?: boolean | undefined } = {}): Promise<MaintenanceReport> {
    return this.#context.track(() => this.#context.catalog.maintain(work));
  }

  // ---------------------------------------------------------- reposts

  /** See `LibraryView.findSamePicture`; the scope is made of the channels that matter, once they are known. */
  findReposts(id: ImageId, request: RepostRequest): Promise<ImageRecord[]> {
    return this.#context.withComparison((context) => findReposts(context, id, request));
  }

  // ---------------------------------------------------------- models

  get model(): Pick<Embedder, "traits" | "space" | "concurrency"> {
    return this.#context.model.last.embedder;
  }

  /** Re-embeds every image under another model, then answers with that one. Resumes where an earlier switch stopped. */
  useModel(model: string, options: SwitchOptions = {}): Promise<SwitchReport> {
    const { catalog, originals, dependencies } = this.#context;
    return this.#context.track(async () => {
      const { switchModel } = await import("./library/switch-model.ts");
      const next = await dependencies.openModel(model);
      const report = await switchModel({ catalog, originals, work: dependencies.work }, next, options);
      if (!report.switched) {
        await closeModel(next);
        return report;
      }
      await this.#context.model.replace(next);
      await this.#context.model.last.vectors.purgeErased();
      await this.#context.withSearch((context) => tagNewImages(context, { signal: options.signal }));
      return report;
    });
  }

  /** Erases vectors of earlier weights of the current model, once all of their images have one of it. */
  dropOutdatedVectors(): Promise<void> {
    const { catalog } = this.#context;
    return this.#context.track(async () => {
      const { dropOutdatedSpaces } = await import("./library/switch-model.ts");
      await this.#context.withModel(({ embedder }) => dropOutdatedSpaces(catalog, embedder.space));
      await this.#context.model.last.vectors.purgeErased();
    });
  }

  /**
   * Erases the vectors of a former model, which are kept so that going back to it embeds nothing again.
   * @returns how many images it had embedded
   * @throws UsageError, NotFoundError
   */
  forgetModel(model: string): Promise<number> {
    const { catalog } = this.#context;
    return this.#context.track(async () => {
      const { forgetModel } = await import("./library/switch-model.ts");
      const { space } = (await catalog.embeddings.activeModel()) ?? this.model;
      const images = await forgetModel(catalog, space, model);
      await this.#context.model.last.vectors.purgeErased();
      return images;
    });
  }

  // ---------------------------------------------------------- is it good for me

  /** Asks questions whose right answers are known, of a file, of marks or of the library's own words. @throws UsageError */
  evaluate(
    scope: Scope,
    { signal, onProgress, ...from }: QuestionsFrom & LongWork,
  ): Promise<SearchQuality[]> {
    return this.#context.withSearch(async (context) =>
      evaluateSearch(context, scope, await this.#questions(scope, from, signal), { signal, onProgress }),
    );
  }

  /** How well each model finds what is asked for, on a sample; the library stays as it is. @throws UsageError, ModelError */
  compareModels(
    scope: Scope,
    {
      models,
      sample,
      signal,
      onProgress,
      ...from
    }: QuestionsFrom & LongWork & Pick<CompareRequest, "models" | "sample">,
  ): Promise<ModelComparison> {
    const { catalog, originals, dependencies } = this.#context;
    return this.#context.track(async () => {
      const questions = await this.#questions(scope, from, signal);
      const context = { catalog, originals, openModel: dependencies.openModel };
      const { compareModels } = await import("./library/compare-models.ts");
      return compareModels(context, scope, { models, questions, sample, signal, onProgress });
    });
  }

  /**
   * Measures on this library's pictures below which cosine an answer is "nothing", and keeps it for this library and model.
   * @throws UsageError when there are too few pictures to tell
   */
  calibrate(options: CalibrateOptions = {}): Promise<Calibration> {
    return this.#context.withModel((model) =>
      calibrateNothing(this.#context.searchContext(model), model.model, options),
    );
  }

  /** Takes the model's own bar again. */
  resetCalibration(): Promise<void> {
    return this.#context.withSearch((context) => setLibraryThreshold(context, undefined));
  }

  // ---------------------------------------------------------- for a face's own work

  /** Durable positions of long work, such as a Discord backfill. */
  get state(): StateStore {
    return this.#context.catalog.state;
  }

  /** What one process at a time does, wherever it runs. */
  get leases(): LeaseStore {
    return this.#context.catalog.leases;
  }

  /** What was posted where: what a member may export, what reconciliation checks. */
  get posts(): Omit<PostStore, "remove" | "guilds"> {
    return this.#context.catalog.posts;
  }

  /** Small settings, per guild and channel. */
  get settings(): Settings {
    return this.#context.dependencies.settings;
  }

  /** Makes originals readable that lie elsewhere than in files, for as long as the library is open. */
  readOriginalsWith(readers: Partial<OriginalReaders>): void {
    this.#context.originals.readWith(readers);
  }

  /** Waits for pending reads and writes, then closes what was opened. Later calls of any verb are rejected. */
  close(): Promise<void> {
    this.#closed ??= this.#context.close();
    return this.#closed;
  }

  // ---------------------------------------------------------- within

  #workQueue(): WorkQueue {
    const { work } = this.#context.dependencies;
    if (work) return work;
    throw new UsageError(
      `The library at ${this.#context.dependencies.directory} is a folder, which serves one machine and needs no workers or volumes. One on a PostgreSQL server serves many; docs/scale.md shows how.`,
    );
  }

  /** Every image gets its vector and its tags, and the index is made ready. @returns how many had no vector before */
  async #complete(model: LoadedModel, options: LongWork): Promise<number> {
    const { catalog, originals } = this.#context;
    const isWanted = () => this.#context.model.isActive(model);
    const { embedMissing } = await import("./library/embed-missing.ts");
    const { dropOutdatedSpaces } = await import("./library/switch-model.ts");
    const { embedded } = await embedMissing(
      { catalog, originals, embedder: model.embedder, isWanted },
      options,
    );
    if (await isWanted()) await dropOutdatedSpaces(catalog, model.embedder.space);
    await tagNewImages(this.#context.searchContext(model), { signal: options.signal });
    await model.vectors.ready(options.signal);
    return embedded;
  }

  /** What workers can read is left to them. */
  async #readTexts({ reader }: LoadedModel, work: LongWork): Promise<TextReport | undefined> {
    const { catalog, originals, dependencies } = this.#context;
    const { queueTextsForWorkers, readTexts } = await import("./library/read-texts.ts");
    if (dependencies.work) await queueTextsForWorkers(dependencies.work);
    return reader && readTexts({ catalog, originals, reader }, work);
  }

  async #questions(
    scope: Scope,
    { written = [], marksOf, own = [], limit }: QuestionsFrom,
    signal?: AbortSignal,
  ): Promise<EvaluationQuestion[]> {
    const { catalog } = this.#context;
    const people = [
      ...(await resolveQuestions(catalog, scope, written)),
      ...(marksOf ? questionsOfMarks(await catalog.marks.list(marksOf)) : []),
    ];
    return [
      ...(await withinScope(catalog, scope, people)),
      ...(await ownQuestions(catalog, scope, { sources: own, limit, signal })),
    ];
  }
}
