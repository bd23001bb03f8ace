import type { ImageKey } from "./images.ts";

/** A picture on a map of many. */
export interface MapPoint {
  readonly key: ImageKey;
  readonly x: number;
  readonly y: number;
  /** Whether it was laid out itself; the others were placed among such. */
  readonly isLandmark: boolean;
}

export interface KeptMap {
  readonly id: number;
  /** What it was made from, as whoever put it says. */
  readonly basis: string;
}

/** Maps of pictures on a plane, by name. A point goes with its image; of very many maps the oldest go. */
export interface MapStore {
  find(name: string): Promise<KeptMap | undefined>;
  /** In batches, by key. */
  points(map: KeptMap["id"]): AsyncIterable<readonly MapPoint[]>;
  /** In place of the map of this name, which is there until the new one is whole. Images that are gone are skipped. */
  put(name: string, basis: string, points: readonly MapPoint[]): Promise<KeptMap>;
  /** Images that are gone, or on the map already, are skipped; all are when the map was replaced. */
  add(map: KeptMap["id"], points: readonly MapPoint[]): Promise<void>;
}
