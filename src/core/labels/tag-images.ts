import type { Catalog, ChangeToken, ImageKey, StoredEmbedding } from "../ports.ts";
import type { ImageTag, LongWork, TagVocabulary } from "../types.ts";
import { partEmbeddings } from "./part-embeddings.ts";
import { TagClassifier, type TagClassifierContext } from "./tag-classifier.ts";
import { checkVocabulary } from "./tag-vocabulary.ts";

export interface TagContext extends TagClassifierContext {
  readonly catalog: Catalog;
}

type Counts = { -readonly [Count in keyof TagReport]: number };

export interface TagReport {
  /** Processed images that now carry a tag of the model. */
  readonly tagged: number;
  /** Tags that apply now and did not before. */
  readonly added: number;
  /** Tags that applied before and no longer do. */
  readonly removed: number;
}

/** The vocabulary as the library keeps it, and how far its tags are brought up to date. */
const VOCABULARY = "tags/vocabulary";
const DONE = "tags/done";
const CHANGE_BATCH = 1000;

export async function storedVocabulary({
  state,
}: Pick<Catalog, "state">): Promise<TagVocabulary | undefined> {
  const stored = await state.get(VOCABULARY);
  return stored === undefined ? undefined : parseStoredVocabulary(stored);
}

/** No images are tagged by it yet: see `tagNewImages`. */
export async function storeVocabulary(
  { state }: Pick<Catalog, "state">,
  vocabulary: TagVocabulary,
): Promise<void> {
  await state.set(VOCABULARY, JSON.stringify(vocabulary));
}

async function parseStoredVocabulary(stored: string): Promise<TagVocabulary> {
  const { vocabularySchema } = await import("./stored-schemas.ts");
  return vocabularySchema.parse(JSON.parse(stored));
}

/**
 * Makes this the library's vocabulary and tags every image by it from the stored vectors; tags that no longer
 * apply are removed. The vocabulary is stored first, so interrupted work is completed by the next `tagNewImages`.
 * @throws UsageError
 */
export async function applyVocabulary(
  context: TagContext,
  vocabulary: TagVocabulary,
  work: LongWork = {},
): Promise<TagReport> {
  await storeVocabulary(context.catalog, checkVocabulary(vocabulary));
  return tagNewImages(context, work);
}

/**
 * Brings the model's tags up to date: the images added since the last run, or all of them when the vocabulary or
 * the model has changed or the last run was interrupted. Cheap when there is nothing to do.
 */
export async function tagNewImages(context: TagContext, work: LongWork = {}): Promise<TagReport> {
  const counts: Counts = { tagged: 0, added: 0, removed: 0 };
  for (;;) {
    const stored = await context.catalog.state.get(VOCABULARY);
    if (stored === undefined) return counts;
    const classifier = await TagClassifier.prepare(context, await parseStoredVocabulary(stored), work.signal);
    const run = new TagRun(context, classifier, stored, work, counts);
    if (await run.finish()) return counts;
  }
}

/** One pass with one vocabulary. */
class TagRun {
  readonly #catalog: Catalog;
  readonly #space: string;
  readonly #classifier: TagClassifier;
  readonly #stored: string;
  readonly #work: LongWork;
  readonly #counts: Counts;
  #processed = 0;

  constructor(
    context: TagContext,
    classifier: TagClassifier,
    stored: string,
    work: LongWork,
    counts: Counts,
  ) {
    this.#catalog = context.catalog;
    this.#space = context.embedder.space;
    this.#classifier = classifier;
    this.#stored = stored;
    this.#work = work;
    this.#counts = counts;
  }

  /** @returns false when the vocabulary was replaced meanwhile and the run has to start over */
  async finish(): Promise<boolean> {
    const { embeddings, state } = this.#catalog;
    for (let done = await this.#doneUpTo(); ; ) {
      const batch =
        done === undefined ? undefined : await embeddings.changesSince(this.#space, done, CHANGE_BATCH);
      if (batch?.changes.length === 0) return true;
      // Read before the vectors: what is added while they are read is processed again, never left out.
      const upTo = batch?.token ?? (await embeddings.changeToken(this.#space));
      const keys = batch?.changes.flatMap(({ key, removed }) => (removed ? [] : [key]));
      if (!(await this.#tagAll(keys))) return false;
      await state.set(DONE, JSON.stringify({ digest: this.#classifier.digest, seq: upTo }));
      done = upTo;
    }
  }

  /** Undefined when every image has to be processed. */
  async #doneUpTo(): Promise<ChangeToken | undefined> {
    const stored = await this.#catalog.state.get(DONE);
    if (stored === undefined) return undefined;
    const { doneSchema } = await import("./stored-schemas.ts");
    const done = doneSchema.parse(JSON.parse(stored));
    return done.digest === this.#classifier.digest ? done.seq : undefined;
  }

  async #tagAll(keys: readonly ImageKey[] | undefined): Promise<boolean> {
    const total = keys?.length ?? (await this.#catalog.embeddings.count(this.#space));
    for await (const batch of this.#catalog.embeddings.read(this.#space, keys)) {
      this.#work.signal?.throwIfAborted();
      if ((await this.#catalog.state.get(VOCABULARY)) !== this.#stored) return false;
      await this.#tagBatch(batch);
      this.#processed += batch.length;
      this.#work.onProgress?.({
        stage: "tagging",
        done: this.#processed,
        total: Math.max(total, this.#processed),
      });
    }
    return true;
  }

  async #tagBatch(batch: readonly StoredEmbedding[]): Promise<void> {
    const keys = batch.map(({ key }) => key);
    const before = await this.#modelTags(keys);
    const parts = await partEmbeddings(this.#catalog, this.#space, keys);
    const wanted = batch.map(({ key, embedding }) => ({
      key,
      tags: bestOfEach([embedding, ...(parts.get(key) ?? [])].map((each) => this.#classifier.tagsOf(each))),
    }));
    const changed = wanted.filter(({ key, tags }) => !sameTags(before.get(key) ?? [], tags));
    if (changed.length > 0) await this.#catalog.tags.setFromModel(changed);
    // Read back: the decisions of users keep some tags from being added.
    const after = await this.#modelTags(changed.map(({ key }) => key));
    for (const key of keys) this.#count(before.get(key) ?? [], after.get(key) ?? before.get(key) ?? []);
  }

  async #modelTags(keys: readonly ImageKey[]): Promise<Map<ImageKey, readonly ImageTag[]>> {
    const images = keys.length === 0 ? [] : await this.#catalog.images.byKey(keys, undefined, "first");
    return new Map(images.map(({ key, record }) => [key, record.tags.filter(({ by }) => by === "model")]));
  }

  #count(before: readonly ImageTag[], after: readonly ImageTag[]): void {
    if (after.length > 0) this.#counts.tagged += 1;
    this.#counts.added += after.filter(({ tag }) => !before.some((old) => old.tag === tag)).length;
    this.#counts.removed += before.filter(({ tag }) => !after.some((now) => now.tag === tag)).length;
  }
}

/** A tag holds of a film where it holds of any shot. */
function bestOfEach(tags: readonly (readonly Scored[])[]): Scored[] {
  const best = new Map<string, Scored>();
  for (const scored of tags.flat())
    if (scored.score > (best.get(scored.tag)?.score ?? 0)) best.set(scored.tag, scored);
  return [...best.values()];
}

type Scored = Pick<ImageTag, "tag" | "score">;

function sameTags(before: readonly Scored[], after: readonly Scored[]): boolean {
  if (before.length !== after.length) return false;
  return after.every(({ tag, score }) =>
    before.some((old) => old.tag === tag && Math.abs(old.score - score) < 1e-6),
  );
}
