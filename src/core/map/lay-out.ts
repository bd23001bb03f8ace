import { UMAP } from "umap-js";
import { randomNumbers } from "../random-numbers.ts";
import type { Landmarks } from "./landmarks.ts";

/** UMAP's own default: how far around a picture its neighbourhood reaches. */
const NEIGHBOURS = 15;
const SEED = 20_011;
/** UMAP starts from a square of this half side. */
const START = 10;
/** No two pictures are the same place: UMAP takes time for each distance of zero, and would lay copies on each other. */
const SMALLEST_DISTANCE = 1e-6;
/** Fewer have no neighbourhoods to speak of. */
const FEWEST = 5;

/** Rounds done, of how many. */
export type OnRound = (done: number, total: number) => void;

/**
 * Lays landmarks out on a plane by UMAP, within the square from -1 to 1; the same ones always alike. It starts from the
 * principal components, so that what is far apart among the pictures is so on the plane too.
 * McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction" (2018).
 * @returns x and y of each
 */
export function layOut(landmarks: Landmarks, onRound: OnRound): Float32Array {
  const { projected } = landmarks;
  const count = projected.length;
  if (count < FEWEST) return inARow(count);
  const nNeighbors = Math.min(NEIGHBOURS, count - 1);
  const near = projected.map((vector, at) => {
    const others = landmarks.nearest(vector, nNeighbors + 1).filter((neighbour) => neighbour.at !== at);
    return [{ at, distance: 0 }, ...others].slice(0, nNeighbors);
  });
  const umap = new UMAP({ random: randomNumbers(SEED), nNeighbors });
  umap.setPrecomputedKNN(
    near.map((neighbours) => neighbours.map(({ at }) => at)),
    near.map((neighbours) =>
      neighbours.map(({ distance }, at) => (at === 0 ? 0 : Math.max(SMALLEST_DISTANCE, distance))),
    ),
  );
  // With the neighbours given, it reads of the vectors only how many there are.
  const rounds = umap.initializeFit(projected.map(() => [0]));
  const places = umap.getEmbedding();
  const start = startOf(landmarks);
  for (const [at, place] of places.entries()) {
    place[0] = start[2 * at] ?? 0;
    place[1] = start[2 * at + 1] ?? 0;
  }
  for (let round = 1; round <= rounds; round++) {
    umap.step();
    onRound(round, rounds);
  }
  return intoSquare(Float32Array.from(umap.getEmbedding().flat()), 1);
}

function inARow(count: number): Float32Array {
  return Float32Array.from({ length: 2 * count }, (_, at) =>
    at % 2 === 0 && count > 1 ? at / (count - 1) - 1 : 0,
  );
}

/** The second and third component: the first is what all pictures have in common. */
function startOf({ projected }: Landmarks): Float32Array {
  return intoSquare(
    Float32Array.from(projected.flatMap((vector) => [vector[1] ?? 0, vector[2] ?? 0])),
    START,
  );
}

/** Moved and scaled, both axes alike, so that it fills the square from -half to half. */
function intoSquare(places: Float32Array, half: number): Float32Array {
  const axis = (offset: number) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = offset; at < places.length; at += 2) {
      least = Math.min(least, places[at] ?? 0);
      most = Math.max(most, places[at] ?? 0);
    }
    return { middle: (least + most) / 2, reach: (most - least) / 2 };
  };
  const [x, y] = [axis(0), axis(1)];
  const scale = half / (Math.max(x.reach, y.reach) || 1);
  return places.map((value, at) => (value - (at % 2 === 0 ? x.middle : y.middle)) * scale);
}
