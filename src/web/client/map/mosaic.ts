import type { Camera } from "./camera.ts";
import type { MapData } from "./map-data.ts";

/** One picture for each cell of a grid that lies on the plane, so that it stays where it is while the map is moved. */
export interface MosaicCell {
  /** Index of the picture. */
  readonly at: number;
  /** Middle of the cell, on the plane. */
  readonly x: number;
  readonly y: number;
  /** Pictures in the cell. */
  readonly pictures: number;
}

export interface Mosaic {
  /** Of a cell, on the plane. */
  readonly side: number;
  readonly cells: readonly MosaicCell[];
}

/** A cell has from so many pixels to twice as many. */
const LEAST_PIXELS = 72;
/** With more pictures on the screen there are only dots: one for each cell would say little of them. */
const MOST_PICTURES = 1500;

/** What of the map is shown as pictures; no cells while too many are in view. */
export function mosaicOf({ index, positions }: MapData, camera: Camera): Mosaic {
  const level = Math.floor(Math.log2((2 * camera.scale) / LEAST_PIXELS));
  const side = 2 / 2 ** level;
  const { left, right, bottom, top } = camera.bounds;
  const inView = index.range(left - side, bottom - side, right + side, top + side);
  if (inView.length > MOST_PICTURES) return { side, cells: [] };
  const cells = new Map<string, MosaicCell>();
  for (const at of inView.sort((a, b) => a - b)) {
    const column = Math.floor((positions[2 * at] ?? 0) / side);
    const row = Math.floor((positions[2 * at + 1] ?? 0) / side);
    const key = `${column},${row}`;
    const known = cells.get(key);
    cells.set(key, {
      at: known?.at ?? at,
      x: (column + 0.5) * side,
      y: (row + 0.5) * side,
      pictures: (known?.pictures ?? 0) + 1,
    });
  }
  return { side, cells: [...cells.values()] };
}

/** The cell at a position of the plane. */
export const cellAt = ({ side, cells }: Mosaic, x: number, y: number): MosaicCell | undefined =>
  cells.find((cell) => Math.abs(cell.x - x) <= side / 2 && Math.abs(cell.y - y) <= side / 2);
