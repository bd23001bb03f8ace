import type { Coordinates } from "./types.ts";

/** Mean radius of the Earth. */
export const EARTH_KILOMETRES = 6371.0088;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Along the surface of a sphere, by the haversine formula. */
export function kilometresBetween(a: Coordinates, b: Coordinates): number {
  const across = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const along = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const half = across + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * along;
  return 2 * EARTH_KILOMETRES * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** The latitudes between which everything lies that is this near. */
export function latitudesNear(
  { latitude }: Coordinates,
  kilometres: number,
): { south: number; north: number } {
  // A little more: what is at the edge is decided by the distance.
  const degrees = (kilometres / EARTH_KILOMETRES) * (180 / Math.PI) + 1e-6;
  return { south: latitude - degrees, north: latitude + degrees };
}
