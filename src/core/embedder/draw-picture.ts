import { contactSheet } from "../image/contact-sheet.ts";
import { pngThumbnail, type RenderedPicture, resizedPicture } from "../image/render.ts";
import type { Rendering } from "../ports.ts";
import type { PictureLimits, RenderedImage } from "../types.ts";
import { readPictureBytes } from "./picture-bytes.ts";

const SHRINK = 0.75;
const SMALLEST_SIDE = 64;
const LARGEST_CELL = 256;

/**
 * Draws a picture for looking at, as small as its limits ask. It decodes: only the embedding process calls it.
 * @throws PictureError for a picture that cannot be used
 */
export async function drawPicture(rendering: Rendering, limits: PictureLimits): Promise<RenderedImage> {
  switch (rendering.as) {
    case "fitted": {
      const { longestSide, maxBytes } = rendering;
      const bytes = await readPictureBytes(rendering.source, limits);
      return shrunk(longestSide, maxBytes, (side) => resizedPicture(bytes, side, limits));
    }
    case "sheet":
      return shrunk(LARGEST_CELL, rendering.maxBytes, (cell) => contactSheet(rendering.items, { cell }));
    case "png":
      return asImage(await pngThumbnail(rendering.thumbnail));
  }
}

/** Draws smaller and smaller until it fits. */
async function shrunk(
  largest: number,
  maxBytes: number,
  draw: (side: number) => Promise<RenderedPicture>,
): Promise<RenderedImage> {
  for (let side = largest; ; side = Math.floor(side * SHRINK)) {
    const drawn = await draw(side);
    if (drawn.data.byteLength <= maxBytes || side <= SMALLEST_SIDE) return asImage(drawn);
  }
}

function asImage({ data, ...facts }: RenderedPicture): RenderedImage {
  return { ...facts, bytes: data };
}
