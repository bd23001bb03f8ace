import { NotFoundError } from "../errors.ts";
import { evenSample } from "../images-in-scope.ts";
import type { ImageKey, VectorSearch } from "../ports.ts";
import type { Embedding, ImageId, ImageRecord, LongWork, Scope, VocabularyTag } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { promptsOf, promptVectors } from "./prompt-vectors.ts";
import { tagCandidates } from "./require-tags.ts";
import { TagClassifier, thresholdOf } from "./tag-classifier.ts";
import { storedVocabulary, type TagContext } from "./tag-images.ts";
import { sameTags } from "./tag-vocabulary.ts";

export interface UnsureContext extends TagContext {
  readonly vectors: Pick<VectorSearch, "nearest" | "embeddings">;
}

export interface UnsureRequest extends LongWork {
  /** Of the vocabulary. */
  readonly tag: string;
  readonly limit: number;
  /** Not these again. */
  readonly except?: ReadonlySet<ImageId> | undefined;
}

export interface UnsurePicture {
  readonly image: ImageRecord;
  /** 0..1, by the model. */
  readonly score: number;
  /** Whether the model gives it the tag. */
  readonly applies: boolean;
}

/** The pictures nearest to the tag's words; among them the least certain ones of most tags lie. */
const NEAREST = 2000;
/** Of tags that more pictures have, as many of the whole library. */
const SAMPLE = 20_000;
const VECTORS_AT_ONCE = 1000;
const IMAGES_AT_ONCE = 100;

/**
 * Pictures in scope of which nobody said whether they have the tag, those first whose score is nearest to its threshold.
 * @throws NotFoundError for a tag that the vocabulary lacks
 */
export async function unsurePictures(
  context: UnsureContext,
  scope: Scope,
  { tag, limit, except = new Set(), signal }: UnsureRequest,
): Promise<UnsurePicture[]> {
  const { catalog } = context;
  const entry = await entryOf(context, tag);
  const scored = await scoredPictures(context, entry, scope, signal);
  const decided = new Set<ImageKey>();
  for await (const batch of catalog.tags.said(entry.tag, scope))
    for (const { key } of batch) decided.add(key);
  const threshold = thresholdOf(entry);
  const ranked = scored
    .filter(({ key }) => !decided.has(key))
    .sort((a, b) => Math.abs(a.score - threshold) - Math.abs(b.score - threshold) || a.key - b.key);
  const unsure: UnsurePicture[] = [];
  for (let start = 0; start < ranked.length && unsure.length < limit; start += IMAGES_AT_ONCE) {
    const some = new Map(ranked.slice(start, start + IMAGES_AT_ONCE).map((one) => [one.key, one]));
    for (const { key, record } of await catalog.images.byKey([...some.keys()], scope, "first")) {
      const one = some.get(key);
      if (one && record.placements.length > 0 && !except.has(record.id))
        unsure.push({ image: record, score: one.score, applies: one.applies });
    }
    signal?.throwIfAborted();
  }
  return unsure.slice(0, limit);
}

async function entryOf({ catalog }: UnsureContext, tag: string): Promise<VocabularyTag> {
  const { tags } = (await storedVocabulary(catalog)) ?? { tags: [] };
  const names = tags.map((entry) => entry.tag);
  const [spelled] = sameTags(tag, names);
  const entry = tags.find((each) => each.tag === spelled);
  if (entry) return entry;
  throw new NotFoundError(`The vocabulary has no tag "${tag}". ${tagCandidates(tag, names)}`);
}

interface Scored {
  readonly key: ImageKey;
  readonly score: number;
  readonly applies: boolean;
}

async function scoredPictures(
  context: UnsureContext,
  entry: VocabularyTag,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<Scored[]> {
  const { embedder, vectors, catalog } = context;
  const classifier = await TagClassifier.prepare(context, { tags: [entry] }, signal);
  const [vector] = await promptVectors(
    context,
    [entry.prompts ?? promptsOf(entry.tag, embedder.traits)],
    signal,
  );
  if (!vector) return [];
  const nearest = await vectors.nearest({ vector, scope, limit: NEAREST, signal });
  const score = (keys: readonly ImageKey[]) => scoresOf(vectors, classifier, keys, signal);
  const scored = await score(nearest.map(({ key }) => key));
  const reachesThreshold = (scored.at(-1)?.score ?? 0) < thresholdOf(entry);
  if (nearest.length < NEAREST || reachesThreshold) return scored;
  return score(evenSample(await catalog.embeddings.keys(embedder.space), SAMPLE));
}

async function scoresOf(
  vectors: Pick<VectorSearch, "embeddings">,
  classifier: TagClassifier,
  keys: readonly ImageKey[],
  signal: AbortSignal | undefined,
): Promise<Scored[]> {
  const yielder = new YieldController(signal);
  const scored: Scored[] = [];
  for (let start = 0; start < keys.length; start += VECTORS_AT_ONCE) {
    const found: ReadonlyMap<ImageKey, Embedding> = await vectors.embeddings(
      keys.slice(start, start + VECTORS_AT_ONCE),
    );
    for (const [key, embedding] of found) {
      const [one] = classifier.scores(embedding);
      if (one) scored.push({ key, score: one.score, applies: one.applies });
      await yielder.yieldIfDue();
    }
  }
  return scored;
}
