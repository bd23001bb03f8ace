import { UsageError } from "../errors.ts";
import { foldLabel } from "../fold-case.ts";
import { TagClassifier } from "../labels/tag-classifier.ts";
import { storedVocabulary, type TagContext } from "../labels/tag-images.ts";
import type { ImageKey } from "../ports.ts";
import type { LongWork } from "../types.ts";
import type { GroundTruthLine } from "./ground-truth-file.ts";

export interface TagQuality {
  readonly tag: string;
  /** Pictures of which it is known whether they have the tag. */
  readonly judged: number;
  /** Pictures that the ground truth labels with the tag. */
  readonly groundTruth: number;
  /** Pictures that the model gives the tag. */
  readonly predicted: number;
  /** Those that have it in the ground truth too. */
  readonly truePositives: number;
  /** Share of the predicted that is correct; null when none is predicted. */
  readonly precision: number | null;
  /** Share of the ground truth that is predicted; null when there is none. */
  readonly recall: number | null;
  /**
   * The threshold with the best balance (F1) on these pictures; null when the ground truth has none. Where it is of single
   * judgements, also when it would take all of them, wrong ones too, or what the model scores so by chance.
   */
  readonly bestThreshold: number | null;
}

/** A picture that is known to have a tag or not, and what the model makes of it. */
export interface TagSample {
  readonly isRight: boolean;
  readonly score: number;
  readonly applies: boolean;
}

export interface TagEvaluation {
  readonly pictures: number;
  /** Named in the ground truth, but not in the library or without a vector. */
  readonly missing: readonly string[];
  /** Named in the ground truth, but not in the vocabulary. */
  readonly unknownTags: readonly string[];
  readonly tags: readonly TagQuality[];
}

export interface EvaluationContext extends TagContext {
  /** The key of the image that a ground truth file names, by path or id; undefined when there is none. */
  readonly find: (picture: string) => Promise<ImageKey | undefined>;
}

/**
 * Precision and recall of the library's vocabulary on pictures that a user labelled, from their stored vectors.
 * Tags that users added to or removed from single pictures are ignored.
 * @throws UsageError when the library has no vocabulary
 */
export async function evaluateTags(
  context: EvaluationContext,
  groundTruth: readonly GroundTruthLine[],
  { signal, onProgress }: LongWork = {},
): Promise<TagEvaluation> {
  const vocabulary = await storedVocabulary(context.catalog);
  if (!vocabulary)
    throw new UsageError(
      "The library has no tag vocabulary yet. Give it one with `glimpse tag --vocabulary FILE`.",
    );
  const classifier = await TagClassifier.prepare(context, vocabulary, signal);
  const missing: string[] = [];
  const pictures: LabelledPicture[] = [];
  for (const [at, { picture, tags }] of groundTruth.entries()) {
    signal?.throwIfAborted();
    const vector = await vectorOf(context, await context.find(picture));
    if (vector) pictures.push({ tags: new Set(tags.map(foldLabel)), scores: classifier.scores(vector) });
    else missing.push(picture);
    onProgress?.({ stage: "evaluating", done: at + 1, total: groundTruth.length, item: picture });
  }
  const known = new Set(vocabulary.tags.map(({ tag }) => foldLabel(tag)));
  const unknownTags = new Set(
    groundTruth.flatMap(({ tags }) => tags.filter((tag) => !known.has(foldLabel(tag)))),
  );
  const tags = vocabulary.tags.map(({ tag }, at) =>
    qualityOf(
      tag,
      pictures.map(({ tags, scores }) => sampleOf(scores[at], tags.has(foldLabel(tag)))),
    ),
  );
  return { pictures: pictures.length, missing, unknownTags: [...unknownTags].sort(), tags };
}

interface LabelledPicture {
  readonly tags: ReadonlySet<string>;
  readonly scores: ReturnType<TagClassifier["scores"]>;
}

async function vectorOf({ catalog, embedder }: TagContext, key: ImageKey | undefined) {
  if (key === undefined) return undefined;
  for await (const [stored] of catalog.embeddings.read(embedder.space, [key])) return stored?.embedding;
  return undefined;
}

export const sampleOf = (
  scored: { readonly score: number; readonly applies: boolean } | undefined,
  isRight: boolean,
): TagSample => ({ isRight, score: scored?.score ?? 0, applies: scored?.applies ?? false });

/** @param byChance the score that no suggested threshold is below, nor is it one that takes all samples; absent: any is given */
export function qualityOf(tag: string, samples: readonly TagSample[], byChance?: number): TagQuality {
  const groundTruth = samples.filter(({ isRight }) => isRight).length;
  const predicted = samples.filter(({ applies }) => applies).length;
  const truePositives = samples.filter(({ isRight, applies }) => isRight && applies).length;
  return {
    tag,
    judged: samples.length,
    groundTruth,
    predicted,
    truePositives,
    precision: predicted === 0 ? null : truePositives / predicted,
    recall: groundTruth === 0 ? null : truePositives / groundTruth,
    bestThreshold: groundTruth === 0 ? null : bestThreshold(samples, groundTruth, byChance),
  };
}

/** Halfway between the score of the last picture that the best F1 accepts and the next, rounded for a file. */
function bestThreshold(
  samples: readonly TagSample[],
  groundTruth: number,
  byChance: number | undefined,
): number | null {
  const ranked = [...samples].sort((a, b) => b.score - a.score);
  let [truePositives, best, threshold, accepted] = [0, -1, 0.5, 0];
  for (const [at, { isRight, score }] of ranked.entries()) {
    if (isRight) truePositives += 1;
    const next = ranked[at + 1]?.score ?? 0;
    const f1 = (2 * truePositives) / (at + 1 + groundTruth);
    if (next < score && f1 > best) [best, threshold, accepted] = [f1, (score + next) / 2, at + 1];
  }
  const takesAll = accepted === samples.length && groundTruth < samples.length;
  if (byChance !== undefined && (takesAll || threshold < byChance)) return null;
  return Math.round(threshold * 1000) / 1000;
}
