import { entropyOf } from "./entropy.ts";
import type { RawPicture, TransparentPicture } from "./raw-picture.ts";

/** How far a channel must be from white for the eye to find it on white. */
const VISIBLE = 48;
/** Of the outline, what may be lost on a ground that is taken all the same: highlights of a cut-out photo, rounded corners of a page. */
const MAX_LOST = 0.15;
/** Of a photo that was cut out. Whatever its edge is like, programs show it on white. */
const MAX_LOST_OF_PHOTO = 0.6;
/** Entropy in bits, of brightness in steps of four levels, from which what is there is a photo; drawings have less. */
const PHOTO_BITS = 3.8;
const WHITE = 255;
const BLACK = 0;
const GREY = 128;
/** From this opacity on a pixel is part of the drawing. */
const PART = 128;

/**
 * The picture as it is seen: photos on white; drawings too, or where much of their outline would be lost there, on black, or on
 * grey where as much would be lost on that.
 */
export function composite({ data, width, height }: TransparentPicture): CompositedPicture {
  const rgb = new Uint8Array(width * height * 3);
  // Most pictures that could be transparent are not.
  const isTransparent = !isOpaque(data);
  if (isTransparent) putOn(groundOf({ data, width, height }), data, rgb);
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

/** What is inside of a drawing keeps its contrast on any ground: only what borders on the ground decides. */
function groundOf({ data, width, height }: Pick<TransparentPicture, "data" | "width" | "height">): number {
  const isPart = (at: number) => (data[at] ?? 0) >= PART;
  const outline = new Lost();
  const whole = new Lost();
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const alpha = data[at + 3] as number;
      if (alpha === 0) continue;
      const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
      whole.add(red, green, blue, alpha);
      if (alpha < PART) continue;
      const isAtEdge = x === 0 || y === 0 || x + 1 === width || y + 1 === height;
      const borders =
        (x > 0 && !isPart(at - 1)) ||
        (x + 1 < width && !isPart(at + 7)) ||
        (y > 0 && !isPart(at - 4 * width + 3)) ||
        (y + 1 < height && !isPart(at + 4 * width + 3));
      if (borders) outline.add(red, green, blue, 1);
      // Where the picture ends so does the drawing, on any ground.
      else if (isAtEdge) outline.total += 1;
    }
  }
  if (whole.isPhoto && whole.on(WHITE) <= MAX_LOST_OF_PHOTO) return WHITE;
  // What is see-through all over has no outline.
  const lost = outline.total > 0 ? outline : whole;
  if (lost.total === 0) return WHITE;
  const good = [WHITE, BLACK].find((ground) => lost.on(ground) <= MAX_LOST);
  return good ?? [WHITE, BLACK, GREY].reduce((best, each) => (lost.on(each) < lost.on(best) ? each : best));
}

/** How much of some pixels is lost on each ground, and how bright they are. */
class Lost {
  total = 0;
  /** Of brightness, in steps of four levels. */
  readonly #levels = new Float64Array(64);
  #white = 0;
  #black = 0;
  #grey = 0;

  add(red: number, green: number, blue: number, weight: number): void {
    const least = Math.min(red, green, blue);
    const most = Math.max(red, green, blue);
    this.total += weight;
    const level = (2 * red + 5 * green + blue) >> 5;
    this.#levels[level] = (this.#levels[level] as number) + weight;
    if (WHITE - least < VISIBLE) this.#white += weight;
    if (most - BLACK < VISIBLE) this.#black += weight;
    if (Math.max(most - GREY, GREY - least) < VISIBLE) this.#grey += weight;
  }

  get isPhoto(): boolean {
    return entropyOf(this.#levels, this.total) >= PHOTO_BITS;
  }

  /** 0..1 */
  on(ground: number): number {
    return (ground === WHITE ? this.#white : ground === BLACK ? this.#black : this.#grey) / this.total;
  }
}
