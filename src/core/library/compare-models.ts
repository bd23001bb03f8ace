import { performance } from "node:perf_hooks";
import { UsageError } from "../errors.ts";
import { estimate } from "../evaluation/bootstrap.ts";
import {
  type Answered,
  isAsked,
  qualityBySource,
  RANKING_DEPTH,
  reciprocalRank,
} from "../evaluation/search-quality.ts";
import { imagesInScope } from "../images-in-scope.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, Embedder } from "../ports.ts";
import { fitOfAnswer } from "../search/fit.ts";
import { normalizeText } from "../search/normalize-text.ts";
import { rarityOf } from "../search/rarity.ts";
import type {
  EvaluationQuestion,
  ImageId,
  LongWork,
  ModelComparison,
  ModelQuality,
  Scope,
} from "../types.ts";
import { dotProduct } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";
import { closeModel } from "./current-model.ts";
import type { LibraryDependencies } from "./dependencies.ts";
import { type Embedded, embedOriginal } from "./embed-missing.ts";
import type { Originals } from "./originals.ts";

interface CompareContext {
  readonly catalog: Catalog;
  readonly originals: Originals;
  readonly openModel: LibraryDependencies["openModel"];
}

export interface CompareRequest extends LongWork {
  readonly models: readonly string[];
  readonly questions: readonly EvaluationQuestion[];
  /** Pictures to embed with each model. */
  readonly sample: number;
}

/** Of the sample, so that most of it stays there to be told apart from the right images. */
const MAX_RIGHT_SHARE = 2 / 3;

/**
 * Embeds the same sample of pictures with each model, asks each the same questions, by looks alone, and compares what
 * they find. Vectors are kept in memory only: nothing of the library changes, and nothing is left when it is stopped.
 * @throws UsageError when no question has a right image
 */
export async function compareModels(
  context: CompareContext,
  scope: Scope,
  { models, questions: all, sample, signal, onProgress }: CompareRequest,
): Promise<ModelComparison> {
  const questions = all.filter(isAsked);
  const answerable = questions.filter(({ right }) => right.length > 0);
  if (answerable.length === 0)
    throw new UsageError(
      "There is no question with a right answer to compare by. Give --questions FILE, or mark answers with `glimpse mark`.",
    );
  const ids = await sampleOf(context.catalog, scope, answerable, sample);
  const inSample = new Set(ids);
  const asked = questions
    .map((question) => ({ ...question, right: question.right.filter((id) => inSample.has(id)) }))
    .filter(({ right }, at) => right.length > 0 || questions[at]?.right.length === 0);
  const qualities: ModelQuality[] = [];
  const ranks: number[][] = [];
  for (const model of models) {
    const loaded = await context.openModel(model);
    try {
      const { quality, reciprocal } = await measure(context, loaded.embedder, {
        model,
        ids,
        asked,
        signal,
        onProgress,
      });
      qualities.push(quality);
      ranks.push(reciprocal);
    } finally {
      await closeModel(loaded);
    }
  }
  const [first = []] = ranks;
  return {
    models: qualities,
    questions: asked.length,
    gains: models.slice(1).map((model, at) => ({
      model,
      reciprocalRank: estimate((ranks[at + 1] ?? []).map((rank, question) => rank - (first[question] ?? 0))),
    })),
  };
}

/** Right images first, then those of the lowest ids: ids are hashes, so this is a random sample, the same each time. */
async function sampleOf(
  catalog: Catalog,
  scope: Scope,
  questions: readonly EvaluationQuestion[],
  size: number,
): Promise<ImageId[]> {
  const known = [...(await imagesInScope(catalog, scope)).values()];
  const inScope = new Set(known);
  const right = new Set<ImageId>();
  for (const question of questions)
    for (const id of question.right.filter((one) => inScope.has(one)).slice(0, 3))
      if (right.size < size * MAX_RIGHT_SHARE) right.add(id);
  const others = known.filter((id) => !right.has(id)).sort();
  return [...right, ...others.slice(0, Math.max(0, size - right.size))];
}

interface Measured {
  readonly quality: ModelQuality;
  /** Of each answerable question. */
  readonly reciprocal: number[];
}

async function measure(
  { catalog, originals }: CompareContext,
  embedder: Embedder,
  {
    model,
    ids,
    asked,
    signal,
    onProgress,
  }: LongWork & {
    readonly model: string;
    readonly ids: readonly ImageId[];
    readonly asked: readonly EvaluationQuestion[];
  },
): Promise<Measured> {
  const queue = await openQueue(embedder.concurrency);
  const started = performance.now();
  let done = 0;
  const pictures = await queue.addAll(
    ids.map((id) => async () => {
      signal?.throwIfAborted();
      const [image] = await catalog.images.byId([id]);
      const seen = image && (await embedOriginal({ embedder, originals }, image.record, signal));
      done += 1;
      onProgress?.({ stage: model, done, total: ids.length });
      return seen;
    }),
  );
  const took = performance.now() - started;
  const seen = pictures.filter((picture) => picture !== undefined);
  const answers = await ask(embedder, seen, asked, signal);
  const reciprocal = answers.filter(({ question }) => question.right.length > 0).map(reciprocalRank);
  return {
    reciprocal,
    quality: {
      model,
      pictures: seen.length,
      skipped: ids.length - seen.length,
      millisecondsPerPicture: took / Math.max(1, seen.length),
      quality: qualityBySource(answers),
      reciprocalRank: estimate(reciprocal),
    },
  };
}

async function ask(
  embedder: Pick<Embedder, "traits" | "embedTexts" | "trainingCounts">,
  seen: readonly Embedded[],
  asked: readonly EvaluationQuestion[],
  signal: AbortSignal | undefined,
): Promise<Answered[]> {
  const texts = await embedder.embedTexts(
    asked.map(({ text }) => normalizeText(text)),
    signal,
  );
  const yielder = new YieldController(signal);
  const answers: Answered[] = [];
  for (const [at, question] of asked.entries()) {
    const text = texts[at]?.embedding ?? new Float32Array();
    const ranked = seen
      .map(({ id, embedding }) => ({ id, score: dotProduct(text, embedding) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, RANKING_DEPTH);
    const scores = ranked.map(({ score }) => score);
    const { rarity } = await rarityOf(embedder, [question.text]);
    answers.push({
      question,
      hits: ranked.map(({ id }) => [id]),
      match: fitOfAnswer({ ...embedder.traits, rarity }, scores, seen.length),
    });
    await yielder.yieldIfDue();
  }
  return answers;
}
