import type { Fit, ModelTraits } from "../types.ts";

/** A model, with the bar that holds in this library, and how rarely it was shown what is asked for. */
export interface FitCalibration extends Pick<ModelTraits, "score" | "thresholds"> {
  /** See `rarityOf`; absent for 0. */
  readonly rarity?: number | undefined;
}

/**
 * How the bar rises with the number of pictures, of which each is another chance of a false match: between what keeps
 * false refusals and what keeps false acceptances as they are from 150 to 1,500 pictures (bench/nothing.ts).
 */
const RISE = 0.45;
/**
 * How the bar rises with each power of ten by which a question's words were shown less often than a thousand times: the
 * middle of .03 to .05, which do equally well (bench/nothing.ts).
 */
const RARE = 0.8;
/** The best hits whose cosines are averaged; fewer of few pictures, of which fewer are what was asked for (bench/nothing.ts). */
const JUDGED = 3;
const PICTURES_PER_JUDGED = 50;
/** By so many units of the model's scale the mean of one hit less is higher, whether they are right or not. */
const FEWER = 0.4;
/** The nearest pictures among which these are: the judge asks in several wordings, the search in one. */
export const FIT_CANDIDATES = 10;
/** Above the bar by less than this many units of the model's scale, about one picture in four is what was meant. */
const WEAK_BAND = 1;

const riseAt = ({ score, rarity = 0 }: Pick<FitCalibration, "score" | "rarity">, pictures: number) =>
  (RISE * Math.log(Math.max(1, pictures)) + RARE * rarity) / score.scale;

/**
 * The cosine that the best hits of a text reach, on average, when the library has what was asked for. Undefined where
 * nobody measured the model.
 */
export function matchThreshold(judging: FitCalibration, pictures: number): number | undefined {
  const { nothing } = judging.thresholds;
  return nothing === undefined ? undefined : nothing.cosine + riseAt(judging, pictures);
}

/** What `thresholds.nothing` is for a bar that was measured on so many pictures. */
export const thresholdForOne = (
  model: Pick<FitCalibration, "score" | "rarity">,
  bar: number,
  pictures: number,
): number => bar - riseAt(model, pictures);

/** The cosine above a bar from which about half of the hits are what was meant. */
export const fullCreditFrom = ({ score }: FitCalibration, bar: number): number => bar + 3 / score.scale;

/** Of one hit, by its cosine with the text. */
export function fitOfCosine(judging: FitCalibration, cosine: number, pictures: number): Fit | undefined {
  const bar = matchThreshold(judging, pictures);
  if (bar === undefined) return undefined;
  if (cosine < bar) return "nothing";
  return cosine < bar + WEAK_BAND / judging.score.scale ? "weak" : "good";
}

/** By which an answer of so many pictures is judged: the mean of the best cosines; undefined when there is none. */
export function answerCosine(
  { score }: Pick<FitCalibration, "score">,
  cosines: readonly number[],
  pictures: number,
): number | undefined {
  const count = Math.min(JUDGED, Math.max(1, Math.floor(pictures / PICTURES_PER_JUDGED)));
  const best = cosines.toSorted((a, b) => b - a).slice(0, count);
  if (best.length === 0) return undefined;
  const mean = best.reduce((sum, cosine) => sum + cosine, 0) / best.length;
  return mean - ((JUDGED - count) * FEWER) / score.scale;
}

/** Of an answer, by the cosines of its nearest pictures. */
export function fitOfAnswer(
  judging: FitCalibration,
  cosines: readonly number[],
  pictures: number,
): Fit | undefined {
  const mean = answerCosine(judging, cosines, pictures);
  if (mean === undefined) return matchThreshold(judging, pictures) === undefined ? undefined : "nothing";
  return fitOfCosine(judging, mean, pictures);
}

const RANKED: readonly Fit[] = ["nothing", "weak", "good"];

export const betterFit = (one: Fit | undefined, other: Fit | undefined): Fit | undefined =>
  [one, other].filter((fit) => fit !== undefined).sort((a, b) => RANKED.indexOf(b) - RANKED.indexOf(a))[0];
