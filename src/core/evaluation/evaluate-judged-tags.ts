import { foldLabel } from "../fold-case.ts";
import { scoreByChance } from "../labels/calibrate.ts";
import { TagClassifier } from "../labels/tag-classifier.ts";
import { storedVocabulary, type TagContext } from "../labels/tag-images.ts";
import type { ImageKey } from "../ports.ts";
import type { LongWork, Mark, Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { qualityOf, sampleOf, type TagEvaluation, type TagQuality, type TagSample } from "./evaluate-tags.ts";

/** More tell no more, and each is scored. */
const MOST_JUDGED = 5000;
/** With fewer of either kind, the best threshold is that of single pictures. */
const FEWEST = 3;
const IMAGES_AT_ONCE = 200;

/** By image, and by the positions of tags in the vocabulary. */
type Judgements = Map<ImageKey, Map<number, boolean>>;

/**
 * Precision and recall of each tag of the vocabulary on the pictures in scope of which somebody said whether they have it:
 * who put or withdrew the tag, files that carry it, and marks of answers to the tag's name. A threshold is suggested where
 * at least three are right and three wrong. Without a vocabulary there are no tags.
 */
export async function evaluateJudgedTags(
  context: TagContext,
  scope: Scope,
  marks: readonly Mark[],
  { signal }: LongWork = {},
): Promise<TagEvaluation> {
  const { catalog, embedder } = context;
  const vocabulary = await storedVocabulary(catalog);
  if (!vocabulary) return { pictures: 0, missing: [], unknownTags: [], tags: [] };
  const tags = vocabulary.tags.map(({ tag }) => tag);
  const judged = await inScope(context, scope, await judgements(context, scope, tags, marks));
  const classifier = await TagClassifier.prepare(context, vocabulary, signal);
  const samples: TagSample[][] = tags.map(() => []);
  const yielder = new YieldController(signal);
  for await (const batch of catalog.embeddings.read(
    embedder.space,
    [...judged.keys()].sort((a, b) => a - b),
  ))
    for (const { key, embedding } of batch) {
      const scores = classifier.scores(embedding);
      for (const [at, isRight] of judged.get(key) ?? []) samples[at]?.push(sampleOf(scores[at], isRight));
      await yielder.yieldIfDue();
    }
  const byChance = scoreByChance(embedder.traits);
  const qualities = tags.map((tag, at) => suggested(qualityOf(tag, samples[at] ?? [], byChance)));
  return { pictures: judged.size, missing: [], unknownTags: [], tags: qualities };
}

function suggested(quality: TagQuality): TagQuality {
  const isEnough = Math.min(quality.groundTruth, quality.judged - quality.groundTruth) >= FEWEST;
  return isEnough ? quality : { ...quality, bestThreshold: null };
}

/** What people say of single pictures counts before what they said of answers. */
async function judgements(
  { catalog }: Pick<TagContext, "catalog">,
  scope: Scope,
  tags: readonly string[],
  marks: readonly Mark[],
): Promise<Judgements> {
  const judged: Judgements = new Map();
  const judge = (key: ImageKey, at: number, isRight: boolean) => {
    const known = judged.get(key) ?? new Map<number, boolean>();
    if (known.has(at) || (known.size === 0 && judged.size === MOST_JUDGED)) return;
    judged.set(key, known.set(at, isRight));
  };
  for (const [at, tag] of tags.entries()) {
    for await (const batch of catalog.tags.said(tag, scope)) {
      for (const { key, isRight } of batch) judge(key, at, isRight);
      if (judged.size === MOST_JUDGED) break;
    }
    const marked = marksOf(tag, marks);
    for (const { key, record } of await catalog.images.byId([...marked.keys()], undefined, "first"))
      judge(key, at, marked.get(record.id) ?? false);
  }
  return judged;
}

/** What was said of answers to a tag's name. */
function marksOf(tag: string, marks: readonly Mark[]): Map<string, boolean> {
  const named = marks.filter(({ question }) => foldLabel(question) === foldLabel(tag));
  return new Map(named.flatMap(({ id, isRight }) => (id === null ? [] : [[id, isRight] as const])));
}

async function inScope(
  { catalog }: Pick<TagContext, "catalog">,
  scope: Scope,
  judged: Judgements,
): Promise<Judgements> {
  const keys = [...judged.keys()];
  const visible: Judgements = new Map();
  for (let start = 0; start < keys.length; start += IMAGES_AT_ONCE) {
    const images = await catalog.images.byKey(keys.slice(start, start + IMAGES_AT_ONCE), scope, "first");
    for (const { key, record } of images)
      if (record.placements.length > 0) visible.set(key, judged.get(key) ?? new Map());
  }
  return visible;
}
