import { orderOf, placementDate } from "../dates/picture-date.ts";
import type { EditKind, ImageFormat, ImageRecord, KeepChoice, WallClock } from "../types.ts";
import { detailOf, hasCaptureDate, ShownEdits } from "./keeper-evidence.ts";
import { isPlacedIn, LAST, least, pathLength } from "./placement-order.ts";
import type { SameGroup } from "./same-group.ts";

export interface Chosen {
  readonly keeper: ImageRecord;
  /** The better one first. */
  readonly others: readonly ImageRecord[];
  /** Why, in words: "the original: the others are framed, smaller". */
  readonly why: string;
}

/** One question of the order in which the keeper is decided. */
interface Criterion {
  /** The highest is the best. */
  readonly score: (image: ImageRecord) => number;
  /** Whether a score is as good as the best one; equal ones always are. */
  readonly isAsGood?: (score: number, best: number) => boolean;
  /** Describes an image that it rules out. */
  readonly fault?: (image: ImageRecord, keeper: ImageRecord) => readonly string[];
  /** Describes the keeper where this decides. */
  readonly merit?: string;
}

/** Enlarged copies show up to a fifth more detail than their picture, by what compression adds. */
const DETAIL_MARGIN = 1.2;
const JPEG_QUALITY_MARGIN = 5;
const BYTES_MARGIN = 1.25;
/** Of pictures with the same number of pixels. */
const SAME_BYTES = 1.005;

/**
 * The one to keep of copies of one picture: what was asked for; what a person tagged; then the one that nothing was done
 * to, not cropped, framed, overwritten, mirrored or turned; its colours; with the finest detail; with a capture date; saved best; with
 * most pixels; the oldest; with the shortest path. Its work grows with images and relations.
 */
export function chooseKeeper(group: SameGroup, choice: KeepChoice = {}): Chosen {
  const criteria = [...beforeDetail(group, choice), ...fromDetailOn(group)];
  let rest = group.images;
  const ruledOut: { readonly image: ImageRecord; readonly by: Criterion }[] = [];
  let last: Criterion | undefined;
  for (const [at, criterion] of criteria.entries()) {
    const [good, worse] = divide(rest, criterion);
    if (worse.length === 0) continue;
    last = criterion;
    worse.sort(byScores(criteria.slice(at)));
    ruledOut.unshift(...worse.map((image) => ({ image, by: criterion })));
    rest = good;
  }
  const [keeper] = rest;
  if (!keeper) throw new RangeError("a group without images has no keeper");
  const faults = new Set(ruledOut.flatMap(({ image, by }) => by.fault?.(image, keeper) ?? []));
  const others = ruledOut.map(({ image }) => image);
  return { keeper, others, why: whyOf(last?.merit, [...faults], others.length) };
}

/** Among these, only detail or a later criterion can decide which to keep. */
export function contendersByDetail(group: SameGroup, choice: KeepChoice = {}): readonly ImageRecord[] {
  let rest = group.images;
  for (const criterion of beforeDetail(group, choice)) [rest] = divide(rest, criterion);
  return rest;
}

/** Those as good as the best by this criterion, and the others. */
function divide(
  images: readonly ImageRecord[],
  { score, isAsGood }: Criterion,
): [ImageRecord[], ImageRecord[]] {
  const scored = images.map((image) => ({ image, score: score(image) }));
  const best = scored.reduce((highest, { score }) => Math.max(highest, score), Number.NEGATIVE_INFINITY);
  const isGood = ({ score }: { score: number }) => score === best || (isAsGood?.(score, best) ?? false);
  const [good, worse] = [scored.filter(isGood), scored.filter((one) => !isGood(one))];
  return [good.map(({ image }) => image), worse.map(({ image }) => image)];
}

const byScores =
  (criteria: readonly Criterion[]) =>
  (a: ImageRecord, b: ImageRecord): number => {
    for (const { score } of criteria) {
      const difference = score(b) - score(a);
      if (difference !== 0) return difference;
    }
    return 0;
  };

function whyOf(merit: string | undefined, faults: readonly string[], others: number): string {
  const who = others === 1 ? "the other is" : "the others are";
  if (faults.length === 0) return merit ?? "equal in everything";
  const listed = `${who} ${faults.join(", ")}`;
  return merit === undefined ? `the original: ${listed}` : `${merit}; ${listed}`;
}

function beforeDetail(group: SameGroup, { keepIn, keep }: KeepChoice): Criterion[] {
  const edits = new ShownEdits(group);
  const asked: Criterion[] = [];
  if (keepIn !== undefined) {
    const isIn = ({ placements }: ImageRecord) => placements.some((at) => isPlacedIn(keepIn, at));
    asked.push({ score: (image) => Number(isIn(image)), merit: `in ${keepIn}, as asked` });
  }
  if (keep !== undefined) asked.push({ score: KEEP_SCORES[keep], merit: `the ${keep}, as asked` });
  return [
    ...asked,
    { score: (image) => Number(isTaggedByPerson(image)), merit: "tagged by a person" },
    {
      score: ({ id }) => -edits.reshaped.count(id),
      fault: ({ id }) => edits.reshaped.kinds(id).map((kind) => EDITED[kind]),
    },
    {
      score: ({ id }) => -edits.toned.count(id),
      fault: ({ id }) => edits.toned.kinds(id).map((kind) => EDITED[kind]),
    },
  ];
}

function fromDetailOn(group: SameGroup): Criterion[] {
  const weight = weightOf(group);
  return [
    {
      score: detailOf,
      isAsGood: (score, best) => score >= best / DETAIL_MARGIN,
      fault: (image, keeper) => [sizeInWords(image, keeper) ?? "saved again at lower quality"],
    },
    { score: (image) => Number(hasCaptureDate(image)), fault: () => ["without a capture date"] },
    {
      score: savedQuality,
      isAsGood: (score, best) => score === UNKNOWN_QUALITY || score >= best - JPEG_QUALITY_MARGIN,
      fault: () => ["saved again at lower quality"],
    },
    {
      score: (image) => weight(image) / pixels(image),
      isAsGood: (score, best) => score >= best / BYTES_MARGIN,
      fault: (image, keeper) => [sizeInWords(image, keeper) ?? "saved again at lower quality"],
    },
    { score: pixels, fault: () => ["smaller"] },
    {
      score: weight,
      isAsGood: (score, best) => score >= best / SAME_BYTES,
      fault: () => ["saved again at lower quality"],
    },
    { score: (image) => -dateOf(image), merit: "the oldest of equally good ones" },
    { score: (image) => -shortestPath(image), merit: "at the shortest path of equally good ones" },
    // Any one, but always the same.
    { score: ({ id }) => -Number.parseInt(id.slice(0, 12), 16), merit: "equal in everything" },
  ];
}

/** Of formats that neither keep every pixel nor tell how well they do: nothing is held against them. */
const UNKNOWN_QUALITY = -1;
const KEEPS_EVERY_PIXEL: ReadonlySet<ImageFormat> = new Set(["png", "bmp", "tiff"]);
/** Better than any JPEG. */
const EVERY_PIXEL = 100 + 2 * JPEG_QUALITY_MARGIN;

function savedQuality({ format, quality }: ImageRecord): number {
  if (quality && quality.jpegQuality !== null) return quality.jpegQuality;
  return KEEPS_EVERY_PIXEL.has(format) ? EVERY_PIXEL : UNKNOWN_QUALITY;
}

/**
 * File size, which shows how much of a picture was kept, but only among pictures of the same contrast: a brightened copy is
 * larger than its original. Where no image is known to have the tones of the original, all weigh the same per pixel.
 */
function weightOf(group: SameGroup): (image: ImageRecord) => number {
  const { toned } = new ShownEdits(group);
  const isToned = ({ id }: ImageRecord) =>
    toned.kinds(id).some((kind) => kind === "brighter" || kind === "darker");
  return group.images.every(isToned) ? pixels : ({ bytes }) => bytes;
}

const EDITED: Readonly<Record<EditKind, string>> = {
  resized: "resized",
  "saved again": "saved again",
  cropped: "cropped",
  framed: "framed",
  mirrored: "mirrored",
  turned: "turned",
  brighter: "brighter",
  darker: "darker",
  grey: "grey",
  recoloured: "recoloured",
  watermarked: "watermarked",
  "text added": "with text added",
};

const pixels = ({ width, height }: ImageRecord) => width * height;
const isTaggedByPerson = ({ tags }: ImageRecord) => tags.some(({ by }) => by === "person");

/** When the picture was taken, else its oldest file time or post; `LAST` where none of them can be true. */
const dateOf = ({ takenAt, placements }: ImageRecord): WallClock =>
  takenAt?.wallClock ??
  least(placements, (at) => {
    const date = placementDate(at, null);
    return date === null ? LAST : orderOf(date);
  });

const shortestPath = ({ placements }: ImageRecord) => least(placements, pathLength);

const KEEP_SCORES: Readonly<Record<NonNullable<KeepChoice["keep"]>, (image: ImageRecord) => number>> = {
  largest: pixels,
  oldest: (image) => -dateOf(image),
  newest: (image) => (dateOf(image) === LAST ? -LAST : dateOf(image)),
};

/** Pixels that differ by less come from rounding. */
const SIZE_MARGIN = 1.05;

function sizeInWords(image: ImageRecord, keeper: ImageRecord): string | undefined {
  if (pixels(image) * SIZE_MARGIN < pixels(keeper)) return "smaller";
  return pixels(image) > pixels(keeper) * SIZE_MARGIN ? "enlarged" : undefined;
}
