import { fitPlane } from "./fit-plane.ts";
import type { WindowPair } from "./refine-alignment.ts";
import type { Chroma, Sampled } from "./sampled-picture.ts";

/** Samples along each side of a cell. */
const CELL = 8;
/**
 * Levels of chroma by which a cell of any copy may be off, and how many times what half of the cells are off. Measured on 14 photos saved
 * at qualities from 12 up, enlarged, shrunk, cropped, sharpened, denoised: at most 8 at quality 30, 15 and 5 times at 12. Dots of
 * another colour as bright, from a four-hundredth of the picture's side on, are off by 12 and more.
 */
const USUAL = { levels: 12, times: 6 };
/** The same where all colours were changed: times what all but a hundredth are off; and levels from which it is another colour in any case. */
const CHANGED = { times: 4, most: 30 };
/** Mean square of a picture's chroma, in levels, that is no more than noise: a change of all colours is not told by it. */
const NOISE = 9;
/** Chroma of the most colourful cells up to which a picture is grey. */
const GREY = 3;
/** A primary beyond these is clipped where all colours were changed. */
const ENDS = { low: 5, high: 244 };

/**
 * Whether a place of one picture is in another colour than the other's, which the change of all colours that fits best does not
 * explain: a dot, a curve, a letter as bright as before. Beside a grey copy there is nothing to tell.
 * @param size columns and rows of samples of the windows
 * @param isChanged whether all colours were changed, so that some may have been clipped
 */
export function hasStrayColours(
  [first, second]: readonly [Sampled, Sampled],
  windows: WindowPair,
  size: { readonly columns: number; readonly rows: number },
  isChanged: boolean,
): boolean {
  const columns = Math.max(1, Math.floor(size.columns / CELL));
  const rows = Math.max(1, Math.floor(size.rows / CELL));
  const one = first.chroma(windows.first, columns, rows);
  const two = second.chroma(windows.second, columns, rows);
  if (isGrey(one) || isGrey(two)) return false;
  const clipped = isChanged && {
    one: clippedCells(first.grey(windows.first, columns, rows), one),
    two: clippedCells(second.grey(windows.second, columns, rows), two),
  };
  const isKept = (_: number, cell: number) =>
    !clipped || (clipped.one[cell] === 0 && clipped.two[cell] === 0);
  return [distances(one, two, isChanged), distances(two, one, isChanged)].every((each) =>
    isStray(each.filter(isKept), isChanged),
  );
}

function isStray(distances: Float32Array, isChanged: boolean): boolean {
  const sorted = distances.toSorted();
  const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? 0;
  // One cell may be off by chance.
  const most = sorted.at(-2) ?? 0;
  const times = isChanged ? Math.min(CHANGED.most, CHANGED.times * at(0.99)) : USUAL.times * at(0.5);
  return most > Math.max(USUAL.levels, times);
}

function isGrey({ cb, cr }: Chroma): boolean {
  for (let at = 0; at < cb.length; at++)
    if (lengthOf(cb[at] as number, cr[at] as number) > GREY) return false;
  return true;
}

// Math.hypot takes many times as long.
const lengthOf = (cb: number, cr: number) => Math.sqrt(cb * cb + cr * cr);

/** Of each cell's chroma from what the other's tells. */
function distances(from: Chroma, to: Chroma, isChanged: boolean): Float32Array {
  const [cb, cr] = [changeOf(from, from.cb, to.cb), changeOf(from, from.cr, to.cr)];
  return from.cb.map((b, at) => {
    const r = from.cr[at] as number;
    const [toldB, toldR] = [b + cb(b, r), r + cr(b, r)];
    const [foundB, foundR] = [to.cb[at] as number, to.cr[at] as number];
    // More or less of the same hue, as where saturated colours reached the end of the scale.
    const alike = toldB * foundB + toldR * foundR;
    const isOfOneHue = alike > SAME_HUE * lengthOf(toldB, toldR) * lengthOf(foundB, foundR);
    return isChanged && isOfOneHue ? 0 : lengthOf(toldB - foundB, toldR - foundR);
  });
}

/** Cosine of the angle between two hues. */
const SAME_HUE = 0.95;

/** What was added to a plane, by both planes and a constant, as far as there is more than noise to tell it by. */
function changeOf(
  { cb, cr }: Chroma,
  before: Float32Array,
  after: Float32Array,
): ReturnType<typeof fitPlane> {
  const change = after.map((value, at) => value - (before[at] as number));
  return fitPlane(cb, cr, change, NOISE);
}

function clippedCells(y: Float32Array, { cb, cr }: Chroma): Uint8Array {
  return Uint8Array.from(y, (light, at) => {
    const [b, r] = [cb[at] as number, cr[at] as number];
    const [red, green, blue] = [light + 1.402 * r, light - 0.344136 * b - 0.714136 * r, light + 1.772 * b];
    const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)];
    return least < ENDS.low || most > ENDS.high ? 1 : 0;
  });
}
