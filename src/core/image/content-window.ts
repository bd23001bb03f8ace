import type { Window } from "./grey-sums.ts";
import type { RawPicture } from "./raw-picture.ts";

/** How far a channel may be from its line's first pixel: JPEG noise passes, a picture hardly ever does. */
const tolerance = 16;
/** Share of a line that must be plain; the rest may be a line of text in a screenshot's margin. */
const plainShare = 0.75;
/** A frame leaves at least this share of each side; otherwise the picture itself is plain. */
const smallestContent = 0.35;

/** A row or column: where it starts in the data, the step to the next pixel, and how many there are. */
interface Line {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/**
 * The picture without a plain frame around it: letterbox bars, white borders, a screenshot's margins. Once the
 * bars above and below are gone, the margins beside need not be plain across bars of another colour, and so back.
 */
export function contentWindow({ data, width, height }: RawPicture): Window {
  const row = (y: number, from: number, to: number): Line => ({
    start: (y * width + from) * 3,
    step: 3,
    length: to - from,
  });
  const column = (x: number, from: number, to: number): Line => ({
    start: (from * width + x) * 3,
    step: width * 3,
    length: to - from,
  });
  const rows = withoutPlainEnds([0, height], (y) => isPlain(data, row(y, 0, width)));
  const [left, right] = withoutPlainEnds([0, width], (x) => isPlain(data, column(x, ...rows)));
  const [top, bottom] = withoutPlainEnds(rows, (y) => isPlain(data, row(y, left, right)));
  const tooLittle = right - left < width * smallestContent || bottom - top < height * smallestContent;
  if (tooLittle) return { left: 0, top: 0, width, height };
  return { left, top, width: right - left, height: bottom - top };
}

/** First line, and one past the last, of what lies between the plain lines at both ends. */
function withoutPlainEnds(
  lines: readonly [number, number],
  plain: (line: number) => boolean,
): [number, number] {
  let [first, end] = lines;
  while (first < end && plain(first)) first++;
  while (end > first && plain(end - 1)) end--;
  return [first, end];
}

function isPlain(data: Uint8Array, { start, step, length }: Line): boolean {
  const allowed = Math.floor(length * (1 - plainShare));
  const [red, green, blue] = [data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0];
  let others = 0;
  for (let pixel = 0, at = start; pixel < length; pixel++, at += step) {
    const differs =
      Math.abs((data[at] ?? 0) - red) > tolerance ||
      Math.abs((data[at + 1] ?? 0) - green) > tolerance ||
      Math.abs((data[at + 2] ?? 0) - blue) > tolerance;
    if (differs && ++others > allowed) return false;
  }
  return true;
}
