import { AmbiguousIdError, NotFoundError } from "../errors.ts";
import { evaluateTags, type TagEvaluation } from "../evaluation/evaluate-tags.ts";
import type { GroundTruthLine } from "../evaluation/ground-truth-file.ts";
import { deleteTag, knownTags, renameTag, setTagState, type TagEdit, tagAll } from "../labels/edit-tags.ts";
import { editVocabulary, type VocabularyEdit } from "../labels/edit-vocabulary.ts";
import { applyVocabulary, storedVocabulary, type TagReport, tagNewImages } from "../labels/tag-images.ts";
import { checkTag, sameTags } from "../labels/tag-vocabulary.ts";
import type { ImageKey } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import { resolveByPathOrId } from "../search/resolve-image.ts";
import type { ImageId, ImageRecord, LongWork, Scope, TagState, TagVocabulary } from "../types.ts";
import type { SidecarReport, SidecarRequest } from "./export-sidecars.ts";
import type { KeywordReport } from "./import-keywords.ts";
import type { LibraryContext } from "./library-context.ts";
import { LibraryView } from "./library-view.ts";

/** The vocabulary, by which the model tags images, and the tags that people give, take away and carry in and out. */
export class Tags {
  readonly #context: LibraryContext;

  constructor(context: LibraryContext) {
    this.#context = context;
  }

  // ---------------------------------------------------------- the vocabulary

  vocabulary(): Promise<TagVocabulary | undefined> {
    return this.#context.track(() => storedVocabulary(this.#context.catalog));
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
  evaluate(truth: readonly GroundTruthLine[], work: LongWork = {}): Promise<TagEvaluation> {
    const find = (picture: string) => this.#keyOf(picture);
    return this.#context.withSearch((context) => evaluateTags({ ...context, find }, truth, work));
  }

  // ---------------------------------------------------------- on an image

  /**
   * Gives an image a user's own tag.
   * @returns the tag as it is spelled here
   * @throws NotFoundError, AmbiguousIdError, UsageError for a tag that no vocabulary could contain
   */
  put(id: string, tag: string): Promise<string> {
    return this.#context.track(async () => {
      const image = await this.#image(id);
      return (await tagAll(this.#context.catalog, [image.id], tag)).tag;
    });
  }

  /**
   * Of images that are gone meanwhile nothing is said; the tag is spelled as in the scope of who gives it.
   * @throws UsageError for a tag that no vocabulary could contain
   */
  putAll(ids: readonly ImageId[], tag: string, scope: Scope = ENTIRE_LIBRARY): Promise<TagEdit> {
    return this.#context.track(() => tagAll(this.#context.catalog, ids, tag, scope));
  }

  /**
   * A user's removal: the model never puts the tag back.
   * @returns whether the image carried it
   * @throws NotFoundError, AmbiguousIdError, UsageError
   */
  async reject(id: string, tag: string): Promise<boolean> {
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

  /**
   * Makes an image say exactly this of a tag: a person's word, or, to undo one, what this returned for it, which is as much
   * as the scope shows.
   * @throws NotFoundError, AmbiguousIdError, UsageError
   */
  setState(
    id: string,
    tag: string,
    state: TagState | undefined,
    scope: Scope = ENTIRE_LIBRARY,
  ): Promise<TagState | undefined> {
    return this.#context.track(async () => {
      const image = await this.#image(id);
      return setTagState(this.#context.catalog, image.id, { tag, state }, scope);
    });
  }

  // ---------------------------------------------------------- on every image

  /** On every image and in the vocabulary. @throws NotFoundError, UsageError */
  rename(from: string, to: string): Promise<TagEdit> {
    return this.#context.withModel(({ embedder }) =>
      renameTag(this.#context.catalog, embedder.traits, { from, to }),
    );
  }

  /** From every image and the vocabulary. @throws NotFoundError */
  delete(tag: string): Promise<TagEdit> {
    return this.#context.track(() => deleteTag(this.#context.catalog, tag));
  }

  // ---------------------------------------------------------- in files

  /**
   * Reads what files in scope and their sidecars carry: keywords become tags that never override a user's, and titles
   * are searched.
   */
  importKeywords(scope: Scope, work: LongWork = {}): Promise<KeywordReport> {
    const { catalog } = this.#context;
    return this.#context.withModel(async ({ embedder }) => {
      const { importKeywords } = await import("./import-keywords.ts");
      return importKeywords({ catalog, embedder }, scope, work);
    });
  }

  /** Writes the tags of files in scope into sidecars, beside them or into a folder. No picture is written to. */
  exportSidecars(scope: Scope, request: SidecarRequest = {}): Promise<SidecarReport> {
    return this.#context.track(async () => {
      const { exportSidecars } = await import("./export-sidecars.ts");
      return exportSidecars(this.#context.catalog, scope, request);
    });
  }

  // ---------------------------------------------------------- within

  #image(idOrPrefix: string): Promise<ImageRecord> {
    return new LibraryView(this.#context, ENTIRE_LIBRARY).image(idOrPrefix);
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
