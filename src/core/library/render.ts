import type { ImageRecord, PictureLimits, RenderedImage } from "../types.ts";
import { readOriginal } from "./read-original.ts";

export interface RenderOptions {
  readonly longestSide: number;
  readonly maxBytes: number;
}

/** It was decoded within its limits when it was added, and its bytes are still the same. */
const LIMITS: PictureLimits = { maxPixels: 1e9, maxBytes: 1e9, timeoutMs: 30_000 };
const SHRINK = 0.75;
const SMALLEST_SIDE = 64;

/** The image drawing, which loads the native decoder: only when something is drawn. */
const drawing = () => import("../image/render.ts");

/** Shrinks until the picture fits into both limits; from the thumbnail when its original cannot be reached. */
export async function renderImage(
  image: ImageRecord,
  thumbnail: () => Promise<Uint8Array>,
  { longestSide, maxBytes }: RenderOptions,
): Promise<RenderedImage & { readonly from: "original" | "thumbnail" }> {
  const { resizedPicture } = await drawing();
  const original = await readOriginal(image).catch(() => undefined);
  const source = original ?? (await thumbnail());
  for (let side = longestSide; ; side = Math.floor(side * SHRINK)) {
    const { data, ...rendered } = await resizedPicture(source, side, LIMITS);
    if (data.byteLength <= maxBytes || side <= SMALLEST_SIDE) {
      return { ...rendered, bytes: data, from: original ? "original" : "thumbnail" };
    }
  }
}

/** The sheet with the largest pictures that fits into the limit. */
export async function drawContactSheet(
  items: readonly { readonly thumbnail: Uint8Array; readonly label: string }[],
  { maxBytes }: { readonly maxBytes: number },
): Promise<RenderedImage> {
  const { contactSheet } = await drawing();
  for (let cell = 256; ; cell = Math.floor(cell * SHRINK)) {
    const { data, ...rendered } = await contactSheet(items, { cell });
    if (data.byteLength <= maxBytes || cell <= SMALLEST_SIDE) return { ...rendered, bytes: data };
  }
}

/** A stored thumbnail as PNG, which terminals can show. */
export async function thumbnailAsPng(webp: Uint8Array): Promise<Uint8Array> {
  return (await drawing()).pngThumbnail(webp);
}
