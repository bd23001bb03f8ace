import { contactSheet } from "../image/contact-sheet.ts";
import { openPicture } from "../image/open-picture.ts";
import { pngThumbnail, resizedPicture } from "../image/render.ts";
import type { Rendering } from "../ports.ts";
import type { PictureLimits, RenderedImage } from "../types.ts";
import { readPictureBytes } from "./picture-source.ts";

const SHRINK = 0.75;
const MIN_SIDE = 64;
const MAX_CELL = 256;

/**
 * Renders a picture for viewing, within its limits. It decodes: only the embedding process calls it.
 * @throws PictureError for a picture that cannot be used
 */
export async function renderPicture(rendering: Rendering, limits: PictureLimits): Promise<RenderedImage> {
  switch (rendering.as) {
    case "fitted": {
      const { longestSide, maxBytes } = rendering;
      const picture = await openPicture(await readPictureBytes(rendering.source, limits), limits);
      return renderWithin(longestSide, maxBytes, (side) => resizedPicture(picture, side));
    }
    case "sheet":
      return renderWithin(MAX_CELL, rendering.maxBytes, (cell) => contactSheet(rendering.items, { cell }));
    case "png":
      return pngThumbnail(rendering.thumbnail);
  }
}

/** Renders smaller and smaller until it fits. */
async function renderWithin(
  largest: number,
  maxBytes: number,
  render: (side: number) => Promise<RenderedImage>,
): Promise<RenderedImage> {
  for (let side = largest; ; side = Math.floor(side * SHRINK)) {
    const rendered = await render(side);
    if (rendered.bytes.byteLength <= maxBytes || side <= MIN_SIDE) return rendered;
  }
}
