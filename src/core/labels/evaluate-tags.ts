import { UsageError } from "../errors.ts";
import { foldLabel } from "../fold-label.ts";
import type { ImageKey } from "../ports.ts";
import type { LongWork } from "../types.ts";
import type { GroundTruthLine } from "./ground-truth-file.ts";
import { TagClassifier } from "./tag-classifier.ts";
import { storedVocabulary, type TagContext } from "./tag-images.ts";

export interface TagQuality {
  readonly tag: string;
  /** Labelled pictures that carry the tag in truth. */
  readonly truth: number;
  /** Those on which the model would put it. */
  readonly put: number;
  readonly right: number;
  /** Share of the put that is right; null when none is put. */
  readonly precision: number | null;
  /** Share of the truth that is found; null when there is none. */
  readonly recall: number | null;
  /** The threshold with the best balance (F1) on these pictures; null when the truth has none. */
  readonly bestThreshold: number | null;
}

export interface TagEvaluation {
  readonly pictures: number;
  /** Named in the truth, but not in the library or without a vector. */
  readonly missing: readonly string[];
  /** Named in the truth, but not in the vocabulary. */
  readonly unknownTags: readonly string[];
  readonly tags: readonly TagQuality[];
}

export interface EvaluationContext extends TagContext {
  /** The key of the image that a truth file names, by path or id; undefined when there is none. */
  readonly find: (picture: string) => Promise<ImageKey | undefined>;
}

/**
 * Precision and recall of the library's vocabulary on pictures that a person labelled, from their stored vectors.
 * What people said of single pictures (tags put or withdrawn by hand) plays no part.
 * @throws UsageError when the library has no vocabulary
 */
export async function evaluateTags(
  parts: EvaluationContext,
  truth: readonly GroundTruthLine[],
  { signal, onProgress }: LongWork = {},
): Promise<TagEvaluation> {
  const vocabulary = await storedVocabulary(parts.catalog);
  if (!vocabulary)
    throw new UsageError("The library has no tag vocabulary yet. Give it one with `glimpse tag apply FILE`.");
  const judge = await TagClassifier.prepare(parts, vocabulary, signal);
  const missing: string[] = [];
  const answers: Answer[] = [];
  for (const [at, { picture, tags }] of truth.entries()) {
    signal?.throwIfAborted();
    const vector = await vectorOf(parts, await parts.find(picture));
    if (vector) answers.push({ truth: new Set(tags.map(foldLabel)), scores: judge.scores(vector) });
    else missing.push(picture);
    onProgress?.({ stage: "evaluating", done: at + 1, total: truth.length, item: picture });
  }
  const known = new Set(vocabulary.tags.map(({ tag }) => foldLabel(tag)));
  const unknownTags = new Set(truth.flatMap(({ tags }) => tags.filter((tag) => !known.has(foldLabel(tag)))));
  const tags = vocabulary.tags.map(({ tag }, at) => qualityOf(tag, at, answers));
  return { pictures: answers.length, missing, unknownTags: [...unknownTags].sort(), tags };
}

interface Answer {
  readonly truth: ReadonlySet<string>;
  readonly scores: ReturnType<TagClassifier["scores"]>;
}

async function vectorOf({ catalog, embedder }: TagContext, key: ImageKey | undefined) {
  if (key === undefined) return undefined;
  for await (const [stored] of catalog.embeddings.read(embedder.space, [key])) return stored?.embedding;
  return undefined;
}

function qualityOf(tag: string, at: number, answers: readonly Answer[]): TagQuality {
  const judged = answers.map(({ truth, scores }) => ({
    is: truth.has(foldLabel(tag)),
    score: scores[at]?.score ?? 0,
    holds: scores[at]?.holds ?? false,
  }));
  const truth = judged.filter(({ is }) => is).length;
  const put = judged.filter(({ holds }) => holds).length;
  const right = judged.filter(({ is, holds }) => is && holds).length;
  return {
    tag,
    truth,
    put,
    right,
    precision: put === 0 ? null : right / put,
    recall: truth === 0 ? null : right / truth,
    bestThreshold: truth === 0 ? null : bestThreshold(judged, truth),
  };
}

/** Halfway below the score of the last picture that the best balance lets in, rounded to be written down. */
function bestThreshold(judged: readonly { is: boolean; score: number }[], truth: number): number {
  const ranked = [...judged].sort((a, b) => b.score - a.score);
  let [right, best, threshold] = [0, -1, 0.5];
  for (const [at, { is, score }] of ranked.entries()) {
    if (is) right += 1;
    const next = ranked[at + 1]?.score ?? 0;
    const balance = (2 * right) / (at + 1 + truth);
    if (next < score && balance > best) [best, threshold] = [balance, (score + next) / 2];
  }
  return Math.round(threshold * 1000) / 1000;
}
