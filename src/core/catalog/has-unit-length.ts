import { decodeVector } from "../vector.ts";

/** Half-precision models round: their unit vectors are off by less than this. */
const TOLERANCE = 0.01;

/** For SQL: 1 for a stored vector of unit length. Most flipped bits of a vector show here. */
export function hasUnitLength(vector: unknown): number {
  if (!Buffer.isBuffer(vector)) return 0;
  const squares = decodeVector(vector).reduce((sum, value) => sum + value * value, 0);
  return Math.abs(Math.sqrt(squares) - 1) < TOLERANCE ? 1 : 0;
}
