import type { RawPicture, TransparentPicture } from "./raw-picture.ts";

/** How far a channel must be from white for the eye to find it on white. */
const VISIBLE = 48;
/** A drawing of which less than this share is visible on white is shown on black. */
const MIN_VISIBLE_SHARE = 0.05;

/** The picture as it is seen: on white, or on black where hardly anything of it shows on white. */
export function composite({ data, width, height }: TransparentPicture): CompositedPicture {
  const rgb = new Uint8Array(width * height * 3);
  // Most pictures that could be transparent are not.
  const isTransparent = !isOpaque(data);
  if (isTransparent) putOn(showsOnWhite(data) ? 255 : 0, data, rgb);
  else dropOpacity(data, rgb);
  return { data: rgb, width, height, isTransparent };
}

export interface CompositedPicture extends RawPicture {
  /** Whether the ground shows anywhere. */
  readonly isTransparent: boolean;
}

export function isOpaque(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false;
  return true;
}

export function dropOpacity(rgba: Uint8Array, rgb: Uint8Array): void {
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
}

function putOn(ground: number, rgba: Uint8Array, rgb: Uint8Array): void {
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = rgba[from + 3] ?? 0;
    const rest = ground * (255 - alpha) + 127;
    rgb[to] = ((rgba[from] ?? 0) * alpha + rest) / 255;
    rgb[to + 1] = ((rgba[from + 1] ?? 0) * alpha + rest) / 255;
    rgb[to + 2] = ((rgba[from + 2] ?? 0) * alpha + rest) / 255;
  }
}

function showsOnWhite(rgba: Uint8Array): boolean {
  let [opacity, visible] = [0, 0];
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0;
    opacity += alpha;
    const darkest = Math.min(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0);
    if (255 - darkest >= VISIBLE) visible += alpha;
  }
  return opacity === 0 || visible >= opacity * MIN_VISIBLE_SHARE;
}
