import type { PictureComparison, PlacedEdit } from "../../ports/embedder.ts";
import type { Edit, EditKind } from "../../types.ts";
import { orientationEdits } from "../hashing/hash-bits.ts";
import type { Window } from "../summed-area-table.ts";
import { type AlignablePicture, type Alignment, align, wholesOf } from "./align.ts";
import { isPhoto, isSimpleDrawing, type Judged, judge, type RelativePose } from "./judge.ts";
import {
  type CloseDifference,
  COINCIDING,
  type Difference,
  isInPlace,
  measureCloseDifference,
  measureDifference,
} from "./measure-difference.ts";
import type { WindowPair } from "./refine-alignment.ts";
import { gridFor, type Sampled, symmetryOf, wholeOf, windowBefore } from "./sampled-picture.ts";
import { GRID_SIDE } from "./structure-difference.ts";

/** A picture at thumbnail size, and how large it really is. */
export interface ComparedPicture {
  readonly pixels: AlignablePicture;
  readonly width: number;
  readonly height: number;
}

/** Samples on the longer side: of thumbnails, and of drawings, pages and photos read for a finer look. */
const COARSE_SIDE = 256;
const FINE_SIDE = 1024;
const PHOTO_SIDE = 2048;

const DIFFERENT: PictureComparison = { outcome: "different", inDoubt: false, edits: [], agreement: 0 };

/** Compares two pictures by their thumbnails and, where `fine` reads them larger, what thumbnails leave in doubt. */
export async function comparePixels(
  first: ComparedPicture,
  second: ComparedPicture,
  fine?: () => Promise<readonly [AlignablePicture, AlignablePicture] | undefined>,
): Promise<PictureComparison> {
  const alignment = align(first.pixels, second.pixels);
  if (!alignment) return DIFFERENT;
  const lies = lying(first.pixels.sampled, alignment);
  const { difference, judged, windows } = judgeCoarse(first.pixels.sampled, alignment, lies);
  const told = (finer?: CloseDifference) =>
    comparison(first, second, {
      alignment,
      windows,
      difference,
      judged: finer ? judge(difference, lies, finer) : judged,
    });
  if (!judged.inDoubt) return told();
  const isSimple = isSimpleDrawing(difference) && !lies.isFramed;
  if (showsAll(first) || showsAll(second)) {
    const atOnce = { side: COARSE_SIDE, coarse: difference, scales: [1, 1] } as const;
    const laid = isSimple ? wholesOf(first.pixels.sampled, second.pixels.sampled) : windows;
    const other = isSimple ? second.pixels.sampled : alignment.second;
    return told(measureCloseDifference(first.pixels.sampled, other, laid, atOnce));
  }
  const larger = await fine?.();
  if (!larger) return told();
  const scales = [scaleOf(first, larger[0]), scaleOf(second, larger[1])] as const;
  const closely = { side: isPhoto(difference) ? PHOTO_SIDE : FINE_SIDE, coarse: difference, scales };
  // Laid edge on edge: moving a dot of one size until it fits another would hide how they differ.
  if (isSimple) {
    const [one, other] = [larger[0].sampled, larger[1].sampled];
    return told(measureCloseDifference(one, other, wholesOf(one, other), closely));
  }
  const closer = align(larger[0], larger[1], alignment);
  if (!closer) return DIFFERENT;
  const laid = windows === alignment.matched ? closer.matched : closer.overlap;
  return told(measureCloseDifference(larger[0].sampled, closer.second, laid, closely));
}

/** Pixels of the original along one of a smaller version. */
const scaleOf = ({ width, height }: ComparedPicture, { sampled }: AlignablePicture) =>
  Math.max(width, height) / Math.max(sampled.width, sampled.height);

function lying(
  picture: Sampled,
  { transform, second: other, matched: { first, second } }: Alignment,
): RelativePose {
  const across = second.width / first.width;
  const down = second.height / first.height;
  return {
    isUpright: transform === "none",
    stretch: Math.max(across / down, down / across),
    rounding: 1 / Math.min(first.width, first.height) + 1 / Math.min(second.width, second.height),
    isFramed: isWhole(first, picture)
      ? isVisibleFrame(other, second)
      : isWhole(second, other) && isVisibleFrame(picture, first),
  };
}

const isWhole = (window: Window, { width, height }: Sampled) =>
  window.width * window.height >= COINCIDING * width * height;

/** Samples of a picture on either side, for looking at its frame. */
const FRAME_GRID = 96;
/** Levels between a frame and what it encloses, and the share of its sides where there are as many. */
const FRAME_STEP = { levels: 10, share: 0.8 };

/**
 * Whether what lies around the window is a frame that ends where the window begins, and not more of the ground that
 * a drawing stands on: a smaller dot on the same ground is another drawing.
 */
function isVisibleFrame(picture: Sampled, window: Window): boolean {
  if (isWhole(window, picture) || !isPlainAround(picture, window, PLAIN_FRAME)) return false;
  const grey = picture.grey(wholeOf(picture), FRAME_GRID, FRAME_GRID);
  const at = (x: number, y: number) => grey[y * FRAME_GRID + x] ?? Number.NaN;
  const [left, right] = [window.left, window.left + window.width].map(
    (x) => (x / picture.width) * FRAME_GRID,
  );
  const [top, bottom] = [window.top, window.top + window.height].map(
    (y) => (y / picture.height) * FRAME_GRID,
  );
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return false;
  let [steps, looked] = [0, 0];
  const look = (inside: number, outside: number) => {
    // Off the picture: there is no frame on this side.
    if (Number.isNaN(outside)) return;
    looked += 1;
    if (Math.abs(inside - outside) >= FRAME_STEP.levels) steps += 1;
  };
  const inner = (from: number) => Math.ceil(from) + 1;
  const outer = (from: number) => Math.floor(from) - 2;
  for (let y = inner(top); y < bottom - 1; y++) {
    if (outer(left) >= 0) look(at(inner(left), y), at(outer(left), y));
    const beyond = Math.ceil(right) + 1;
    if (beyond < FRAME_GRID) look(at(Math.floor(right) - 2, y), at(beyond, y));
  }
  for (let x = inner(left); x < right - 1; x++) {
    if (outer(top) >= 0) look(at(x, inner(top)), at(x, outer(top)));
    const beyond = Math.ceil(bottom) + 1;
    if (beyond < FRAME_GRID) look(at(x, Math.floor(bottom) - 2), at(x, beyond));
  }
  return looked > 0 && steps >= FRAME_STEP.share * looked;
}

/** Whether the original has hardly more pixels than the thumbnail. */
function showsAll({ pixels, width, height }: ComparedPicture): boolean {
  const { sampled } = pixels;
  return Math.max(width, height) <= 1.2 * Math.max(sampled.width, sampled.height);
}

/**
 * All that both show counts, unless one photo lies in two frames that are not laid out alike: then only what the frames
 * enclose.
 */
function judgeCoarse(
  first: Sampled,
  { second, overlap, matched }: Alignment,
  lies: RelativePose,
): Omit<Found, "alignment"> {
  const all = measureDifference(first, second, overlap, COARSE_SIDE);
  const judged = judge(all, lies);
  const ofAll = { difference: all, judged, windows: overlap };
  if (judged.judgement === "same" || isInPlace(all)) return ofAll;
  if (
    !isPlainAround(first, matched.first, PLAIN_FRAME) ||
    !isPlainAround(second, matched.second, PLAIN_FRAME)
  )
    return ofAll;
  const enclosed = measureDifference(first, second, matched, COARSE_SIDE);
  const ofEnclosed = judge(enclosed, lies);
  const isSamePhoto = ofEnclosed.judgement === "same" && !ofEnclosed.inDoubt;
  return isSamePhoto ? { difference: enclosed, judged: ofEnclosed, windows: matched } : ofAll;
}

interface Found {
  readonly alignment: Alignment;
  /** What was compared of the two. */
  readonly windows: WindowPair;
  readonly difference: Difference;
  readonly judged: Judged;
}

function comparison(first: ComparedPicture, second: ComparedPicture, found: Found): PictureComparison {
  const { judged, difference } = found;
  return {
    outcome: judged.judgement,
    inDoubt: judged.inDoubt,
    edits: judged.judgement === "same" ? editsOf(first, second, found) : overlaysOf(found),
    agreement: difference.structure.agreeing,
  };
}

/** Of a variant in which each has something laid over it where the other has nothing. */
function overlaysOf({ judged, difference }: Found): Edit[] {
  const { oneSided, addedLeast, addedMost } = difference.structure;
  const each = oneSided >= ONE_SIDED && addedLeast < 0.5 && addedMost > 0.5;
  return judged.judgement === "variant" && each
    ? [edit("watermarked", "first"), edit("watermarked", "second")]
    : [];
}

const ONE_SIDED = 0.5;

function editsOf(first: ComparedPicture, second: ComparedPicture, found: Found): PlacedEdit[] {
  const { alignment, difference, judged } = found;
  const edits: PlacedEdit[] = [
    ...orientationEdits(alignment.transform),
    ...margins(first.pixels.sampled, alignment, difference),
    ...sizes(first, second, alignment),
    ...colours(difference, judged),
    ...(judged.overlay
      ? [
          {
            ...edit(judged.overlay.isOpaque ? "text added" : "watermarked", judged.overlay.on),
            places: overlaidPlaces(judged.overlay.on, found),
          },
        ]
      : []),
  ];
  return edits.length > 0 ? edits : [{ kind: "saved again", of: "either" }];
}

/** Share of all that differs from which a cell is one where something was laid over the picture. */
const OVERLAID = 0.02;

/** Cells of the picture without the overlay, in which the other has it. */
function overlaidPlaces(on: "first" | "second", { alignment, windows, difference }: Found): number[] {
  const { transform, first, second } = alignment;
  const [picture, window] = on === "second" ? [first, windows.first] : [second, windows.second];
  const places = new Set<number>();
  for (const [cell, share] of difference.structure.places.entries()) {
    if (share < OVERLAID) continue;
    const middle = {
      left: window.left + (((cell % GRID_SIDE) + 0.5) * window.width) / GRID_SIDE,
      top: window.top + ((Math.floor(cell / GRID_SIDE) + 0.5) * window.height) / GRID_SIDE,
      width: 0,
      height: 0,
    };
    const symmetry = symmetryOf(transform);
    const isTurned = on === "first" && symmetry.swapsAxes;
    const { left, top } = on === "second" ? middle : windowBefore(middle, symmetry, picture);
    const column = placeOf(left, isTurned ? picture.height : picture.width);
    places.add(placeOf(top, isTurned ? picture.width : picture.height) * GRID_SIDE + column);
  }
  return [...places].sort((a, b) => a - b);
}

const placeOf = (at: number, length: number) =>
  Math.max(0, Math.min(GRID_SIDE - 1, Math.floor((at / length) * GRID_SIDE)));

const edit = (kind: EditKind, on: "first" | "second" | "either"): Edit => ({
  kind,
  of: on === "first" ? "reference" : on === "second" ? "member" : "either",
});

/** Share of the rest of a picture that is plain from which it is a frame. */
const PLAIN_REST = 0.45;
/** The same, of a frame that need not count: it may hold a title, but no caption across a photo. */
const PLAIN_FRAME = 0.75;

/** What one picture shows beyond the other: plain margins were added to it, anything else was cut off the other. */
function margins(first: Sampled, { second, matched }: Alignment, difference: Difference): Edit[] {
  const edits: Edit[] = [];
  if (difference.coveredFirst < COINCIDING) {
    edits.push(isPlainAround(first, matched.first) ? edit("framed", "first") : edit("cropped", "second"));
  }
  if (difference.coveredSecond < COINCIDING) {
    edits.push(isPlainAround(second, matched.second) ? edit("framed", "second") : edit("cropped", "first"));
  }
  if (edits.length > 0) return edits;
  const [one, two] = [shareOfPlainEdge(first), shareOfPlainEdge(second)];
  if (one >= THIN_FRAME.framed && two <= THIN_FRAME.other) return [edit("framed", "first")];
  return two >= THIN_FRAME.framed && one <= THIN_FRAME.other ? [edit("framed", "second")] : [];
}

/** Shares of a picture's outermost samples that are of one brightness, to some levels: in a frame too thin for a margin, and in none. */
const THIN_FRAME = { levels: 12, framed: 0.9, other: 0.7 };

function shareOfPlainEdge(picture: Sampled): number {
  const { width, height } = picture;
  const grey = picture.grey(wholeOf(picture), width, height);
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(grey[x] as number, grey[(height - 1) * width + x] as number);
  for (let y = 1; y < height - 1; y++)
    edge.push(grey[y * width] as number, grey[(y + 1) * width - 1] as number);
  edge.sort((a, b) => a - b);
  const middle = edge[edge.length >> 1] ?? 0;
  return edge.filter((level) => Math.abs(level - middle) <= THIN_FRAME.levels).length / edge.length;
}

function isPlainAround(picture: Sampled, { left, top, width, height }: Window, plain = PLAIN_REST): boolean {
  const whole = wholeOf(picture);
  const [columns, rows] = gridFor(whole, 128, whole);
  const grey = picture.grey(whole, columns, rows);
  const counts = new Float64Array(32);
  let outside = 0;
  for (let at = 0; at < grey.length; at++) {
    const x = (((at % columns) + 0.5) * picture.width) / columns;
    const y = ((Math.floor(at / columns) + 0.5) * picture.height) / rows;
    if (x > left && x < left + width && y > top && y < top + height) continue;
    const level = Math.min(31, Math.floor((grey[at] as number) / 8));
    counts[level] = (counts[level] as number) + 1;
    outside += 1;
  }
  return Math.max(...counts) >= plain * outside;
}

/** Scales that differ by less are rounding. */
const SAME_SCALE = 1.03;

/** Real pixels for the same piece of the picture: the one with fewer was made smaller, or the other larger. */
function sizes(
  first: ComparedPicture,
  second: ComparedPicture,
  { matched, second: turned, transform }: Alignment,
): Edit[] {
  const isSwapped = /90|270|trans/.test(transform);
  const ofFirst = (matched.first.width / first.pixels.sampled.width) * first.width;
  const ofSecond = (matched.second.width / turned.width) * (isSwapped ? second.height : second.width);
  if (ofSecond * SAME_SCALE < ofFirst) return [edit("resized", "second")];
  if (ofFirst * SAME_SCALE < ofSecond) return [edit("resized", "first")];
  return [];
}

/** Of the hues of the other, what a picture has at most that lost some, as one in sepia did. */
const FEWER_HUES = 0.6;

function fewerHues({ hueOfFirst, hueOfSecond }: Difference["colour"]): "first" | "second" | "either" {
  if (hueOfFirst < FEWER_HUES * hueOfSecond) return "first";
  return hueOfSecond < FEWER_HUES * hueOfFirst ? "second" : "either";
}

/** Levels of mean brightness by which a picture is called brighter or darker. */
const BRIGHTER = 8;
/**
 * The same where all differ by one factor and nothing else, as dark pictures do. Measured on 23 photos: compressing, shrinking
 * and cropping leave at most 0.7 % and 0.5 levels.
 */
const BRIGHTER_BY_FACTOR = { levels: 1, factor: 1.04 };

function colours({ brightening, colour }: Difference, { isRecoloured, overlay }: Judged): Edit[] {
  const edits: Edit[] = [];
  const [less, more] =
    colour.first < colour.second ? (["first", "second"] as const) : (["second", "first"] as const);
  if (colour[less] <= 2.5 && colour[more] > 4) edits.push(edit("grey", less));
  else if (isRecoloured) edits.push(edit("recoloured", fewerHues(colour)));
  const { levels, factor } = BRIGHTER_BY_FACTOR;
  const isByFactor = edits.length === 0 && !overlay && Math.max(colour.factor, 1 / colour.factor) >= factor;
  const least = isByFactor ? levels : BRIGHTER;
  if (brightening > least) edits.push(edit("brighter", "second"));
  if (brightening < -least) edits.push(edit("darker", "second"));
  return edits;
}
