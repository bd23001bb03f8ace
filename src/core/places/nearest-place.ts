import { kilometresBetween } from "../distance.ts";
import type { Coordinates, Place } from "../types.ts";
import { type City, cities, cityName } from "./cities.ts";

/** Farther from any, a picture is of no place. */
const FARTHEST_KILOMETRES = 30;
/** Of a degree of latitude, less a little. */
const KILOMETRES_PER_DEGREE = 111;

let grid: Promise<ReadonlyMap<string, readonly City[]>> | undefined;

/**
 * The city that a picture was taken in or near: the nearest, where a larger one reaches farther. Its reach grows as the
 * side of the area that its people live on.
 */
export async function nearestPlace(at: Coordinates): Promise<Place | undefined> {
  grid ??= cities().then(byCell);
  const cells = await grid;
  let best: { readonly city: City; readonly reaches: number } | undefined;
  for (const cell of cellsAround(at)) {
    for (const city of cells.get(cell) ?? []) {
      const kilometres = kilometresBetween(at, city);
      if (kilometres > FARTHEST_KILOMETRES) continue;
      const reaches = kilometres / Math.sqrt(city.people);
      if (best === undefined || reaches < best.reaches) best = { city, reaches };
    }
  }
  return best && { id: best.city.id, name: cityName(best.city) };
}

/** Cells of one degree. */
const cellOf = ({ latitude, longitude }: Coordinates) => `${Math.floor(latitude)} ${Math.floor(longitude)}`;

function byCell(all: readonly City[]): Map<string, City[]> {
  const cells = new Map<string, City[]>();
  for (const city of all) {
    const cell = cells.get(cellOf(city));
    if (cell) cell.push(city);
    else cells.set(cellOf(city), [city]);
  }
  return cells;
}

function cellsAround({ latitude, longitude }: Coordinates): Set<string> {
  const degrees = FARTHEST_KILOMETRES / KILOMETRES_PER_DEGREE;
  const narrowest = Math.cos((Math.min(89, Math.abs(latitude) + degrees) * Math.PI) / 180);
  const across = Math.min(180, Math.ceil(degrees / narrowest));
  const cells = new Set<string>();
  for (let north = -1; north <= 1; north++)
    for (let east = -across; east <= across; east++)
      cells.add(
        cellOf({
          latitude: latitude + north,
          longitude: ((((longitude + east + 180) % 360) + 360) % 360) - 180,
        }),
      );
  return cells;
}
