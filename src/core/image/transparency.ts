import type { RawPicture, TransparentPicture } from "./raw-picture.ts";

/** How far a channel must be from white for the eye to find it on white. */
const VISIBLE = 48;
/** A drawing of which less than this share can be seen on white is shown on black. */
const MIN_VISIBLE_SHARE = 0.05;

/** The picture as it is seen: on white, or on black where hardly anything of it shows on white. */
export function composite(picture: TransparentPicture): RawPicture {
  const { data, width, height } = picture;
  const ground = showsOnWhite(data) ? 255 : 0;
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = data[from + 3] ?? 0;
    const rest = ground * (255 - alpha) + 127;
    rgb[to] = ((data[from] ?? 0) * alpha + rest) / 255;
    rgb[to + 1] = ((data[from + 1] ?? 0) * alpha + rest) / 255;
    rgb[to + 2] = ((data[from + 2] ?? 0) * alpha + rest) / 255;
  }
  return { data: rgb, width, height };
}

function showsOnWhite(rgba: Uint8Array): boolean {
  let [opacity, visible, isTransparent] = [0, 0, false];
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0;
    opacity += alpha;
    isTransparent ||= alpha < 255;
    const darkest = Math.min(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0);
    if (255 - darkest >= VISIBLE) visible += alpha;
  }
  return !isTransparent || opacity === 0 || visible >= opacity * MIN_VISIBLE_SHARE;
}
