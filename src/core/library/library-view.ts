import { stat } from "node:fs/promises";
import { findSamePictures } from "../duplicates/same-pictures.ts";
import {
  ModelError,
  ModelMismatchError,
  NotFoundError,
  PictureError,
  unlessPictureError,
} from "../errors.ts";
import type { TagEvaluation } from "../evaluation/evaluate-tags.ts";
import type { ClusterRequest } from "../labels/cluster-images.ts";
import { requireTags } from "../labels/require-tags.ts";
import { TagClassifier } from "../labels/tag-classifier.ts";
import { storedVocabulary } from "../labels/tag-images.ts";
import type { UnsurePicture, UnsureRequest } from "../labels/unsure-pictures.ts";
import { PIN_HITS, pinOf } from "../map/pin.ts";
import { imagesInRegion } from "../map/region.ts";
import { timedQuestion } from "../measurements.ts";
import { isFilm, mimeType } from "../media-kind.ts";
import { nearNames } from "../near-names.ts";
import type { PictureSource, PlacementExtent, Reading, ReadPictureText, TextReader } from "../ports.ts";
import { find } from "../search/find.ts";
import { type NeighboursInTime, neighboursInTime } from "../search/neighbours-in-time.ts";
import { type Moment, resolveByPathOrId, resolveImage, resolveMoment } from "../search/resolve-image.ts";
import type { SearchContext } from "../search/search-context.ts";
import { shotEmbedding } from "../shot-embedding.ts";
import type {
  Classification,
  ClassifyRequest,
  Cluster,
  DuplicateGroup,
  DuplicatesRequest,
  EmbeddedImage,
  Embedding,
  FactCounts,
  FindAnswer,
  FindRequest,
  FolderCount,
  ImageId,
  ImageRecord,
  ImageRef,
  ImageTag,
  ImageText,
  LibraryStatus,
  LongWork,
  MapPin,
  MonthCount,
  Part,
  PictureMap,
  Position,
  RenderedImage,
  Scope,
  TagSummary,
  TagVocabulary,
} from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { folderCounts } from "./folder-counts.ts";
import type { LibraryContext } from "./library-context.ts";
import { libraryStatus, missingEmbeddings } from "./library-status.ts";
import { hintOn } from "./script-hint.ts";

/** Cameras that an error names. */
const CAMERAS_SHOWN = 5;

/** Records read between two yields to the event loop. */
const RECORDS_AT_ONCE = 200;

/**
 * Everything that can be read of a library within one scope. What lies outside is as if it were not there: no answer,
 * count, page or error depends on it.
 */
export class LibraryView {
  readonly scope: Scope;
  readonly #context: LibraryContext;

  constructor(context: LibraryContext, scope: Scope) {
    this.#context = context;
    this.scope = scope;
  }

  // ---------------------------------------------------------- search

  find(request: FindRequest): Promise<FindAnswer> {
    return timedQuestion("find", () =>
      this.#context.withFiles(this.scope, async (context) =>
        find(context, { ...request, scope: this.scope }, await this.#context.olderModels(context)),
      ),
    );
  }

  /** Ranks labels for each picture, in the given order; a picture that cannot be used carries its reason. */
  classify(request: ClassifyRequest): Promise<Classification[]> {
    const resolve = (id: string) => this.#moment(id);
    return timedQuestion("classify", () =>
      this.#context.withSearch(async (context) => {
        const { classifyImages } = await import("../labels/classify-images.ts");
        return classifyImages({ ...context, resolve }, request);
      }),
    );
  }

  duplicates(request: DuplicatesRequest = {}): Promise<DuplicateGroup[]> {
    const { originals } = this.#context;
    return timedQuestion("duplicates", () =>
      this.#context.withComparison(async (context) => {
        const { findDuplicates } = await import("../duplicates/find-duplicates.ts");
        return findDuplicates({ ...context, originals }, { ...request, scope: this.scope });
      }),
    );
  }

  /**
   * Visible images that are the same picture as this one, oldest first: a repost check. The picture itself may lie
   * outside the scope, since whoever has its id has its bytes. Empty when the library does not have it.
   */
  findSamePicture(id: ImageId, signal?: AbortSignal): Promise<ImageRecord[]> {
    return timedQuestion("same", () =>
      this.#context.withComparison((context) => findSamePictures(context, id, this.scope, { signal })),
    );
  }

  /** Sorts the visible images into clusters, largest first. */
  clusters(request: ClusterRequest = {}): Promise<Cluster[]> {
    return timedQuestion("clusters", () =>
      this.#context.withSearch(async (context) => {
        const { clusterImages } = await import("../labels/cluster-images.ts");
        return clusterImages(context, { ...request, scope: this.scope });
      }),
    );
  }

  // ---------------------------------------------------------- map

  /** The visible images on a plane, those that look alike near each other. Laid out once, then kept with the library. */
  map(work: LongWork = {}): Promise<PictureMap> {
    return this.#context.withSearch(async (context) => {
      const { pictureMap } = await import("../map/picture-map.ts");
      return pictureMap(context, { ...work, scope: this.scope });
    });
  }

  /** Where words belong on the map of this view. */
  async pin(map: PictureMap, text: string, signal?: AbortSignal): Promise<MapPin> {
    return pinOf(map, await this.find({ terms: [{ text }], limit: PIN_HITS, signal }));
  }

  /** Images of this view's map that lie within a polygon. */
  inRegion(map: PictureMap, polygon: readonly Position[]): Promise<ImageId[]> {
    return this.#context.track(() => imagesInRegion(map, polygon));
  }

  // ---------------------------------------------------------- tags

  tags(): Promise<TagSummary[]> {
    return this.#context.track(() => this.#context.catalog.tags.summaries(this.scope));
  }

  /** Tags of the vocabulary and those in use, as they are spelled here. */
  knownTags(): Promise<string[]> {
    return this.#context.track(async () => {
      const vocabulary = await storedVocabulary(this.#context.catalog);
      const used = await this.tags();
      return [...new Set([...(vocabulary?.tags ?? []), ...used].map(({ tag }) => tag))];
    });
  }

  /** @throws NotFoundError for a tag that neither a visible picture nor the vocabulary has, naming similar ones */
  async requireTags(tags: readonly string[]): Promise<void> {
    if (tags.length > 0) requireTags(tags, await this.knownTags());
  }

  /** How well the vocabulary does on the visible pictures of which somebody said whether they have a tag. */
  tagQuality(work: LongWork = {}): Promise<TagEvaluation> {
    return this.#context.withSearch(async (context) => {
      const { evaluateJudgedTags } = await import("../evaluation/evaluate-judged-tags.ts");
      return evaluateJudgedTags(context, this.scope, await context.catalog.marks.list("owner"), work);
    });
  }

  /** Pictures to ask a person about, least certain first. @throws NotFoundError for a tag that the vocabulary lacks */
  unsurePictures(request: UnsureRequest): Promise<UnsurePicture[]> {
    return this.#context.withSearch(async (context) => {
      const { unsurePictures } = await import("../labels/unsure-pictures.ts");
      return unsurePictures(context, this.scope, request);
    });
  }

  /** Which tags of a vocabulary apply to a picture, best first; nothing is stored. */
  suggestTags(image: ImageRef, vocabulary: TagVocabulary, signal?: AbortSignal): Promise<ImageTag[]> {
    return this.#context.withSearch(async (context) => {
      const classifier = await TagClassifier.prepare(context, vocabulary, signal);
      const { embedding } = await this.#embeddingOf(context, image, signal);
      const tags = classifier.tagsOf(embedding).map((tag) => ({ ...tag, by: "model" as const }));
      return tags.sort((a, b) => b.score - a.score);
    });
  }

  // ---------------------------------------------------------- what metadata say

  /** Cameras and places of the visible pictures, the most frequent first. */
  factCounts(): Promise<FactCounts> {
    return this.#context.track(() => this.#context.catalog.facts.counts(this.scope));
  }

  /** @throws NotFoundError where no visible picture is from a camera of which these words are the name, naming some that are */
  async requireCamera(camera: string | undefined): Promise<void> {
    if (camera === undefined) return;
    const { facts: _, ...scope } = this.scope;
    const matching = { ...scope, facts: { camera } };
    const { images, facts } = this.#context.catalog;
    if ((await this.#context.track(() => images.count(matching))) > 0) return;
    const { cameras } = await this.#context.track(() => facts.counts(scope));
    const names = cameras.map(({ name }) => name);
    const near = names.filter((name) => nearNames(camera, [name, ...name.split(" ")], 1).length > 0);
    const others = (near.length > 0 ? near : names).slice(0, CAMERAS_SHOWN);
    const hint = others.length > 0 ? ` There are ${others.map((name) => `"${name}"`).join(", ")}.` : "";
    throw new NotFoundError(`No picture here is from a camera called "${camera.slice(0, 100)}".${hint}`);
  }

  // ---------------------------------------------------------- images

  /** @throws NotFoundError, AmbiguousIdError; UsageError for a moment of an image */
  image(idOrPrefix: string): Promise<ImageRecord> {
    return this.#context.track(
      async () => (await resolveImage(this.#context.catalog, idOrPrefix, this.scope)).record,
    );
  }

  /** An image, or a moment of one that moves ("3f2a9c01@1:02"). @throws NotFoundError, AmbiguousIdError, UsageError */
  moment(idOrPrefix: string): Promise<{ readonly image: ImageRecord; readonly part: Part | undefined }> {
    return this.#context.track(async () => {
      const { image, part } = await this.#moment(idOrPrefix);
      return { image: image.record, part };
    });
  }

  /** Many at once, in the given order; those that are not visible are left out. Of their places the first, or all. */
  images(ids: readonly ImageId[], places: PlacementExtent = "first"): Promise<ImageRecord[]> {
    return this.#context.track(async () => {
      const yielding = new YieldController();
      const images: ImageRecord[] = [];
      for (let start = 0; start < ids.length; start += RECORDS_AT_ONCE) {
        const batch = ids.slice(start, start + RECORDS_AT_ONCE);
        const found = await this.#context.catalog.images.byId(batch, this.scope, places);
        images.push(...found.map(({ record }) => record).filter(({ placements }) => placements.length > 0));
        await yielding.yieldIfDue();
      }
      return images;
    });
  }

  /** The image of a file's path, or of an id or unambiguous prefix. @throws NotFoundError, AmbiguousIdError */
  resolveImage(pathOrId: string): Promise<ImageRecord> {
    return this.#context.track(
      async () => (await resolveByPathOrId(this.#context.catalog, pathOrId, this.scope)).record,
    );
  }

  /** What was taken just before and after it, at most `limit` each. @throws NotFoundError, AmbiguousIdError */
  neighboursInTime(idOrPrefix: string, limit: number): Promise<NeighboursInTime> {
    return this.#context.track(async () => {
      const image = await this.image(idOrPrefix);
      return neighboursInTime(this.#context.catalog, image, this.scope, limit);
    });
  }

  /** Visible ids that start with these hex digits, for completion; the newest for none. */
  completeId(prefix: string, limit: number): Promise<ImageId[]> {
    return this.#context.track(async () => {
      const { catalog } = this.#context;
      if (prefix === "") {
        const newest = await catalog.images.byDate(this.scope, "newest", limit);
        return catalog.images.idsByKey(newest);
      }
      if (!/^[0-9a-f]{1,64}$/i.test(prefix)) return [];
      return catalog.images.idsWithPrefix(prefix.toLowerCase(), this.scope, limit);
    });
  }

  /** Embeds a picture without adding it, so that it can be searched with more than once. */
  embedImage(image: ImageRef, signal?: AbortSignal): Promise<EmbeddedImage> {
    return this.#context.withSearch(async (context) => ({
      ...(await this.#embeddingOf(context, image, signal)),
      space: context.embedder.space,
    }));
  }

  // ---------------------------------------------------------- text

  /** What was read in these images, in the given order; those that are not visible are left out. */
  texts(ids: readonly ImageId[]): Promise<ImageText[]> {
    return this.#context.track(async () => {
      const { readings } = this.#context.catalog;
      const texts: ImageText[] = [];
      for (let start = 0; start < ids.length; start += RECORDS_AT_ONCE) {
        const visible = await this.images(ids.slice(start, start + RECORDS_AT_ONCE));
        const read = await readings.of(
          visible.map(({ id }) => id),
          this.scope,
        );
        const byId = new Map(read.map((reading) => [reading.id, reading]));
        texts.push(...visible.map(({ id }) => textOf(id, byId.get(id))));
      }
      return texts;
    });
  }

  /**
   * Gives what was read in a picture of the library. A picture that need not be in it is read now, all shots of one that
   * moves, and so is a moment ("3f2a9c01@1:02").
   * @throws PictureError, ModelError, NotFoundError, AmbiguousIdError, UsageError
   */
  readText(image: ImageRef, signal?: AbortSignal): Promise<ImageText> {
    return this.#context.withModel(async ({ reader }) => {
      const textBy = async (read: (by: TextReader) => Promise<ReadPictureText>): Promise<ImageText> => {
        if (!reader)
          throw new ModelError("Text in pictures is not read. Leave out --no-text and GLIMPSE_TEXT=off.");
        const { id, lines } = await read(reader);
        return { id, lines, state: "read", ...hintOn(lines, (await reader.engine()) ?? "") };
      };
      if (!("id" in image)) return textBy((by) => by.read(image, signal));
      const { image: known, part } = await this.moment(image.id);
      if (part?.kind === "frame") return textBy((by) => this.#readMoment(by, known, part.atMs, signal));
      const [stored] = await this.texts([known.id]);
      return stored ?? textOf(known.id, undefined);
    });
  }

  // ---------------------------------------------------------- pixels

  /** WebP bytes, longest side at most 256 pixels; of a moment that is named, the shot then. */
  thumbnail(idOrPrefix: string): Promise<Uint8Array> {
    return this.#context.track(async () => {
      const { image, part } = await this.#moment(idOrPrefix);
      return this.#thumbnailOf(image.record, part);
    });
  }

  thumbnailPng(idOrPrefix: string): Promise<Uint8Array> {
    return this.#context.withModel(async ({ embedder }) => {
      const thumbnail = await this.thumbnail(idOrPrefix);
      return (await embedder.render({ as: "png", thumbnail })).bytes;
    });
  }

  /** The bytes of the file itself, checked to be those that were indexed. @throws NotFoundError */
  original(idOrPrefix: string): Promise<{ id: ImageId; bytes: Uint8Array; mimeType: string }> {
    return this.#context.track(async () => {
      const image = await this.image(idOrPrefix);
      return {
        id: image.id,
        bytes: await this.#originalOf(image),
        mimeType: mimeType(image),
      };
    });
  }

  /** Where the file of a film lies that can be read now, for who sends it in pieces. @throws NotFoundError */
  filmFile(
    idOrPrefix: string,
  ): Promise<{ readonly path: string; readonly bytes: number; readonly mimeType: string }> {
    return this.#context.track(async () => {
      const image = await this.image(idOrPrefix);
      const path = isFilm(image.format) ? await this.#pathOf(image) : undefined;
      if (path !== undefined) return { path, bytes: image.bytes, mimeType: mimeType(image) };
      throw new NotFoundError(`There is no film ${idOrPrefix.slice(0, 12)} that can be played now.`);
    });
  }

  /** Upright and within both limits; from the thumbnail when the original cannot be reached or decoded. */
  render(
    idOrPrefix: string,
    limits: { readonly longestSide: number; readonly maxBytes: number },
  ): Promise<RenderedImage & { readonly id: ImageId; readonly from: "original" | "thumbnail" }> {
    return this.#context.withModel(async ({ embedder }) => {
      const { image, part = coverOf(image) } = await this.moment(idOrPrefix);
      const fitted = (source: PictureSource) => embedder.render({ as: "fitted", source, part, ...limits });
      const original = await this.#sourceOf(image);
      const rendered = original && (await fitted(original).catch(unlessPictureError));
      if (rendered) return { id: image.id, ...rendered, from: "original" };
      const thumbnail = { bytes: await this.#thumbnailOf(image, part) };
      return { id: image.id, ...(await fitted(thumbnail)), from: "thumbnail" };
    });
  }

  /** One grid of thumbnails in the given order, each with its label under it. */
  contactSheet(
    items: readonly { readonly id: string; readonly label: string }[],
    limits: { readonly maxBytes: number },
  ): Promise<RenderedImage> {
    return this.#context.withModel(async ({ embedder }) => {
      const cells = items.map(async ({ id, label }) => ({ thumbnail: await this.thumbnail(id), label }));
      return embedder.render({ as: "sheet", items: await Promise.all(cells), ...limits });
    });
  }

  // ---------------------------------------------------------- counts

  status(): Promise<LibraryStatus> {
    return this.#context.withModel((model) => libraryStatus(this.#context.dependencies, model, this.scope));
  }

  /** Folders in scope that have files of pictures right in them, in order of path. */
  folders(): Promise<FolderCount[]> {
    return this.#context.track(() => folderCounts(this.#context.catalog.files, this.scope));
  }

  /** How many images in scope are of each month, oldest first; those without a date are left out. */
  months(): Promise<MonthCount[]> {
    return this.#context.track(() => this.#context.catalog.images.months(this.scope));
  }

  /** The id of the model that answers. */
  model(): Promise<string> {
    return this.#context.withModel(async ({ embedder }) => embedder.traits.id);
  }

  /** Images that verbs which compare vectors leave out. Far cheaper than the whole status. */
  missingEmbeddings(): Promise<Pick<LibraryStatus, "model" | "space" | "unembedded">> {
    return this.#context.withModel((model) => missingEmbeddings(this.#context.catalog, model, this.scope));
  }

  // ---------------------------------------------------------- within

  #moment(idOrPrefix: string): Promise<Moment> {
    return resolveMoment(this.#context.catalog, idOrPrefix, this.scope);
  }

  async #embeddingOf(
    context: SearchContext,
    image: ImageRef,
    signal?: AbortSignal,
  ): Promise<{ embedding: Embedding; id: ImageId; fingerprint: Uint8Array | undefined }> {
    if (!("id" in image)) {
      const { embedding, picture } = await context.embedder.embedPicture(image, signal);
      return { embedding, id: picture.id, fingerprint: picture.fingerprint };
    }
    const { image: known, part } = await this.#moment(image.id);
    const { catalog, embedder, vectors } = context;
    const { key, record } = known;
    const shot = part && (await shotEmbedding(catalog.embeddings, embedder.space, known, part));
    // Of a frame no other picture is a copy.
    if (shot) return { embedding: shot, id: record.id, fingerprint: undefined };
    const embedding = (await vectors.embeddings([key])).get(key);
    if (embedding) return { embedding, id: record.id, fingerprint: await catalog.images.fingerprint(key) };
    throw new ModelMismatchError(`Image ${image.id.slice(0, 12)} has no vector yet. Run \`glimpse add\`.`);
  }

  async #readMoment(
    reader: TextReader,
    image: ImageRecord,
    atMs: number,
    signal?: AbortSignal,
  ): Promise<ReadPictureText> {
    let reason: unknown;
    const read = (source: PictureSource) =>
      reader.read(source, signal, [atMs]).catch((error: unknown) => {
        reason = error;
        throw error;
      });
    const found = await this.#context.originals.read(image, read, signal);
    if (found) return found;
    if (reason instanceof PictureError) throw reason;
    throw new NotFoundError(
      `The original of ${image.id.slice(0, 12)} cannot be read now, and a moment of it is read only there. Without the moment, what was read before is shown.`,
    );
  }

  /** Any of its placements may be the one that can be reached; all of very many are read only when none of the first is. */
  async #originalOf(image: ImageRecord): Promise<Uint8Array> {
    const { originals, catalog } = this.#context;
    try {
      return await originals.bytes(image);
    } catch (error) {
      if (!(error instanceof NotFoundError) || image.placements.length === image.placementCount) throw error;
      const [whole] = await catalog.images.byId([image.id], this.scope);
      return originals.bytes(whole?.record ?? image);
    }
  }

  /** A film is read where it lies: it may be larger than the memory. */
  async #sourceOf(image: ImageRecord): Promise<PictureSource | undefined> {
    const path = isFilm(image.format) ? await this.#pathOf(image) : undefined;
    if (path !== undefined) return { path };
    const bytes = await this.#originalOf(image).catch(() => undefined);
    return bytes && { bytes };
  }

  /** Of a file that can be read and is as long as it was; its bytes are not looked at. */
  async #pathOf(image: ImageRecord): Promise<string | undefined> {
    const source = await this.#context.originals.locate(image);
    if (source === undefined || !("path" in source)) return undefined;
    const found = await stat(source.path).catch(() => undefined);
    return found?.isFile() && found.size === image.bytes ? source.path : undefined;
  }

  async #thumbnailOf(image: ImageRecord, part?: Part): Promise<Uint8Array> {
    const { images } = this.#context.catalog;
    const thumbnail = await images.thumbnail(image.id, part);
    if (thumbnail !== undefined) return thumbnail;
    if (await images.has(image.id))
      throw new ModelMismatchError(`Image ${image.id.slice(0, 12)} has no thumbnail.`);
    throw new NotFoundError(`Image ${image.id.slice(0, 12)} was removed meanwhile.`);
  }
}

function textOf(id: ImageId, reading: Reading | undefined): ImageText {
  if (!reading) return { id, lines: [], state: "unread" };
  const { lines, engine, failure } = reading;
  return { id, lines, state: failure === undefined ? "read" : "failed", ...hintOn(lines, engine) };
}

const coverOf = ({ durationMs, coverAtMs = 0 }: ImageRecord): Part | undefined =>
  durationMs === undefined ? undefined : { kind: "frame", atMs: coverAtMs };
