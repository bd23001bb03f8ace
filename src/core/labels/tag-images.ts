import * as z from "zod";
import type { Catalog, ImageKey, StoredEmbedding } from "../ports.ts";
import type { ImageTag, LongWork, TagVocabulary } from "../types.ts";
import { TagClassifier, type TagClassifierContext } from "./tag-classifier.ts";
import { checkVocabulary } from "./tag-vocabulary.ts";

export interface TagContext extends TagClassifierContext {
  readonly catalog: Catalog;
}

type Tally = { -readonly [Count in keyof TagReport]: number };

export interface TagReport {
  /** Images looked at that carry a tag of the model now. */
  readonly tagged: number;
  /** Tags that hold and did not before. */
  readonly put: number;
  /** Tags that held and do not any more. */
  readonly withdrawn: number;
}

/** The vocabulary as the library keeps it, and how far its tags are brought up to date. */
const VOCABULARY = "tags/vocabulary";
const DONE = "tags/done";
const CHANGES_AT_ONCE = 1000;

const vocabularySchema = z.object({
  tags: z.array(
    z.object({ tag: z.string(), prompts: z.array(z.string()).optional(), threshold: z.number().optional() }),
  ),
});
const doneSchema = z.object({ digest: z.string(), seq: z.number() });

export async function storedVocabulary(catalog: Catalog): Promise<TagVocabulary | undefined> {
  const stored = await catalog.state.get(VOCABULARY);
  return stored === undefined ? undefined : vocabularySchema.parse(JSON.parse(stored));
}

/**
 * Makes this the library's vocabulary and tags every image by it from the stored vectors; tags that no longer hold
 * are withdrawn. The vocabulary is stored first, so work that was cut short is finished by the next `tagNewImages`.
 * @throws UsageError
 */
export async function applyVocabulary(
  parts: TagContext,
  vocabulary: TagVocabulary,
  work: LongWork = {},
): Promise<TagReport> {
  await parts.catalog.state.set(VOCABULARY, JSON.stringify(checkVocabulary(vocabulary)));
  return tagNewImages(parts, work);
}

/**
 * Brings the model's tags up to date: the images that came since the last time, or all of them when the vocabulary
 * or the model has changed or the last time was cut short. Cheap when there is nothing to do.
 */
export async function tagNewImages(parts: TagContext, work: LongWork = {}): Promise<TagReport> {
  const tally: Tally = { tagged: 0, put: 0, withdrawn: 0 };
  for (;;) {
    const stored = await parts.catalog.state.get(VOCABULARY);
    if (stored === undefined) return tally;
    const judge = await TagClassifier.prepare(parts, vocabularySchema.parse(JSON.parse(stored)), work.signal);
    const run = new TagRun(parts, judge, stored, work, tally);
    if (await run.finish()) return tally;
  }
}

/** One pass with one vocabulary. */
class TagRun {
  readonly #catalog: Catalog;
  readonly #space: string;
  readonly #judge: TagClassifier;
  readonly #stored: string;
  readonly #work: LongWork;
  readonly #tally: Tally;
  #looked = 0;

  constructor(parts: TagContext, judge: TagClassifier, stored: string, work: LongWork, tally: Tally) {
    this.#catalog = parts.catalog;
    this.#space = parts.embedder.space;
    this.#judge = judge;
    this.#stored = stored;
    this.#work = work;
    this.#tally = tally;
  }

  /** @returns false when somebody replaced the vocabulary meanwhile, and the work begins anew */
  async finish(): Promise<boolean> {
    for (let seq = await this.#doneUpTo(); ; ) {
      const changes =
        seq === undefined
          ? undefined
          : await this.#catalog.embeddings.changesSince(this.#space, seq, CHANGES_AT_ONCE);
      if (changes?.length === 0) return true;
      // Read before the vectors: what comes in while they are read is looked at once more, never left out.
      const upTo = changes?.at(-1)?.seq ?? (await this.#catalog.embeddings.latestSeq(this.#space));
      const keys = changes?.flatMap(({ key, gone }) => (gone ? [] : [key]));
      if (!(await this.#tagAll(keys))) return false;
      await this.#catalog.state.set(DONE, JSON.stringify({ digest: this.#judge.digest, seq: upTo }));
      seq = upTo;
    }
  }

  /** Undefined when every image has to be looked at. */
  async #doneUpTo(): Promise<number | undefined> {
    const stored = await this.#catalog.state.get(DONE);
    const done = stored === undefined ? undefined : doneSchema.parse(JSON.parse(stored));
    return done?.digest === this.#judge.digest ? done.seq : undefined;
  }

  async #tagAll(keys: readonly ImageKey[] | undefined): Promise<boolean> {
    const total = keys?.length ?? (await this.#catalog.embeddings.count(this.#space));
    for await (const batch of this.#catalog.embeddings.read(this.#space, keys)) {
      this.#work.signal?.throwIfAborted();
      if ((await this.#catalog.state.get(VOCABULARY)) !== this.#stored) return false;
      await this.#tagBatch(batch);
      this.#looked += batch.length;
      this.#work.onProgress?.({ stage: "tagging", done: this.#looked, total: Math.max(total, this.#looked) });
    }
    return true;
  }

  async #tagBatch(batch: readonly StoredEmbedding[]): Promise<void> {
    const keys = batch.map(({ key }) => key);
    const before = await this.#modelTags(keys);
    const wanted = batch.map(({ key, embedding }) => ({ key, tags: this.#judge.tagsOf(embedding) }));
    const changed = wanted.filter(({ key, tags }) => !sameTags(before.get(key) ?? [], tags));
    if (changed.length > 0) await this.#catalog.tags.setFromModel(changed);
    // Read back, since a person's word keeps some tags from being put.
    const after = await this.#modelTags(changed.map(({ key }) => key));
    for (const key of keys) this.#count(before.get(key) ?? [], after.get(key) ?? before.get(key) ?? []);
  }

  async #modelTags(keys: readonly ImageKey[]): Promise<Map<ImageKey, readonly ImageTag[]>> {
    const images = keys.length === 0 ? [] : await this.#catalog.images.byKey(keys);
    return new Map(images.map(({ key, record }) => [key, record.tags.filter(({ by }) => by === "model")]));
  }

  #count(before: readonly ImageTag[], after: readonly ImageTag[]): void {
    if (after.length > 0) this.#tally.tagged += 1;
    this.#tally.put += after.filter(({ tag }) => !before.some((old) => old.tag === tag)).length;
    this.#tally.withdrawn += before.filter(({ tag }) => !after.some((now) => now.tag === tag)).length;
  }
}

type Scored = Pick<ImageTag, "tag" | "score">;

function sameTags(before: readonly Scored[], after: readonly Scored[]): boolean {
  if (before.length !== after.length) return false;
  return after.every(({ tag, score }) =>
    before.some((old) => old.tag === tag && Math.abs(old.score - score) < 1e-6),
  );
}
