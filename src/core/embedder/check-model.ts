import type { ModelCheck } from "../models/descriptor.ts";
import type { LocatedModel } from "../models/located-model.ts";
import type { ImageRecipe } from "../types.ts";
import { toUnit } from "../vector.ts";
import { greyPixels } from "./golden-pictures.ts";
import type { CheckResult } from "./protocol.ts";
import type { ImageTower, TextTower } from "./tower-session.ts";

interface Towers {
  readonly imageTower: ImageTower;
  readonly textTower: () => Promise<TextTower>;
}

/** Compares the answers of the installed files with the published ones. */
export async function checkModel(model: LocatedModel, towers: Towers): Promise<CheckResult[]> {
  const { checks, image, dimensions } = model.descriptor;
  const results: CheckResult[] = [];
  const published = checks.filter(({ variants }) => variants?.includes(model.variant) ?? true);
  for (const check of published) results.push(await runCheck(check, image, towers));
  if (published.every(({ kind }) => kind !== "grey"))
    results.push(await pictureRuns(image, dimensions, towers));
  return results;
}

/** Where no answer to a picture was published: whether the tower gives one at all. */
async function pictureRuns(recipe: ImageRecipe, dimensions: number, towers: Towers): Promise<CheckResult> {
  const [vector = new Float32Array()] = await towers.imageTower.embed([greyPixels(127, recipe)]);
  const ok = vector.length === dimensions && toUnit(vector) !== undefined;
  const given = ok ? `a vector of ${dimensions} numbers` : "no usable vector";
  return {
    name: "image: a plain grey picture (127)",
    ok,
    detail: `${given}; no answer was published to compare it with`,
  };
}

async function runCheck(check: ModelCheck, recipe: ImageRecipe, towers: Towers): Promise<CheckResult> {
  if (check.kind === "grey") {
    const [vector] = await towers.imageTower.embed([greyPixels(check.grey, recipe)]);
    return compare(check, vector);
  }
  const [answer] = await (await towers.textTower()).embed([check.text]);
  if (check.ids && `${check.ids}` !== `${answer?.ids}`) {
    return { name: check.name, ok: false, detail: `token ids ${answer?.ids} instead of ${check.ids}` };
  }
  if (check.kind === "tokens") return { name: check.name, ok: true, detail: "the same token ids" };
  return compare(check, answer?.vector);
}

function compare(
  check: Exclude<ModelCheck, { kind: "tokens" }>,
  answer: Float32Array = new Float32Array(),
): CheckResult {
  const vector = check.raw ? answer : (toUnit(answer) ?? answer);
  const expected = [...check.values.entries(), ...Object.entries(check.at)];
  const differences = expected.map(([at, value]) => Math.abs((vector[Number(at)] ?? Number.NaN) - value));
  const largest = Math.max(...differences);
  return {
    name: check.name,
    ok: largest <= check.tolerance,
    detail: `${differences.length} values, largest difference ${largest.toExponential(1)} (allowed ${check.tolerance})`,
  };
}
