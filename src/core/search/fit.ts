import type { Fit, ModelTraits } from "../types.ts";

type Judging = Pick<ModelTraits, "score" | "thresholds">;

/** How the bar rises with the number of pictures, of which each is another chance of a false match. */
const RISE = 0.75;
/** The best hits whose cosines are averaged: as good for ten pictures as for thousands (bench/nothing.ts). */
export const JUDGED = 3;
/** Above the bar by less than this many units of the model's scale, about one picture in four is what was meant. */
const WEAK_BAND = 1;

/**
 * The cosine that the best hits of a text reach, on average, when the library has what was asked for. Undefined where
 * nobody measured the model.
 */
export function fitBar({ score, thresholds }: Judging, pictures: number): number | undefined {
  if (thresholds.nothing === undefined) return undefined;
  return thresholds.nothing.cosine + (RISE * Math.log(Math.max(1, pictures))) / score.scale;
}

/** The cosine above a bar from which about half of the hits are what was meant. */
export const fullAbove = ({ score }: Judging, bar: number): number => bar + 3 / score.scale;

/** Of one hit, by its cosine with the text. */
export function fitOfCosine(model: Judging, cosine: number, pictures: number): Fit | undefined {
  const bar = fitBar(model, pictures);
  if (bar === undefined) return undefined;
  if (cosine < bar) return "nothing";
  return cosine < bar + WEAK_BAND / model.score.scale ? "weak" : "good";
}

/** Of an answer, by the cosines of its best hits, best first. */
export function fitOfAnswer(model: Judging, cosines: readonly number[], pictures: number): Fit | undefined {
  const best = cosines.slice(0, JUDGED);
  if (best.length === 0) return fitBar(model, pictures) === undefined ? undefined : "nothing";
  const mean = best.reduce((sum, cosine) => sum + cosine, 0) / best.length;
  return fitOfCosine(model, mean, pictures);
}

const RANKED: readonly Fit[] = ["nothing", "weak", "good"];

export const betterFit = (one: Fit | undefined, other: Fit | undefined): Fit | undefined =>
  [one, other].filter((fit) => fit !== undefined).sort((a, b) => RANKED.indexOf(b) - RANKED.indexOf(a))[0];
