import { contactSheet } from "../image/contact-sheet.ts";
import { openPicture } from "../image/open-picture.ts";
import { filmPicture, pngThumbnail, resizedPicture } from "../image/render.ts";
import type { Rendering } from "../ports.ts";
import type { PictureLimits, RenderedImage } from "../types.ts";
import { openSource } from "./picture-source.ts";

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
      const { longestSide, maxBytes, part } = rendering;
      const found = await openSource(rendering.source, limits);
      if (found.kind === "picture") {
        const picture = await openPicture(found.bytes, limits);
        return renderWithin(longestSide, maxBytes, (side) => resizedPicture(picture, side, part));
      }
      try {
        return await renderWithin(longestSide, maxBytes, (side) => filmPicture(found, side, limits, part));
      } finally {
        await found.dispose();
      }
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
