import sharp, { type OverlayOptions } from "sharp";
import { decodingError } from "./open-picture.ts";
import type { RenderedPicture } from "./render.ts";
import { letterHeight, strokedText, strokedWidth } from "./stroke-letters.ts";

export interface SheetItem {
  /** WebP as stored in the library. */
  readonly thumbnail: Uint8Array;
  /** Drawn in capitals under the picture: a number, an id, a short name. Cut to the cell's width. */
  readonly label: string;
}

export interface SheetOptions {
  /** Default: as square as the number of items allows, at most 6. */
  readonly columns?: number | undefined;
  /** Side of one picture's square in pixels. Default 192. */
  readonly cell?: number | undefined;
}

const gap = 8;
const labelHeight = 26;
/** Pixels per grid step of the letters. */
const letterScale = 2;
const background = "#f4f4f2";
const ink = "#1c1c1c";

/** One JPEG with all the pictures on a grid, in order, each with its label beneath. */
export async function contactSheet(
  items: readonly SheetItem[],
  { columns = Math.min(6, Math.ceil(Math.sqrt(items.length))), cell = 192 }: SheetOptions = {},
): Promise<RenderedPicture> {
  const across = Math.max(1, Math.min(columns, items.length));
  const rows = Math.max(1, Math.ceil(items.length / across));
  const width = across * (cell + gap) + gap;
  const height = rows * (cell + labelHeight + gap) + gap;
  const placed = await Promise.all(
    items.map((item, index) => {
      const left = gap + (index % across) * (cell + gap);
      const top = gap + Math.floor(index / across) * (cell + labelHeight + gap);
      return placedItem(item, { left, top, cell });
    }),
  );
  const data = await sharp({ create: { width, height, channels: 3, background } })
    .composite(placed.flat())
    .jpeg({ quality: 82 })
    .toBuffer();
  return { data, mimeType: "image/jpeg", width, height };
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly cell: number;
}

async function placedItem(item: SheetItem, { left, top, cell }: Place): Promise<OverlayOptions[]> {
  try {
    const picture = await sharp(item.thumbnail)
      .resize(cell, cell, { fit: "contain", background, withoutEnlargement: true })
      .toBuffer();
    const label = labelImage(item.label, cell);
    return [
      { input: picture, left, top },
      { input: label, left, top: top + cell },
    ];
  } catch (cause) {
    throw decodingError(cause);
  }
}

/** Only our own strokes go into the SVG, never the label's characters: there is nothing to escape. */
function labelImage(label: string, width: number): Buffer {
  const text = fitted(label, Math.floor(width / letterScale));
  const left = (width - strokedWidth(text) * letterScale) / 2;
  const top = (labelHeight - letterHeight * letterScale) / 2;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${labelHeight}">` +
      `<g transform="translate(${left} ${top}) scale(${letterScale})" fill="none" stroke="${ink}"` +
      ` stroke-width="0.9" stroke-linecap="round" stroke-linejoin="round">${strokedText(text)}</g></svg>`,
  );
}

function fitted(label: string, width: number): string {
  const letters = [...label];
  if (strokedWidth(label) <= width) return label;
  while (letters.length > 0 && strokedWidth(`${letters.join("")}…`) > width) letters.pop();
  return `${letters.join("")}…`;
}
