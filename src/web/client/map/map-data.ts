import KDBush from "kdbush";
import type { MapState, Working } from "../../answers.ts";
import { getBytes } from "../api.ts";
import { getWhenDone } from "../long-answer.ts";

const ID_BYTES = 32;
const POINT_BYTES = 8;

/** Pictures on a plane, by the order in which the server sent them. */
export interface MapData {
  readonly version: string;
  /** By whose vectors the pictures lie where they lie. */
  readonly model: string;
  readonly count: number;
  /** x and y of each, from -1 to 1. */
  readonly positions: Float32Array;
  readonly idAt: (at: number) => string;
  readonly index: KDBush;
}

/** @throws ApiError, AbortError */
export async function loadMap(
  signal: AbortSignal,
  onProgress: (progress: Working) => void,
): Promise<MapData> {
  const { version, model } = await getWhenDone<Extract<MapState, { state: "done" }>>(
    "/api/map",
    signal,
    onProgress,
  );
  const bytes = await getBytes("/api/map/points", signal);
  const count = bytes.byteLength / (POINT_BYTES + ID_BYTES);
  const positions = new Float32Array(bytes, 0, 2 * count);
  const ids = new Uint8Array(bytes, POINT_BYTES * count);
  const index = new KDBush(count);
  for (let at = 0; at < count; at++) index.add(positions[2 * at] ?? 0, positions[2 * at + 1] ?? 0);
  index.finish();
  const idAt = (at: number) =>
    Array.from(ids.subarray(at * ID_BYTES, (at + 1) * ID_BYTES), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  return { version, model, count, positions, idAt, index };
}
