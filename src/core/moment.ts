import type { Part } from "./types.ts";

/** "3f2a9c01b2c3@42.5" or "3f2a9c01b2c3@1:02:03": an id, and when in a film or animation. */
const MOMENT = /^\s*([0-9a-f]+)@(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)\s*$/i;

/** An id or its beginning, and the part of the image that is meant; undefined: the whole. */
export function splitMoment(written: string): { readonly id: string; readonly part: Part | undefined } {
  const [, id, hours = "0", minutes = "0", seconds] = MOMENT.exec(written) ?? [];
  if (id === undefined) return { id: written, part: undefined };
  const atMs = Math.round(1000 * (3600 * Number(hours) + 60 * Number(minutes) + Number(seconds)));
  return { id, part: { kind: "frame", atMs } };
}

/** The name of a frame, as `splitMoment` reads it; of any other part, that of the image. */
export const momentName = (id: string, part: Part | undefined): string =>
  part?.kind === "frame" ? `${id}@${part.atMs / 1000}` : id;
