import type { Camera } from "./camera.ts";
import type { MapData } from "./map-data.ts";
import type { Mosaic } from "./mosaic.ts";
import type { PictureCache } from "./picture-cache.ts";

/** Of the side of a cell; the rest is the gap. */
const FILLED = 0.94;

/** Draws the pictures of a mosaic, each whole within its cell, and how many more its cell has. */
export function drawMosaic(
  context: CanvasRenderingContext2D,
  { idAt }: Pick<MapData, "idAt">,
  { cells, side }: Mosaic,
  {
    camera,
    pictures,
    ground,
  }: { readonly camera: Camera; readonly pictures: PictureCache; readonly ground: string },
): void {
  const room = side * camera.scale * FILLED;
  for (const { at, x, y, pictures: count } of cells) {
    const image = pictures.get(idAt(at));
    if (!image) continue;
    const middle = camera.toScreen({ x, y });
    const shrink = room / Math.max(image.naturalWidth, image.naturalHeight);
    const [width, height] = [image.naturalWidth * shrink, image.naturalHeight * shrink];
    const [left, top] = [middle.x - width / 2, middle.y - height / 2];
    context.fillStyle = ground;
    context.fillRect(left - 1, top - 1, width + 2, height + 2);
    context.drawImage(image, left, top, width, height);
    if (count > 1) drawCount(context, `+${count - 1}`, left + width, top + height);
  }
}

function drawCount(context: CanvasRenderingContext2D, text: string, right: number, bottom: number): void {
  context.font = "600 11px system-ui, sans-serif";
  const width = context.measureText(text).width + 8;
  context.fillStyle = "rgb(0 0 0 / 65%)";
  context.fillRect(right - width - 2, bottom - 17, width, 15);
  context.fillStyle = "#fff";
  context.fillText(text, right - width + 2, bottom - 6);
}
