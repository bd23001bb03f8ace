import { pluralize } from "../english.ts";
import { UsageError } from "../errors.ts";
import { questionsOfMarks } from "../evaluation/resolve-questions.ts";
import { vectorsOf } from "../images-in-scope.ts";
import { probabilities } from "../labels/calibrate.ts";
import { EVERYDAY_LABELS } from "../labels/everyday-labels.ts";
import { promptVectors } from "../labels/prompt-vectors.ts";
import type { ImageKey } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import { answerCosine, FIT_CANDIDATES, thresholdForOne } from "../search/fit.ts";
import { noMatchThreshold, setLibraryThreshold } from "../search/fit-calibration.ts";
import { wordings } from "../search/fit-vector.ts";
import { parseText } from "../search/parse-text.ts";
import { rarityOf } from "../search/rarity.ts";
import type { SearchContext } from "../search/search-context.ts";
import type { Calibration, Embedding, ImageId, LongWork, ThresholdErrors } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";

/** Of the size at which labels tell best what a library has: in larger ones nearly every label has some picture. */
const SAMPLE = 500;
const SAMPLES = 4;
const FEWEST_PICTURES = 100;
const FEWEST_WORDS = 10;
/** A picture shows a label that is its likeliest, by this share among all. */
const SHOWN = 0.2;
/** A label is of no picture when it is not among so many likeliest of any. */
const AMONG_LIKELIEST = 5;
/** What false refusals and false acceptances may be; the bar lies where the two are as far from it. */
const AIMS: ThresholdErrors = { refused: 0.12, accepted: 0.28 };

export interface CalibrateOptions extends LongWork {
  /** Measures, and stores nothing. */
  readonly dryRun?: boolean | undefined;
}

/** A word that was asked for, in a sample or by a person: the bar for one picture that its answer just reaches, and whether it has one. */
interface Asked {
  readonly nothing: number;
  readonly isPresent: boolean;
}

/**
 * Measures `thresholds.nothing` of the model on this library's own pictures, and stores it for this library. What the
 * pictures show is told by the everyday labels, which compete for each picture, by tags that users put, and by their marks:
 * a question counts as often as a word, which is asked of each sample.
 * @throws UsageError when there are too few pictures to tell
 */
export async function calibrateNothing(
  context: SearchContext,
  model: string,
  { dryRun = false, signal, onProgress }: CalibrateOptions = {},
): Promise<Calibration> {
  const keys = await context.catalog.embeddings.keys(context.embedder.space);
  if (keys.length < FEWEST_PICTURES)
    throw new UsageError(
      `The library has ${pluralize(keys.length, "picture")}; from ${FEWEST_PICTURES} on, what it lacks can be told from what it has.`,
    );
  const samples = samplesOf(keys);
  const asked: Asked[] = [];
  for (const [at, sample] of samples.entries()) {
    onProgress?.({ stage: "measuring", done: at, total: samples.length });
    asked.push(...(await askedIn(context, sample, signal)));
  }
  const marked = await askedByPeople(context, keys.length, signal);
  asked.push(...samples.flatMap(() => marked));
  const present = asked.filter(({ isPresent }) => isPresent);
  const absent = asked.filter(({ isPresent }) => !isPresent);
  if (present.length < FEWEST_WORDS || absent.length < FEWEST_WORDS)
    throw new UsageError(
      `The pictures are too much alike to measure on: ${present.length} everyday words are shown and ${absent.length} are not, and ${FEWEST_WORDS} of each are needed.`,
    );
  const before = await noMatchThreshold(context);
  // Down: the answer that just reaches it still does.
  const after = { cosine: Math.floor(1000 * balanced(asked)) / 1000, source: "library" } as const;
  if (!dryRun) await setLibraryThreshold(context, after.cosine);
  return {
    model,
    before,
    after,
    present: present.length,
    absent: absent.length,
    marked: marked.length,
    pictures: samples[0]?.length ?? 0,
    samples: samples.length,
    errorsBefore: before && errorsAt(before.cosine, asked),
    errorsAfter: errorsAt(after.cosine, asked),
    isStored: !dryRun,
  };
}

/** Every so-manieth picture, so that each sample has old and new ones; the same library gives the same samples. */
function samplesOf(keys: readonly ImageKey[]): ImageKey[][] {
  const step = keys.length / SAMPLE;
  if (step <= 1) return [[...keys]];
  const count = Math.min(SAMPLES, Math.floor(step));
  return Array.from({ length: count }, (_, nth) =>
    Array.from({ length: SAMPLE }, (_, at) => keys[Math.floor((at + nth / count) * step)] ?? 0),
  );
}

async function askedIn(
  context: SearchContext,
  sample: readonly ImageKey[],
  signal?: AbortSignal,
): Promise<Asked[]> {
  const { embedder } = context;
  const vectors = await vectorsOf(context, sample);
  const pictures = [...vectors.values()];
  const tags = await userTags(context, [...vectors.keys()]);
  const words = [...new Set([...EVERYDAY_LABELS, ...tags])];
  const plain = await promptVectors(
    context,
    words.map((word) => [word]),
    signal,
  );
  const { templates, score } = embedder.traits;
  const worded = await promptVectors(
    context,
    words.map((word) => wordings(word, templates)),
    signal,
  );
  const yielder = new YieldController(signal);
  const labels = worded.slice(0, EVERYDAY_LABELS.length);
  const { shown, likely } = await labelsOf(pictures, { labels, scale: score.scale }, yielder);
  const asked: Asked[] = [];
  for (const [at, word] of words.entries()) {
    const isPresent = shown.has(at) || tags.has(word);
    if (!isPresent && likely.has(at)) continue;
    const judged = judgedAnswer(embedder.traits, pictures, plain[at], worded[at]);
    const { rarity } = await rarityOf(embedder, [word]);
    if (judged !== undefined)
      asked.push({ nothing: thresholdForOne({ score, rarity }, judged, pictures.length), isPresent });
    await yielder.yieldIfDue();
  }
  return asked;
}

/**
 * The questions that the owner marked, asked of the whole library: something was right, or nothing is. Left out is what was
 * found by words, not by looks: a right picture that is not among the nearest says nothing of how near they should be.
 */
async function askedByPeople(
  context: SearchContext,
  pictures: number,
  signal?: AbortSignal,
): Promise<Asked[]> {
  const questions = questionsOfMarks(await context.catalog.marks.list("owner"));
  const asked: Asked[] = [];
  for (const { text, right } of questions) {
    const { look, required } = parseText(text);
    if (look === "" || required.length > 0) continue;
    const { judged, nearest } = await answerByLooks(context, look, pictures, signal);
    const isPresent = right.length > 0;
    if (judged === undefined || (isPresent && !right.some((id) => nearest.includes(id)))) continue;
    asked.push({ nothing: thresholdForOne(context.embedder.traits, judged, pictures), isPresent });
  }
  return asked;
}

async function answerByLooks(
  context: SearchContext,
  look: string,
  pictures: number,
  signal?: AbortSignal,
): Promise<{ judged?: number | undefined; nearest: readonly ImageId[] }> {
  const { catalog, embedder, vectors } = context;
  const prompts = [[look], wordings(look, embedder.traits.templates)];
  const [plain, worded] = await promptVectors(context, prompts, signal);
  if (!plain || !worded) return { nearest: [] };
  const request = { vector: plain, scope: ENTIRE_LIBRARY, limit: FIT_CANDIDATES, signal };
  const keys = (await vectors.nearest(request)).map(({ key }) => key);
  const found = await vectors.embeddings(keys);
  const cosines = [...found.values()].map((picture) => dotProduct(worded, picture));
  const judged = answerCosine(embedder.traits, cosines, pictures);
  return { judged, nearest: await catalog.images.idsByKey(keys) };
}

/** Tags that users put on these images. */
async function userTags({ catalog }: SearchContext, keys: readonly ImageKey[]): Promise<Set<string>> {
  const images = await catalog.images.byKey(keys, ENTIRE_LIBRARY, "first");
  const tags = images.flatMap(({ record }) => record.tags.filter(({ by }) => by !== "model"));
  return new Set(tags.map(({ tag }) => tag.toLowerCase()));
}

/** Which labels are surely the likeliest of a picture, and which are among the likeliest of one; by their positions. */
async function labelsOf(
  pictures: readonly Embedding[],
  { labels, scale }: { readonly labels: readonly Embedding[]; readonly scale: number },
  yielder: YieldController,
) {
  const [shown, likely] = [new Set<number>(), new Set<number>()];
  for (const picture of pictures) {
    const shares = probabilities(
      { kind: "softmax", scale },
      Float32Array.from(labels, (label) => dotProduct(label, picture)),
    );
    const likeliest = [...shares.keys()].sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0));
    for (const label of likeliest.slice(0, AMONG_LIKELIEST)) likely.add(label);
    const [best = 0] = likeliest;
    if ((shares[best] ?? 0) >= SHOWN) shown.add(best);
    await yielder.yieldIfDue();
  }
  return { shown, likely };
}

/** As `find` judges an answer: of the nearest to the word as it is, the best in several wordings. */
function judgedAnswer(
  model: Parameters<typeof answerCosine>[0],
  pictures: readonly Embedding[],
  plain: Embedding | undefined,
  worded: Embedding | undefined,
): number | undefined {
  if (!plain || !worded) return undefined;
  const nearest = pictures
    .map((picture) => ({ picture, cosine: dotProduct(plain, picture) }))
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, FIT_CANDIDATES);
  const cosines = nearest.map(({ picture }) => dotProduct(worded, picture));
  return answerCosine(model, cosines, pictures.length);
}

/** The bar whose worse error, as a share of what it may be, is least. */
function balanced(asked: readonly Asked[]): number {
  const worst = (bar: number) => {
    const { refused, accepted } = errorsAt(bar, asked);
    return Math.max(refused / AIMS.refused, accepted / AIMS.accepted);
  };
  const bars = asked.map(({ nothing }) => ({ nothing, worst: worst(nothing) }));
  return bars.reduce((best, bar) => (bar.worst < best.worst ? bar : best)).nothing;
}

function errorsAt(bar: number, asked: readonly Asked[]): ThresholdErrors {
  const share = (of: readonly Asked[], isWrong: (one: Asked) => boolean) =>
    of.filter(isWrong).length / of.length;
  return {
    refused: share(
      asked.filter(({ isPresent }) => isPresent),
      ({ nothing }) => nothing < bar,
    ),
    accepted: share(
      asked.filter(({ isPresent }) => !isPresent),
      ({ nothing }) => nothing >= bar,
    ),
  };
}
