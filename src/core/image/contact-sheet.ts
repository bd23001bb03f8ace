import sharp, { type OverlayOptions } from "sharp";
import type { RenderedImage } from "../types.ts";
import { decodingError } from "./decoding-error.ts";
import { LETTER_HEIGHT, strokedText, strokedWidth } from "./stroke-letters.ts";

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

const GAP = 8;
const LABEL_HEIGHT = 26;
/** Pixels per grid step of the letters. */
const LETTER_SCALE = 2;
const BACKGROUND = "#f4f4f2";
const INK = "#1c1c1c";

/** One JPEG with all the pictures on a grid, in order, each with its label beneath. */
export async function contactSheet(
  items: readonly SheetItem[],
  { columns = Math.min(6, Math.ceil(Math.sqrt(items.length))), cell = 192 }: SheetOptions = {},
): Promise<RenderedImage> {
  const columnCount = Math.max(1, Math.min(columns, items.length));
  const rows = Math.max(1, Math.ceil(items.length / columnCount));
  const width = columnCount * (cell + GAP) + GAP;
  const height = rows * (cell + LABEL_HEIGHT + GAP) + GAP;
  const placed = await Promise.all(
    items.map((item, index) => {
      const left = GAP + (index % columnCount) * (cell + GAP);
      const top = GAP + Math.floor(index / columnCount) * (cell + LABEL_HEIGHT + GAP);
      return drawCell(item, { left, top, cell });
    }),
  );
  const bytes = await sharp({ create: { width, height, channels: 3, background: BACKGROUND } })
    .composite(placed.flat())
    .jpeg({ quality: 82 })
    .toBuffer();
  return { bytes, mimeType: "image/jpeg", width, height };
}

interface Cell {
  readonly left: number;
  readonly top: number;
  readonly cell: number;
}

async function drawCell(item: SheetItem, { left, top, cell }: Cell): Promise<OverlayOptions[]> {
  try {
    const picture = await sharp(item.thumbnail)
      .resize(cell, cell, { fit: "contain", background: BACKGROUND, withoutEnlargement: true })
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

/** The SVG holds only our own strokes, never the characters of the label: there is nothing to escape. */
function labelImage(label: string, width: number): Buffer {
  const text = truncateToWidth(label, Math.floor(width / LETTER_SCALE));
  const left = (width - strokedWidth(text) * LETTER_SCALE) / 2;
  const top = (LABEL_HEIGHT - LETTER_HEIGHT * LETTER_SCALE) / 2;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${LABEL_HEIGHT}">` +
      `<g transform="translate(${left} ${top}) scale(${LETTER_SCALE})" fill="none" stroke="${INK}"` +
      ` stroke-width="0.9" stroke-linecap="round" stroke-linejoin="round">${strokedText(text)}</g></svg>`,
  );
}

function truncateToWidth(label: string, width: number): string {
  const letters = [...label];
  if (strokedWidth(label) <= width) return label;
  while (letters.length > 0 && strokedWidth(`${letters.join("")}…`) > width) letters.pop();
  return `${letters.join("")}…`;
}
