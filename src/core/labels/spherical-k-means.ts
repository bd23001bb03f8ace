import { randomNumbers } from "../random-numbers.ts";
import type { Embedding } from "../types.ts";
import { dotProduct, unitMean } from "../vector.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";
import { YieldController } from "../yield-controller.ts";

const SEED = 20_011;
const MAX_ROUNDS = 25;

/**
 * Centres of `count` clusters, fewer when there are fewer different vectors; the same for the same vectors in the
 * same order. Spherical k-means: Dhillon and Modha, "Concept Decompositions for Large Sparse Text Data using
 * Clustering" (2001). First centres by k-means++: Arthur and Vassilvitskii (2007).
 */
export async function sphericalKMeans(
  vectors: readonly Embedding[],
  count: number,
  signal?: AbortSignal,
): Promise<Embedding[]> {
  const yielder = new YieldController(signal);
  let centres = await initialCentres(vectors, count, yielder);
  const rows = new VectorMatrix(centres);
  let previous: number[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const nearest: number[] = [];
    for (const vector of vectors) {
      nearest.push(rows.nearest(vector).at);
      await yielder.yieldIfDue();
    }
    if (nearest.every((centre, at) => centre === previous[at])) break;
    previous = nearest;
    centres = meansOf(vectors, nearest, centres);
    for (const [at, centre] of centres.entries()) rows.set(at, centre);
  }
  return centres;
}

/** Each next centre is drawn with a probability proportional to its distance from the existing ones. */
async function initialCentres(
  vectors: readonly Embedding[],
  count: number,
  yielder: YieldController,
): Promise<Embedding[]> {
  const random = randomNumbers(SEED);
  const centres: Embedding[] = [];
  const distances = new Float64Array(vectors.length).fill(1);
  while (centres.length < Math.min(count, vectors.length)) {
    const next = vectors[draw(distances, random())];
    if (!next) break;
    centres.push(next);
    for (const [at, vector] of vectors.entries()) {
      // Rounding keeps a copy of a centre from being drawn as a centre of its own.
      const distance = Math.round((1 - dotProduct(vector, next)) * 1e5) / 1e5;
      distances[at] = Math.min(distances[at] ?? 0, Math.max(0, distance));
      await yielder.yieldIfDue();
    }
  }
  return centres;
}

/** Index by weight, -1 when all weights are zero. */
function draw(weights: Float64Array, chance: number): number {
  const total = weights.reduce((a, b) => a + b, 0);
  let rest = total * chance;
  let last = -1;
  for (const [at, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = at;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

/** A centre that lost all its vectors stays where it was. */
function meansOf(
  vectors: readonly Embedding[],
  nearest: readonly number[],
  centres: readonly Embedding[],
): Embedding[] {
  const members: Embedding[][] = centres.map(() => []);
  for (const [at, vector] of vectors.entries()) members[nearest[at] ?? 0]?.push(vector);
  return centres.map((centre, at) => ((members[at]?.length ?? 0) > 0 ? unitMean(members[at] ?? []) : centre));
}
