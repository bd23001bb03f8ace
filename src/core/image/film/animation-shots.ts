import sharp from "sharp";
import type { PictureLimits } from "../../types.ts";
import type { OpenPicture } from "../open-picture.ts";
import { SAMPLE_BYTES, SAMPLE_SIDE, type Sample, ShotFinder } from "./find-shots.ts";

/** What a frame is shown for where its file says next to nothing, as browsers have it. */
const USUAL_DELAY_MS = 100;
const LEAST_DELAY_MS = 11;

/** A frame of an animation, by its number from 0. */
export interface AnimationShot {
  readonly atMs: number;
  readonly frame: number;
}

/** When each frame begins, and last when the animation ends. */
export function frameTimes({ pages, delays = [] }: Pick<OpenPicture, "pages" | "delays">): number[] {
  const times = [0];
  for (let frame = 0; frame < pages; frame++) {
    const delay = delays[frame] ?? USUAL_DELAY_MS;
    times.push((times[frame] ?? 0) + (delay < LEAST_DELAY_MS ? USUAL_DELAY_MS : delay));
  }
  return times;
}

/**
 * The shots of an animated GIF or WebP; the first frame stands for the whole, and is not among them. Frames that cannot
 * be decoded end it.
 */
export async function animationShots(
  { encoded, width, height, ...opened }: OpenPicture,
  { maxPixels, maxShots, timeoutMs }: PictureLimits,
): Promise<readonly AnimationShot[]> {
  const pages = Math.min(opened.pages, Math.floor(maxPixels / (width * height)));
  if (pages < 2 || maxShots < 2) return [];
  const rows = await sharp(encoded.bytes, { pages, failOn: "none", limitInputPixels: false })
    .resize(SAMPLE_SIDE, SAMPLE_SIDE, { fit: "fill" })
    .flatten({ background: "#fff" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .timeout({ seconds: Math.max(1, Math.ceil(timeoutMs / 1000)) })
    .toBuffer()
    .catch(() => undefined);
  if (!rows) return [];
  const times = frameTimes(opened);
  const samples = Array.from({ length: Math.floor(rows.length / SAMPLE_BYTES) }, (_, frame): Sample => {
    const at = frame * SAMPLE_BYTES;
    return { atMs: times[frame] ?? 0, pixels: rows.subarray(at, at + SAMPLE_BYTES) };
  });
  const finder = new ShotFinder({ keepsFades: true });
  for (const sample of samples) finder.add(sample);
  return finder.otherShots(maxShots).map(({ atMs }) => ({ atMs, frame: times.indexOf(atMs) }));
}

/** The frame that is shown at a time. */
export function frameAt(opened: Pick<OpenPicture, "pages" | "delays">, atMs: number): number {
  const times = frameTimes(opened);
  const next = times.findIndex((time) => time > atMs);
  return Math.max(0, Math.min(opened.pages, next === -1 ? opened.pages : next) - 1);
}
