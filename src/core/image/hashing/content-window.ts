import type { RawPicture } from "../raw-picture.ts";
import type { Window } from "../summed-area-table.ts";

/** How far a channel may be from its line's first pixel: JPEG noise passes, a picture hardly ever does. */
const TOLERANCE = 16;
/** Share of a line that must be plain; the rest may be a line of text in a screenshot's margin. */
const PLAIN_SHARE = 0.75;
/** A title in a bar is at most this share of the picture's height. */
const MAX_CAPTION_SHARE = 0.05;
/** A frame leaves at least this share of each side; otherwise the picture itself is plain. */
const MIN_CONTENT_SHARE = 0.35;

/** A row or column: where it starts in the data, the step to the next pixel, and how many there are. */
interface Line {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/**
 * The picture without a plain frame around it: letterbox bars, white borders, a screenshot's margins. The margins
 * beside it need not be plain across bars of another colour above and below. (Looking for more bars between the
 * margins finds plain skies, which belong to the picture.)
 */
export function contentWindow({ data, width, height }: RawPicture): Window {
  const row = (y: number): Line => ({ start: y * width * 3, step: 3, length: width });
  const [top, bottom] = withoutPlainEnds(height, (y) => isPlain(data, row(y)));
  const column = (x: number): Line => ({
    start: (top * width + x) * 3,
    step: width * 3,
    length: bottom - top,
  });
  const [left, right] = withoutPlainEnds(width, (x) => isPlain(data, column(x)));
  const tooSmall = right - left < width * MIN_CONTENT_SHARE || bottom - top < height * MIN_CONTENT_SHARE;
  if (tooSmall) return { left: 0, top: 0, width, height };
  return { left, top, width: right - left, height: bottom - top };
}

/** First line, and one past the last, of what lies between the plain lines at both ends. */
function withoutPlainEnds(lines: number, plain: (line: number) => boolean): [number, number] {
  const first = plainLinesFrom(0, 1, lines, plain);
  if (first === lines) return [0, 0];
  return [first, lines - plainLinesFrom(lines - 1, -1, lines - first, plain)];
}

/** How many lines from an end on are plain, with lines of a caption between plain ones. */
function plainLinesFrom(end: number, step: number, lines: number, plain: (line: number) => boolean): number {
  const captionLines = Math.floor(lines * MAX_CAPTION_SHARE);
  let known = 0;
  for (let line = 0; line < lines && line - known <= (known === 0 ? 0 : captionLines); line++) {
    if (plain(end + step * line)) known = line + 1;
  }
  return known;
}

function isPlain(data: Uint8Array, { start, step, length }: Line): boolean {
  const maxDeviating = Math.floor(length * (1 - PLAIN_SHARE));
  const [red, green, blue] = [data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0];
  let deviating = 0;
  for (let pixel = 0, at = start; pixel < length; pixel++, at += step) {
    const differs =
      Math.abs((data[at] ?? 0) - red) > TOLERANCE ||
      Math.abs((data[at + 1] ?? 0) - green) > TOLERANCE ||
      Math.abs((data[at + 2] ?? 0) - blue) > TOLERANCE;
    if (differs && ++deviating > maxDeviating) return false;
  }
  return true;
}
