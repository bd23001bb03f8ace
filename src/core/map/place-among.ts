import { randomNumbers } from "../random-numbers.ts";
import type { Embedding } from "../types.ts";
import type { Landmarks } from "./landmarks.ts";
import { weightedPlace } from "./weighted-place.ts";

const NEIGHBOURS = 8;
/** Neighbours farther from each other on the plane are not averaged. */
const RADIUS = 0.1;

/**
 * Where a picture lies among landmarks that have places: amid its nearest ones, and off their mean by about as much as
 * they are, so that pictures of one kind lie as loosely as the landmarks do. The same picture always lies in the same place.
 */
export function placeAmong(
  landmarks: Landmarks,
  places: Float32Array,
  embedding: Embedding,
): [x: number, y: number] {
  const projected = landmarks.project(embedding);
  const near = landmarks.nearest(projected, Math.min(NEIGHBOURS, landmarks.projected.length));
  const nearest = near[0]?.distance ?? 0;
  const scale = near.reduce((sum, { distance }) => sum + distance - nearest, 0) / near.length || 1;
  const points = near.map(({ at, distance }) => ({
    x: places[2 * at] ?? 0,
    y: places[2 * at + 1] ?? 0,
    weight: Math.exp((nearest - distance) / scale),
  }));
  const place = weightedPlace(points, RADIUS) ?? { x: 0, y: 0 };
  const used = points.map(({ x, y }) => Math.hypot(x - place.x, y - place.y)).filter((far) => far <= RADIUS);
  const spread = used.reduce((sum, far) => sum + far, 0) / (used.length || 1);
  const random = randomNumbers(seedOf(projected));
  const angle = 2 * Math.PI * random();
  const off = spread * Math.sqrt(random());
  const within = (value: number) => Math.min(1, Math.max(-1, value));
  return [within(place.x + off * Math.cos(angle)), within(place.y + off * Math.sin(angle))];
}

function seedOf(vector: Embedding): number {
  const bits = new Int32Array(vector.slice().buffer);
  return bits.reduce((seed, value) => Math.imul(seed ^ value, 0x01000193), 0x811c9dc5);
}
