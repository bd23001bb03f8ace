import { findReposts } from "./duplicates/same-pictures.ts";
import { AmbiguousIdError, NotFoundError, UsageError } from "./errors.ts";
import { evaluateSearch } from "./evaluation/evaluate-search.ts";
import { evaluateTags, type TagEvaluation } from "./evaluation/evaluate-tags.ts";
import type { GroundTruthLine } from "./evaluation/ground-truth-file.ts";
import { type OwnSource, ownQuestions } from "./evaluation/own-questions.ts";
import type { WrittenQuestion } from "./evaluation/questions-file.ts";
import { questionsOfMarks, resolveQuestions } from "./evaluation/resolve-questions.ts";
import { deleteTag, knownTags, renameTag, setTagState, type TagEdit, tagAll } from "./labels/edit-tags.ts";
import { editVocabulary, type VocabularyEdit } from "./labels/edit-vocabulary.ts";
import { applyVocabulary, storedVocabulary, type TagReport, tagNewImages } from "./labels/tag-images.ts";
import { checkTag, sameTags } from "./labels/tag-vocabulary.ts";
import type { AddOptions } from "./library/add-files.ts";
import { addPosted } from "./library/add-posted.ts";
import { type CalibrateOptions, calibrateNothing } from "./library/calibrate-nothing.ts";
import type { CompareRequest } from "./library/compare-models.ts";
import { closeModel } from "./library/current-model.ts";
import type { LibraryDependencies, LoadedModel } from "./library/dependencies.ts";
import type { SidecarReport, SidecarRequest } from "./library/export-sidecars.ts";
import type { KeywordReport } from "./library/import-keywords.ts";
import { LibraryContext } from "./library/library-context.ts";
import { libraryRevision } from "./library/library-status.ts";
import { LibraryView } from "./library/library-view.ts";
import { Marks } from "./library/marks.ts";
import type { FileToMove, MoveBatch, MoveReport } from "./library/move-files.ts";
import { removalPreview } from "./library/removal-preview.ts";
import { removeFrom } from "./library/remove.ts";
import type { SwitchOptions, SwitchReport } from "./library/switch-model.ts";
import type { watchLibrary } from "./library/watch-library.ts";
import type { WorkOptions } from "./library/worker.ts";
import type {
  Embedder,
  Failure,
  ImageKey,
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
import { ENTIRE_LIBRARY } from "./scopes.ts";
import { setOwnNothing } from "./search/library-judging.ts";
import { resolveByPathOrId } from "./search/resolve-image.ts";
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
  TagState,
  TagVocabulary,
  TextReport,
  Verdict,
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

/** For a monitor. */
export interface Workload extends Totals {
  readonly textsWaiting: number;
  /** What workers have to do; absent for a library in a folder. */
  readonly shared?: WorkStatus | undefined;
}

/** Puts pictures in and takes them out, and manages models, tags and verdicts. Reading happens `within` a scope. */
export class Library {
  readonly #context: LibraryContext;
  #closed: Promise<void> | undefined;

  constructor(dependencies: LibraryDependencies) {
    this.#context = new LibraryContext(dependencies);
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
      // The model may be another one now: another process can switch it during the run.
      const text = report.cancelled
        ? undefined
        : await this.#context.withModel(async (model) => {
            await this.#complete(model, options);
            return this.#readTexts(model, options);
          });
      await this.#context.model.last.vectors.purgeErased();
      return { ...report, text };
    });
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
      const { work } = await import("./library/worker.ts");
      return work(
        this.#context,
        queue,
        (model) => this.#complete(model, { signal: options.signal }),
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
  remove(target: RemoveTarget): Promise<RemoveReport> {
    const { catalog } = this.#context;
    return this.#context.track(async () => {
      const report = await removeFrom(catalog, target);
      await this.#context.model.last.vectors.purgeErased();
      return report;
    });
  }

  /** What `remove` would take. @throws NotFoundError, AmbiguousIdError */
  removalPreview(target: RemoveTarget): Promise<RemovalPreview> {
    return removalPreview(this.#context.catalog, target);
  }

  // ---------------------------------------------------------- moving files

  /**
   * Moves files out of added folders into another folder of the same disk, and out of the library. No file is replaced, and
   * each is moved only while the copy that stays is there.
   * @throws UsageError, LibraryError
   */
  moveFiles(files: readonly FileToMove[], to: string, work: LongWork = {}): Promise<MoveReport> {
    return this.#context.track(async () => {
      const { moveFiles } = await import("./library/move-files.ts");
      const report = await moveFiles(this.#context.catalog, files, to, work);
      await this.#context.model.last.vectors.purgeErased();
      return report;
    });
  }

  /** Puts files back, adds them again, and gives them the tags that people had given. @throws NotFoundError, LibraryError */
  undoMove(batch: string, work: LongWork = {}): Promise<MoveReport> {
    return this.#context.track(async () => {
      const { catalog } = this.#context;
      const { undoMove } = await import("./library/move-files.ts");
      const { restored, ...report } = await undoMove(catalog, batch, work);
      if (restored.length === 0) return report;
      await this.add(
        restored.map(({ from }) => from),
        { signal: work.signal },
      );
      for (const { id, tags } of restored) for (const tag of tags) await catalog.tags.putAll([id], tag);
      return report;
    });
  }

  /** Moves that can be undone on this machine, newest first. */
  moves(): Promise<MoveBatch[]> {
    return this.#context.track(async () => {
      const { movesMade } = await import("./library/move-files.ts");
      return movesMade(this.#context.catalog);
    });
  }

  /** What an interrupted move left is finished or taken back. @throws LibraryError while another process moves files */
  recoverMoves(): Promise<void> {
    return this.#context.track(async () => {
      const { recoverMoves } = await import("./library/move-files.ts");
      return recoverMoves(this.#context.catalog);
    });
  }

  // ---------------------------------------------------------- tags and verdicts

  /** Stores a user's verdict on a pair, by content. @throws NotFoundError, AmbiguousIdError, UsageError */
  verdict(a: string, b: string, verdict: Verdict["verdict"]): Promise<Verdict> {
    return this.#context.track(async () => {
      const [first, second] = [await this.#image(a), await this.#image(b)];
      if (first.id === second.id)
        throw new UsageError("Both ids name the same image: its copies are the same by content.");
      const stored: Verdict = { a: first.id, b: second.id, verdict, at: Date.now() };
      await this.#context.catalog.verdicts.put(stored);
      return stored;
    });
  }

  /** What a user said of a pair. @throws NotFoundError, AmbiguousIdError */
  verdictOn(a: string, b: string): Promise<Verdict["verdict"] | undefined> {
    return this.#context.track(async () => {
      const [first, second] = [await this.#image(a), await this.#image(b)];
      const given = await this.#context.catalog.verdicts.of(first.id);
      return given.find((one) => one.a === second.id || one.b === second.id)?.verdict;
    });
  }

  /** What a user said of a pair is taken back. @throws NotFoundError, AmbiguousIdError */
  withdrawVerdict(a: string, b: string): Promise<void> {
    return this.#context.track(async () => {
      const [first, second] = [await this.#image(a), await this.#image(b)];
      await this.#context.catalog.verdicts.remove(first.id, second.id);
    });
  }

  vocabulary(): Promise<TagVocabulary | undefined> {
    return this.#context.track(() => storedVocabulary(this.#context.catalog));
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
    return this.#context.withSearch((context) => setOwnNothing(context, undefined));
  }

  /** Replaces the vocabulary and tags every image by it from the stored vectors; tags that no longer apply go. */
  setVocabulary(vocabulary: TagVocabulary, work: LongWork = {}): Promise<TagReport> {
    return this.#context.withSearch((context) => applyVocabulary(context, vocabulary, work));
  }

  /**
   * Replaces the vocabulary by what the edit makes of it, and tags every image by it. Of edits at once none is lost.
   * @throws UsageError for tags that no vocabulary could contain
   */
  editVocabulary(edit: VocabularyEdit, work: LongWork = {}): Promise<TagReport> {
    return this.#context.withSearch(async (context) => {
      await editVocabulary(context.catalog, edit);
      return tagNewImages(context, work);
    });
  }

  /** Precision and recall per tag on pictures that a user has labelled. */
  evaluateTags(truth: readonly GroundTruthLine[], work: LongWork = {}): Promise<TagEvaluation> {
    const find = (picture: string) => this.#keyOf(picture);
    return this.#context.withSearch((context) => evaluateTags({ ...context, find }, truth, work));
  }

  /**
   * @returns the tag as it is spelled here
   * @throws UsageError for a tag that no vocabulary could contain
   */
  async tag(id: string, tag: string): Promise<string> {
    return this.#context.track(async () => {
      const image = await this.#image(id);
      return (await tagAll(this.#context.catalog, [image.id], tag)).tag;
    });
  }

  /** Of images that are gone meanwhile nothing is said. @throws UsageError for a tag that no vocabulary could contain */
  tagAll(ids: readonly ImageId[], tag: string): Promise<TagEdit> {
    return this.#context.track(() => tagAll(this.#context.catalog, ids, tag));
  }

  /**
   * Makes an image say exactly this of a tag: a person's word, or, to undo one, what this returned for it.
   * @throws NotFoundError, AmbiguousIdError, UsageError
   */
  setTagState(id: string, tag: string, state: TagState | undefined): Promise<TagState | undefined> {
    return this.#context.track(async () => {
      const image = await this.#image(id);
      return setTagState(this.#context.catalog, image.id, { tag, state });
    });
  }

  /** On every image and in the vocabulary. @throws NotFoundError, UsageError */
  renameTag(from: string, to: string): Promise<TagEdit> {
    return this.#context.withModel(({ embedder }) =>
      renameTag(this.#context.catalog, embedder.traits, { from, to }),
    );
  }

  /**
   * Reads what files in scope and their sidecars carry: keywords become tags that never override a user's, and titles
   * are searched.
   */
  importKeywords(scope: Scope, work: LongWork = {}): Promise<KeywordReport> {
    const { catalog } = this.#context;
    return this.#context.withModel(async ({ embedder }) => {
      const { importKeywords } = await import("./library/import-keywords.ts");
      return importKeywords({ catalog, embedder }, scope, work);
    });
  }

  /** Writes the tags of files in scope into sidecars, beside them or into a folder. No picture is written to. */
  exportSidecars(scope: Scope, request: SidecarRequest = {}): Promise<SidecarReport> {
    return this.#context.track(async () => {
      const { exportSidecars } = await import("./library/export-sidecars.ts");
      return exportSidecars(this.#context.catalog, scope, request);
    });
  }

  /** From every image and the vocabulary. @throws NotFoundError */
  deleteTag(tag: string): Promise<TagEdit> {
    return this.#context.track(() => deleteTag(this.#context.catalog, tag));
  }

  /**
   * A user's removal: the model never puts the tag back.
   * @returns whether the image carried it
   * @throws UsageError
   */
  async untag(id: string, tag: string): Promise<boolean> {
    const checked = checkTag(tag);
    return this.#context.track(async () => {
      const image = await this.#image(id);
      const tags = image.tags.map((carried) => carried.tag);
      const carried = sameTags(checked, tags);
      const [known = checked] = sameTags(checked, await knownTags(this.#context.catalog));
      for (const each of carried.length > 0 ? carried : [known])
        await this.#context.catalog.tags.reject(image.id, each);
      return carried.length > 0;
    });
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

  /** Erases vectors of earlier models, once all of their images have one of the current model. */
  leaveOlderModels(): Promise<void> {
    const { catalog } = this.#context;
    return this.#context.track(async () => {
      const { dropCompletedSpaces } = await import("./library/switch-model.ts");
      await this.#context.withModel(({ embedder }) => dropCompletedSpaces(catalog, embedder.space));
      await this.#context.model.last.vectors.purgeErased();
    });
  }

  // ---------------------------------------------------------- is it good for me

  /** What people said of answers. */
  get marks(): Marks {
    return new Marks(this.#context.catalog);
  }

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

  /** Every image gets its vector and its tags, and the index is made ready. */
  async #complete(model: LoadedModel, options: LongWork): Promise<void> {
    const { catalog, originals } = this.#context;
    const isWanted = () => this.#context.model.isActive(model);
    const { embedMissing } = await import("./library/embed-missing.ts");
    const { dropCompletedSpaces } = await import("./library/switch-model.ts");
    await embedMissing({ catalog, originals, embedder: model.embedder, isWanted }, options);
    if (await isWanted()) await dropCompletedSpaces(catalog, model.embedder.space);
    await tagNewImages(this.#context.searchContext(model), { signal: options.signal });
    await model.vectors.ready(options.signal);
  }

  /** What workers can read is left to them. */
  async #readTexts({ reader }: LoadedModel, work: LongWork): Promise<TextReport | undefined> {
    const { catalog, originals, dependencies } = this.#context;
    const { leaveTextsToWorkers, readTexts } = await import("./library/read-texts.ts");
    if (dependencies.work) await leaveTextsToWorkers(dependencies.work);
    return reader && readTexts({ catalog, originals, reader }, work);
  }

  async #questions(
    scope: Scope,
    { written = [], marksOf, own = [], limit }: QuestionsFrom,
    signal?: AbortSignal,
  ): Promise<EvaluationQuestion[]> {
    const { catalog } = this.#context;
    return [
      ...(await resolveQuestions(catalog, scope, written)),
      ...(marksOf ? questionsOfMarks(await catalog.marks.list(marksOf)) : []),
      ...(await ownQuestions(catalog, scope, { sources: own, limit, signal })),
    ];
  }

  #image(idOrPrefix: string): Promise<ImageRecord> {
    return this.within(ENTIRE_LIBRARY).image(idOrPrefix);
  }

  /** Undefined when a path or id names no image, or several. */
  async #keyOf(picture: string): Promise<ImageKey | undefined> {
    try {
      return (await resolveByPathOrId(this.#context.catalog, picture, ENTIRE_LIBRARY)).key;
    } catch (error) {
      if (error instanceof NotFoundError || error instanceof AmbiguousIdError) return undefined;
      throw error;
    }
  }
}
