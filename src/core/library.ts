import { findDuplicates } from "./duplicates/find-duplicates.ts";
import { findSamePictures } from "./duplicates/same-pictures.ts";
import { ENTIRE_LIBRARY } from "./entire-library.ts";
import { AmbiguousIdError, ModelMismatchError, NotFoundError, UsageError } from "./errors.ts";
import { classifyImages } from "./labels/classify-images.ts";
import { type ClusterRequest, clusterImages } from "./labels/cluster-images.ts";
import { evaluateTags, type TagEvaluation } from "./labels/evaluate-tags.ts";
import type { GroundTruthLine } from "./labels/ground-truth-file.ts";
import { TagClassifier } from "./labels/tag-classifier.ts";
import { applyVocabulary, storedVocabulary, type TagReport, tagNewImages } from "./labels/tag-images.ts";
import { checkTag, sameTags } from "./labels/tag-vocabulary.ts";
import { type AddOptions, addFiles } from "./library/add-files.ts";
import { addPosted } from "./library/add-posted.ts";
import { CurrentModel, closeModel } from "./library/current-model.ts";
import type { LibraryDependencies, LoadedModel } from "./library/dependencies.ts";
import { embedMissing } from "./library/embed-missing.ts";
import { libraryRevision } from "./library/library-revision.ts";
import { libraryStatus } from "./library/library-status.ts";
import { resolveByPathOrId } from "./library/named-image.ts";
import { OlderModels } from "./library/older-models.ts";
import { dropCompletedSpaces } from "./library/older-spaces.ts";
import { readOriginal } from "./library/read-original.ts";
import { removalPreview } from "./library/removal-preview.ts";
import { removeFrom } from "./library/remove.ts";
import { renderImage } from "./library/render.ts";
import { type SwitchOptions, type SwitchReport, switchModel } from "./library/switch-model.ts";
import { Underway } from "./library/underway.ts";
import { watchLibrary } from "./library/watch-library.ts";
import type { Embedder, Failure, ImageKey, PostStore, Root, Settings, StateStore } from "./ports.ts";
import { find } from "./search/find.ts";
import { resolveImage } from "./search/resolve-image.ts";
import type { SearchContext } from "./search/search-context.ts";
import { walkFolder } from "./sources/walk-folder.ts";
import type {
  AddReport,
  Classification,
  ClassifyRequest,
  Cluster,
  DiscordPlacement,
  DuplicateGroup,
  DuplicatesRequest,
  EmbeddedImage,
  Embedding,
  FindAnswer,
  FindRequest,
  ImageId,
  ImageRecord,
  ImageRef,
  ImageTag,
  LibraryStatus,
  LongWork,
  RemovalPreview,
  RemoveReport,
  RemoveTarget,
  RenderedImage,
  Scope,
  TagSummary,
  TagVocabulary,
  Verdict,
} from "./types.ts";
import { YieldController } from "./yield-controller.ts";

/** Records are read in steps that hold up nobody. */
const RECORDS_AT_ONCE = 200;

/** The verbs. Faces call these and render what comes back. */
export class Library {
  readonly #parts: LibraryDependencies;
  readonly #model: CurrentModel;
  readonly #older: OlderModels;
  readonly #pending = new Underway();
  #closed: Promise<void> | undefined;

  constructor(parts: LibraryDependencies) {
    this.#parts = parts;
    this.#model = new CurrentModel(parts);
    this.#older = new OlderModels(parts);
  }

  // ---------------------------------------------------------- putting in and taking out

  /** Adds files and folders, or only what changed in them since. With no paths: every added root. */
  add(paths: readonly string[], options: AddOptions = {}): Promise<AddReport> {
    const { catalog } = this.#parts;
    return this.#track(async () => {
      const report = await this.#model.use(({ embedder }) => addFiles({ catalog, embedder }, paths, options));
      // Asked for again: another process may have switched the model meanwhile.
      if (!report.cancelled) await this.#model.use((model) => this.#complete(model, options));
      await this.#parts.forgetRemoved();
      return report;
    });
  }

  /** Keeps the added folders current until the signal aborts. Resolves when watching has ended. */
  watch(options: Parameters<typeof watchLibrary>[1]): Promise<void> {
    return watchLibrary(this, options);
  }

  /** Adds one picture posted on Discord. Known bytes only gain a placement. @throws PictureError */
  addPosted(
    bytes: Uint8Array,
    placement: DiscordPlacement,
    signal?: AbortSignal,
  ): Promise<{ image: ImageRecord; isNew: boolean }> {
    const { catalog } = this.#parts;
    return this.#track(() =>
      this.#model.use(async ({ embedder }) => {
        const added = await addPosted({ catalog, embedder }, bytes, placement, signal);
        return { image: added.image.record, isNew: added.isNew };
      }),
    );
  }

  /** Erases what the target names, and every trace of it that is on disk. Original files stay untouched. */
  remove(target: RemoveTarget): Promise<RemoveReport> {
    return this.#track(async () => {
      const report = await removeFrom(this.#parts.catalog, target);
      await this.#parts.forgetRemoved();
      return report;
    });
  }

  /** What `remove` would take. @throws NotFoundError, AmbiguousIdError */
  removalPreview(target: RemoveTarget): Promise<RemovalPreview> {
    return removalPreview(this.#parts.catalog, target);
  }

  // ---------------------------------------------------------- asking

  find(request: FindRequest): Promise<FindAnswer> {
    return this.#withModel(async (parts) =>
      find(parts, request, await this.#older.under(parts.embedder.space)),
    );
  }

  /** Ranks labels for each picture, in the order asked; a picture that cannot be used carries its reason. */
  classify(request: ClassifyRequest): Promise<Classification[]> {
    const { catalog } = this.#parts;
    const resolve = (id: string) => resolveImage(catalog, id, request.scope ?? ENTIRE_LIBRARY);
    return this.#withModel((parts) => classifyImages({ ...parts, resolve }, request));
  }

  duplicates(request: DuplicatesRequest): Promise<DuplicateGroup[]> {
    return this.#withModel((parts) => findDuplicates(parts, request));
  }

  /** Images of the scope that are the same picture as this one, oldest first: a repost check. */
  findSamePicture(id: string, scope: Scope, signal?: AbortSignal): Promise<ImageRecord[]> {
    return this.#withModel(async (parts) => {
      const image = await resolveImage(parts.catalog, id, ENTIRE_LIBRARY);
      return findSamePictures(parts, image.record.id, scope, { signal });
    });
  }

  /** Sorts the scope into themes, largest first. */
  clusters(request: ClusterRequest): Promise<Cluster[]> {
    return this.#withModel((parts) => clusterImages(parts, request));
  }

  // ---------------------------------------------------------- what people say

  /** Remembers a person's word on a pair, by content. @throws NotFoundError, AmbiguousIdError, UsageError */
  verdict(
    a: string,
    b: string,
    verdict: Verdict["verdict"],
    scope: Scope = ENTIRE_LIBRARY,
  ): Promise<Verdict> {
    return this.#track(async () => {
      const [first, second] = [await this.image(a, scope), await this.image(b, scope)];
      if (first.id === second.id)
        throw new UsageError("Both ids name the same image: its copies are the same by content.");
      const word: Verdict = { a: first.id, b: second.id, verdict, at: Date.now() };
      await this.#parts.catalog.verdicts.put(word);
      return word;
    });
  }

  vocabulary(): Promise<TagVocabulary | undefined> {
    return this.#track(() => storedVocabulary(this.#parts.catalog));
  }

  /** Replaces the vocabulary and tags every image by it from the stored vectors; tags that no longer hold go. */
  setVocabulary(vocabulary: TagVocabulary, work: LongWork = {}): Promise<TagReport> {
    return this.#withModel((parts) => applyVocabulary(parts, vocabulary, work));
  }

  /** Which tags of a vocabulary hold for a picture, best first; nothing is stored. */
  async suggestTags(image: ImageRef, vocabulary: TagVocabulary, signal?: AbortSignal): Promise<ImageTag[]> {
    const tags = await this.#withModel(async (parts) => {
      const judge = await TagClassifier.prepare(parts, vocabulary, signal);
      return judge.tagsOf((await this.#embedded(parts, image, signal)).embedding);
    });
    return tags.map((tag) => ({ ...tag, by: "model" as const })).sort((x, y) => y.score - x.score);
  }

  /** Precision and recall per tag on pictures that a person has labelled. */
  evaluateTags(truth: readonly GroundTruthLine[], work: LongWork = {}): Promise<TagEvaluation> {
    const find = (picture: string) => this.#keyOf(picture);
    return this.#withModel((parts) => evaluateTags({ ...parts, find }, truth, work));
  }

  tags(scope: Scope = ENTIRE_LIBRARY): Promise<TagSummary[]> {
    return this.#track(() => this.#parts.catalog.tags.summaries(scope));
  }

  /** @throws UsageError for a tag that no vocabulary could hold */
  async tag(id: string, tag: string): Promise<void> {
    const checked = checkTag(tag);
    return this.#track(async () => {
      const image = await this.image(id, ENTIRE_LIBRARY);
      const [known = checked] = sameTags(checked, await this.knownTags());
      await this.#parts.catalog.tags.put(image.id, known);
    });
  }

  /**
   * A person's removal: the model never puts the tag back.
   * @returns whether the image carried it
   * @throws UsageError
   */
  async untag(id: string, tag: string): Promise<boolean> {
    const checked = checkTag(tag);
    return this.#track(async () => {
      const image = await this.image(id, ENTIRE_LIBRARY);
      const tags = image.tags.map((carried) => carried.tag);
      const carried = sameTags(checked, tags);
      const [known = checked] = sameTags(checked, await this.knownTags());
      for (const each of carried.length > 0 ? carried : [known])
        await this.#parts.catalog.tags.reject(image.id, each);
      return carried.length > 0;
    });
  }

  /** Tags of the vocabulary and those in use, in the spelling that they have here. */
  async knownTags(): Promise<string[]> {
    const [vocabulary, used] = [await this.vocabulary(), await this.tags()];
    return [...new Set([...(vocabulary?.tags ?? []), ...used].map(({ tag }) => tag))];
  }

  // ---------------------------------------------------------- looking

  /**
   * What lies outside the scope is as if it were not there.
   * @throws NotFoundError, AmbiguousIdError
   */
  image(idOrPrefix: string, scope: Scope): Promise<ImageRecord> {
    return this.#track(async () => (await resolveImage(this.#parts.catalog, idOrPrefix, scope)).record);
  }

  /** Many at once, in the order asked; those outside the scope, or erased meanwhile, are left out. */
  images(ids: readonly ImageId[], scope: Scope): Promise<ImageRecord[]> {
    return this.#track(async () => {
      const turns = new YieldController();
      const images: ImageRecord[] = [];
      for (let start = 0; start < ids.length; start += RECORDS_AT_ONCE) {
        const some = await this.#parts.catalog.images.byId(ids.slice(start, start + RECORDS_AT_ONCE), scope);
        images.push(...some.map(({ record }) => record).filter(({ placements }) => placements.length > 0));
        await turns.yieldIfDue();
      }
      return images;
    });
  }

  /**
   * The image that the library's owner names, by the path of a file or by its id.
   * @throws NotFoundError, AmbiguousIdError
   */
  resolveImage(pathOrId: string): Promise<ImageRecord> {
    return this.#track(async () => (await resolveByPathOrId(this.#parts.catalog, pathOrId)).record);
  }

  /** Ids in scope that start with these hex digits, for completion; the newest for none. */
  completeId(prefix: string, scope: Scope, limit: number): Promise<ImageId[]> {
    return this.#track(async () => {
      const { catalog } = this.#parts;
      if (prefix === "") {
        const newest = await catalog.images.keysByDate(scope, "newest", limit);
        return (await catalog.images.byKey(newest, scope)).map(({ record }) => record.id);
      }
      if (!/^[0-9a-f]{1,64}$/i.test(prefix)) return [];
      return catalog.images.idsWithPrefix(prefix.toLowerCase(), scope, limit);
    });
  }

  /** WebP bytes, longest side at most 256 pixels. */
  thumbnail(idOrPrefix: string, scope: Scope): Promise<Uint8Array> {
    return this.#track(async () => this.#thumbnail(await this.image(idOrPrefix, scope)));
  }

  thumbnailPng(idOrPrefix: string, scope: Scope): Promise<Uint8Array> {
    return this.#drawing(async (embedder) => {
      const thumbnail = await this.thumbnail(idOrPrefix, scope);
      return (await embedder.render({ as: "png", thumbnail })).bytes;
    });
  }

  /** The bytes of the file itself, checked to be those that were indexed. @throws NotFoundError */
  original(idOrPrefix: string, scope: Scope): Promise<{ id: ImageId; bytes: Uint8Array; mimeType: string }> {
    return this.#track(async () => {
      const image = await this.image(idOrPrefix, scope);
      return { id: image.id, bytes: await readOriginal(image), mimeType: `image/${image.format}` };
    });
  }

  /** For looking at: fits into both limits; from the thumbnail when the original cannot be reached. */
  render(
    idOrPrefix: string,
    scope: Scope,
    how: { readonly longestSide: number; readonly maxBytes: number },
  ): Promise<RenderedImage & { readonly id: ImageId; readonly from: "original" | "thumbnail" }> {
    return this.#drawing(async (embedder) => {
      const image = await this.image(idOrPrefix, scope);
      const thumbnail = () => this.#thumbnail(image);
      return { id: image.id, ...(await renderImage({ embedder, thumbnail }, image, how)) };
    });
  }

  /** One grid of thumbnails in the order asked, each with its label under it. */
  contactSheet(
    items: readonly { readonly id: string; readonly label: string }[],
    scope: Scope,
    how: { readonly maxBytes: number },
  ): Promise<RenderedImage> {
    return this.#drawing(async (embedder) => {
      const cells = items.map(async ({ id, label }) => ({
        thumbnail: await this.thumbnail(id, scope),
        label,
      }));
      return embedder.render({ as: "sheet", items: await Promise.all(cells), ...how });
    });
  }

  /** Paths of the picture files below a folder that need not be in the library; hidden and ignored ones left out. */
  async listPictures(folder: string): Promise<string[]> {
    return (await walkFolder(folder)).files.map(({ path }) => path);
  }

  // ---------------------------------------------------------- looking after

  status(scope: Scope = ENTIRE_LIBRARY): Promise<LibraryStatus> {
    return this.#track(() => this.#model.use((model) => libraryStatus(this.#parts, model, scope)));
  }

  failures(limit?: number): Promise<Failure[]> {
    return this.#track(() => this.#parts.catalog.files.failures(limit));
  }

  roots(): Promise<Root[]> {
    return this.#track(() => this.#parts.catalog.files.roots());
  }

  /**
   * Differs whenever images, their places or verdicts do, so that an answer about them may be kept; it may also
   * differ although nothing changed, as after a scan.
   */
  revision(): Promise<string> {
    return libraryRevision(this.#parts.catalog);
  }

  /** Problems of the catalog, each a sentence; empty when it is sound. */
  check(): Promise<string[]> {
    return this.#track(() => this.#parts.catalog.check());
  }

  /** Re-embeds every image under another model, then asks that one. Resumes where an earlier switch stopped. */
  useModel(model: string, options: SwitchOptions = {}): Promise<SwitchReport> {
    return this.#track(async () => {
      const next = await this.#parts.openModel(model);
      const report = await switchModel(this.#parts, next, options);
      if (!report.switched) {
        await closeModel(next);
        return report;
      }
      await this.#model.replace(next);
      await this.#parts.forgetRemoved();
      await this.#withModel((parts) => tagNewImages(parts, { signal: options.signal }));
      return report;
    });
  }

  /** Erases vectors of models used before, once all of their images have one of the current model. */
  leaveOlderModels(): Promise<void> {
    return this.#track(async () => {
      await this.#model.use(({ embedder }) => dropCompletedSpaces(this.#parts.catalog, embedder.space));
      await this.#parts.forgetRemoved();
    });
  }

  // ---------------------------------------------------------- for a face's own work

  /** Durable positions of long work, such as a Discord backfill. */
  get state(): StateStore {
    return this.#parts.catalog.state;
  }

  /** What was posted where: what a member may export, what a sweep re-checks. */
  get posts(): Omit<PostStore, "remove" | "guilds"> {
    return this.#parts.catalog.posts;
  }

  /** Small settings, per guild and channel. */
  get settings(): Settings {
    return this.#parts.settings;
  }

  get model(): Pick<Embedder, "traits" | "space" | "concurrency"> {
    return this.#model.last.embedder;
  }

  /** Embeds a picture for later questions without adding it. */
  embedImage(image: ImageRef, signal?: AbortSignal): Promise<EmbeddedImage> {
    return this.#withModel(async (parts) => ({
      ...(await this.#embedded(parts, image, signal)),
      space: parts.embedder.space,
    }));
  }

  /** Waits for reads and writes underway, then closes what was opened. Later calls of any verb are refused. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#pending.end();
    await this.#model.close();
    await this.#older.close();
    await this.#parts.settings.close();
    await this.#parts.catalog.close();
  }

  // ---------------------------------------------------------- within

  /** Every image gets its vector and its tags, and the index is made ready. */
  async #complete(model: LoadedModel, options: LongWork): Promise<void> {
    const { catalog } = this.#parts;
    const isWanted = () => this.#model.isActive(model);
    await embedMissing({ catalog, embedder: model.embedder, isWanted }, options);
    if (await isWanted()) await dropCompletedSpaces(catalog, model.embedder.space);
    await tagNewImages(this.#searchParts(model), { signal: options.signal });
    await model.index.ready(options.signal);
  }

  #withModel<Result>(work: (parts: SearchContext) => Promise<Result>): Promise<Result> {
    return this.#track(() => this.#model.use((model) => work(this.#searchParts(model))));
  }

  /** Pictures are decoded in the embedding process, those to look at too. */
  #drawing<Result>(work: (embedder: Embedder) => Promise<Result>): Promise<Result> {
    return this.#track(() => this.#model.use(({ embedder }) => work(embedder)));
  }

  #searchParts({ embedder, index }: LoadedModel): SearchContext {
    return { catalog: this.#parts.catalog, settings: this.#parts.settings, embedder, index };
  }

  async #embedded(
    parts: SearchContext,
    image: ImageRef,
    signal?: AbortSignal,
  ): Promise<{ embedding: Embedding; id: ImageId }> {
    if (!("id" in image)) {
      const { embedding, picture } = await parts.embedder.embedPicture(image, signal);
      return { embedding, id: picture.id };
    }
    const { key, record } = await resolveImage(parts.catalog, image.id, ENTIRE_LIBRARY);
    const embedding = (await parts.index.vectors([key])).get(key);
    if (embedding) return { embedding, id: record.id };
    throw new ModelMismatchError(`Image ${image.id.slice(0, 12)} has no vector yet. Run \`glimpse add\`.`);
  }

  /** The image that a person names by path or id; undefined when the library has none, or several. */
  async #keyOf(picture: string): Promise<ImageKey | undefined> {
    try {
      return (await resolveByPathOrId(this.#parts.catalog, picture)).key;
    } catch (error) {
      if (error instanceof NotFoundError || error instanceof AmbiguousIdError) return undefined;
      throw error;
    }
  }

  async #thumbnail(image: ImageRecord): Promise<Uint8Array> {
    const thumbnail = await this.#parts.catalog.images.thumbnail(image.id);
    if (thumbnail === undefined)
      throw new ModelMismatchError(`Image ${image.id.slice(0, 12)} has no thumbnail.`);
    return thumbnail;
  }

  #track<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#pending.run(work);
  }
}
