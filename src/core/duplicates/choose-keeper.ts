import { orderOf, placementDate } from "../dates/picture-date.ts";
import { isFilm } from "../media-kind.ts";
import { isPaired } from "../sources/companions.ts";
import type { ImageFormat, ImageId, ImageRecord, KeepChoice, WallClock } from "../types.ts";
import { isNamedAsCopy } from "./copy-names.ts";
import {
  detailOf,
  ENOUGH_COMPARISONS,
  hasCaptureDate,
  isMeasuredInFull,
  SAME_SIDE,
  type Shown,
  ShownEdits,
  type ShownKind,
} from "./keeper-evidence.ts";
import { isPlacedIn, least, pathLength, UNDATED } from "./placement-order.ts";
import type { SameGroup } from "./same-group.ts";
import { isLossless, isSavedFrom, Sources } from "./saved-from.ts";

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
  /** Whether an image is as good as one with the best score; those of equal score always are. */
  readonly isAsGood?: (score: number, best: number, image: ImageRecord, bestImage: ImageRecord) => boolean;
  /** What the ones that it rules out are, or what the keeper is. */
  readonly words:
    | { readonly fault: (image: ImageRecord, keeper: ImageRecord) => readonly string[] }
    | { readonly merit: string };
}

/** Enlarged copies show up to a fifth more detail than their picture, by what compression adds. */
const DETAIL_MARGIN = 1.2;
/**
 * The same of sharpened ones: measured on 24 photos, at the same size 0.98 to 1.81 times (the median 1.15), enlarged twice before
 * 1.01 to 1.79. A photo has at least 1.8 times the detail of itself at half size.
 */
const SHARPENED_MARGIN = 1.7;
const JPEG_QUALITY_MARGIN = 5;
const BYTES_MARGIN = 1.25;
/** Of pictures with the same number of pixels. */
const SAME_BYTES = 1.005;

/**
 * The one to keep of copies of one picture: what was asked for; what a person tagged; then one that is like most of them, and to which
 * nothing was done: not cropped, framed, overwritten, mirrored or turned; its colours; with the finest detail; with a capture date; saved best; with
 * most pixels; the oldest; with the shortest path. Its work grows with images and relations.
 */
export function chooseKeeper(group: SameGroup, choice: KeepChoice = {}): Chosen {
  const edits = new ShownEdits(group);
  const criteria = [...beforeDetail(edits, choice), ...fromDetailOn(group, edits)];
  let rest = group.images;
  const others: ImageRecord[] = [];
  const decisions: Decision[] = [];
  for (const [at, criterion] of criteria.entries()) {
    const [good, worse] = divide(rest, criterion);
    if (worse.length === 0) continue;
    worse.sort(byScores(criteria.slice(at)));
    others.unshift(...worse);
    decisions.push({ criterion, worse });
    rest = good;
  }
  const [keeper] = rest;
  if (!keeper) throw new RangeError("a group without images has no keeper");
  return { keeper, others, why: whyOf(decisions, keeper, others.length) };
}

/** A criterion that told images apart, and those that it ruled out. */
interface Decision {
  readonly criterion: Criterion;
  readonly worse: readonly ImageRecord[];
}

/** Pairs of which a comparison may show that a picture was not edited, which few others say. */
export function pairsInDoubt(group: SameGroup, choice: KeepChoice = {}): (readonly [ImageId, ImageId])[] {
  if (group.images.length <= ENOUGH_COMPARISONS) return [];
  const edits = new ShownEdits(group);
  const { keeper, others } = chooseKeeper(group, choice);
  const best = [keeper, ...others].slice(0, ENOUGH_COMPARISONS + 1);
  return group.images
    .filter(({ id }) => edits.isDoubtful(id))
    .flatMap(({ id }) => best.filter((other) => other.id !== id).map((other) => [id, other.id] as const));
}

/** Among these, only detail or a later criterion can decide which to keep. */
export function contendersByDetail(group: SameGroup, choice: KeepChoice = {}): readonly ImageRecord[] {
  return bestBy(group, beforeDetail(new ShownEdits(group), choice));
}

/** Of these only the tones, or what is asked after them, can tell which to keep. */
export function contendersByTones(group: SameGroup, choice: KeepChoice = {}): readonly ImageRecord[] {
  return bestBy(group, beforeTones(new ShownEdits(group), choice));
}

const bestBy = ({ images }: SameGroup, criteria: readonly Criterion[]) =>
  criteria.reduce((rest, criterion) => divide(rest, criterion)[0], images);

interface Scored {
  readonly image: ImageRecord;
  readonly score: number;
}

/** Those as good as the best by this criterion, and the others. */
function divide(
  images: readonly ImageRecord[],
  { score, isAsGood }: Criterion,
): [ImageRecord[], ImageRecord[]] {
  const scored = images.map((image) => ({ image, score: score(image) }));
  const best = scored.reduce((best, one) => (one.score > best.score ? one : best), scored[0] as Scored);
  const isGood = ({ image, score }: Scored) =>
    score === best.score || (isAsGood?.(score, best.score, image, best.image) ?? false);
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

/** Grain and sharpening add structure and bytes: who has more of them may be the copy. */
const SAYS_LITTLE: ReadonlySet<string> = new Set([
  "of less fine structure",
  "compressed more",
  "in fewer bytes",
]);

/** Every criterion that ruled any out has its word, and what is wrong with some of the others is said of so many. */
function whyOf(decisions: readonly Decision[], keeper: ImageRecord, others: number): string {
  const parts: string[] = [];
  const faults = new Set<string>();
  let faulty = 0;
  for (const { criterion, worse } of decisions) {
    if ("merit" in criterion.words) parts.push(criterion.words.merit);
    else {
      // All faults are said at once, where the first of them decided.
      if (faulty === 0) parts.push("");
      faulty += worse.length;
      for (const image of worse) for (const fault of criterion.words.fault(image, keeper)) faults.add(fault);
    }
  }
  const listed = `${whoIs(faulty, others)} ${[...faults].join(", ")}`;
  const isOriginal = [...faults].some((fault) => !SAYS_LITTLE.has(fault));
  const said = parts.map((part, at) => part || (at === 0 && isOriginal ? `the original: ${listed}` : listed));
  return said.join("; ") || "equal in everything";
}

function whoIs(some: number, all: number): string {
  if (some === all) return some === 1 ? "the other is" : "the others are";
  return some === 1 ? "one other is" : `${some} others are`;
}

function beforeTones(edits: ShownEdits, { keepIn, keep }: KeepChoice): Criterion[] {
  const asked: Criterion[] = [];
  for (const folder of keepIn ?? []) {
    const isIn = ({ placements }: ImageRecord) => placements.some((at) => isPlacedIn(folder, at));
    asked.push({ score: (image) => Number(isIn(image)), words: { merit: `in ${folder}, as asked` } });
  }
  if (keep !== undefined) asked.push({ score: KEEP_SCORES[keep], words: { merit: `the ${keep}, as asked` } });
  return [
    { score: (image) => Number(!isLost(image)), words: { fault: () => ["in no file that can be read"] } },
    ...asked,
    { score: (image) => Number(isTaggedByPerson(image)), words: { merit: "tagged by a person" } },
    {
      score: ({ placements }) => Number(placements.some(isPaired)),
      words: { merit: "with a raw file or a video beside it" },
    },
    { score: ({ id }) => -Number(edits.isUnlikeMost(id)), words: { fault: () => ["unlike most of them"] } },
    {
      score: ({ id }) => -edits.reshaped.count(id),
      words: { fault: faultsOf(edits.reshaped) },
    },
  ];
}

function beforeDetail(edits: ShownEdits, choice: KeepChoice): Criterion[] {
  return [
    ...beforeTones(edits, choice),
    {
      score: ({ id }) => -edits.toned.count(id),
      words: { fault: faultsOf(edits.toned) },
    },
    {
      score: ({ quality }) => Number(quality?.isTransparent ?? false),
      words: { fault: () => ["flattened"] },
    },
  ];
}

/** What was done to an image, and not to the keeper too. */
const faultsOf = (shown: Shown) => (image: ImageRecord, keeper: ImageRecord) => {
  const kinds = shown.kinds(image.id);
  if (kinds.length === 0) return ["compared with none of them"];
  const others = kinds.filter((kind) => !shown.kinds(keeper.id).includes(kind));
  return (others.length > 0 ? others : kinds).map((kind) => EDITED[kind]);
};

/** Their detail is that of one frame, which says little of a film: an animation made of it may seem sharper. */
const ofMoving = (): Criterion[] => [
  { score: ({ format }) => Number(isFilm(format)), words: { fault: () => ["an animation of it"] } },
  { score: pixels, isAsGood: (score, best) => score >= best / ENLARGED, words: { fault: () => ["smaller"] } },
];

function fromDetailOn(group: SameGroup, { toned, reshaped }: ShownEdits): Criterion[] {
  const weight = weightOf(group, toned);
  const weightPerPixel = (image: ImageRecord) =>
    isLossless(image) ? Number.POSITIVE_INFINITY : weight(image) / pixels(image);
  const sources = new Sources(group.images);
  const enlarged = enlargedAmong(group.images, reshaped);
  const hasGoodJpeg = group.images.some(({ quality }) => (quality?.jpegQuality ?? 0) >= GOOD_JPEG);
  return [
    ...(group.images.some(({ durationMs }) => durationMs !== undefined) ? ofMoving() : []),
    {
      score: detailOf,
      isAsGood: (score, best, image, bestImage) =>
        score >= best / (mayBeSharpened(bestImage, image) ? SHARPENED_MARGIN : DETAIL_MARGIN),
      words: {
        fault: (image, keeper) => [
          sizeInWords(image, keeper) ?? savedWorse(image, keeper) ?? "of less fine structure",
        ],
      },
    },
    { score: (image) => Number(hasCaptureDate(image)), words: { fault: () => ["without a capture date"] } },
    { score: ({ id }) => -Number(enlarged.has(id)), words: { fault: () => ["enlarged"] } },
    {
      score: (image) => -Number(sources.of(image).some((source) => isSavedFrom(image, source))),
      words: { fault: () => ["saved again from one of them"] },
    },
    {
      score: savedQuality,
      isAsGood: (score, best) => score === UNKNOWN_QUALITY || score >= best - JPEG_QUALITY_MARGIN,
      words: { fault: () => ["saved at lower quality"] },
    },
    {
      score: (image) => -Number(hasGoodJpeg && isWebCopy(image)),
      words: { fault: ({ format }) => [`saved as ${format === "webp" ? "WebP" : "AVIF"}`] },
    },
    {
      score: weightPerPixel,
      isAsGood: (score, best) => score >= best / BYTES_MARGIN,
      words: {
        fault: (image, keeper) => [
          sizeInWords(image, keeper) ?? savedWorse(image, keeper) ?? compressed(image),
        ],
      },
    },
    { score: pixels, words: { fault: () => ["smaller"] } },
    {
      score: weight,
      isAsGood: (score, best) => score >= best / SAME_BYTES,
      words: { fault: (image) => [compressed(image)] },
    },
    {
      score: ({ placements }) => Number(placements.some((at) => !isNamedAsCopy(at))),
      words: { fault: () => ["named or filed as a copy"] },
    },
    { score: (image) => -dateOf(image), words: { merit: "the oldest of equally good ones" } },
    { score: (image) => -shortestPath(image), words: { merit: "at the shortest path of equally good ones" } },
    // Any one, but always the same.
    { score: ({ id }) => -Number.parseInt(id.slice(0, 12), 16), words: { merit: "equal in everything" } },
  ];
}

/** Of formats that neither keep every pixel nor tell how well they do: nothing is held against them. */
const UNKNOWN_QUALITY = -1;
/** Better than any JPEG. */
const EVERY_PIXEL = 100 + 2 * JPEG_QUALITY_MARGIN;

function savedQuality(image: ImageRecord): number {
  return image.quality?.jpegQuality ?? (isLossless(image) ? EVERY_PIXEL : UNKNOWN_QUALITY);
}

/** Why an image has fewer bytes. */
const compressed = (image: ImageRecord) =>
  isLossless(image) || image.format === "gif" ? "in fewer bytes" : "compressed more";

/** Whether the finer one may have been sharpened: it has as many pixels, or no capture date where the other has one. */
const mayBeSharpened = (finer: ImageRecord, other: ImageRecord) =>
  Math.max(pixels(finer), pixels(other)) < SAME_SIDE ** 2 * Math.min(pixels(finer), pixels(other)) ||
  (hasCaptureDate(other) && !hasCaptureDate(finer));

function savedWorse(image: ImageRecord, keeper: ImageRecord): string | undefined {
  const [quality, best] = [savedQuality(image), savedQuality(keeper)];
  return quality !== UNKNOWN_QUALITY && quality < best - JPEG_QUALITY_MARGIN
    ? "saved at lower quality"
    : undefined;
}

/** Formats into which pictures are put for the web. The bytes of a good JPEG cannot be compared with theirs. */
const WEB_FORMATS: ReadonlySet<ImageFormat> = new Set(["webp", "avif"]);
const GOOD_JPEG = 70;

const isWebCopy = (image: ImageRecord) => WEB_FORMATS.has(image.format) && !isLossless(image);

/** Sides of an enlarged picture, in those of its original. */
const ENLARGED = 1.15;

/**
 * What an enlarged picture has at most of the detail of a smaller one. Measured on 125 photos: enlarged 1.3 times and saved at
 * quality 95 they have at most 0.99 of it, while a photo has at least 1.26 times that of itself at half size; a smooth one, of
 * which its half shows all, 0.98 times.
 */
const AS_DETAILED = { sharp: 1.02, smooth: 0.97 };
/** Waves per pixel below which a picture is smooth: it would lose nothing if it was smaller still. */
const SMOOTH = 0.25;

/** Images of which a smaller one, of which nothing was cut off, shows all the detail. */
function enlargedAmong(images: readonly ImageRecord[], reshaped: Shown): ReadonlySet<ImageId> {
  const bySide = images
    .filter((image) => isMeasuredInFull(image) && reshaped.kinds(image.id).length === 0)
    .map((image) => {
      const [side, detail] = [Math.sqrt(pixels(image)), detailOf(image)];
      const most = detail * AS_DETAILED[detail < SMOOTH * side ? "smooth" : "sharp"];
      return { id: image.id, side, detail, most };
    })
    .sort((a, b) => a.side - b.side);
  const enlarged = new Set<ImageId>();
  let [smaller, most] = [0, 0];
  for (const { id, side, detail } of bySide) {
    for (; (bySide[smaller]?.side ?? side) * ENLARGED <= side; smaller++)
      most = Math.max(most, bySide[smaller]?.most ?? 0);
    if (most > 0 && detail <= most) enlarged.add(id);
  }
  return enlarged;
}

/**
 * File size, which shows how much of a picture was kept, but only among pictures of the same contrast: a brightened copy is
 * larger than its original. Where no image is known to have the tones of the original, all weigh the same per pixel.
 */
function weightOf(group: SameGroup, toned: Shown): (image: ImageRecord) => number {
  const isToned = ({ id }: ImageRecord) =>
    toned.kinds(id).some((kind) => kind !== "grey" && kind !== "recoloured");
  return group.images.every(isToned) ? pixels : ({ bytes }) => bytes;
}

const EDITED: Readonly<Record<ShownKind, string>> = {
  "other contrast": "of other contrast",
  resized: "resized",
  "saved again": "saved again",
  cropped: "cropped",
  trimmed: "trimmed",
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
const isLost = ({ placements }: ImageRecord) =>
  placements.length > 0 && placements.every((at) => at.kind === "file" && at.isLost);
const isTaggedByPerson = ({ tags }: ImageRecord) => tags.some(({ by }) => by === "person");

/** When the picture was taken, else its oldest file time or post; `UNDATED` where none of them can be true. */
const dateOf = ({ takenAt, placements }: ImageRecord): WallClock =>
  takenAt?.wallClock ??
  least(placements, (at) => {
    const date = placementDate(at, null);
    return date === null ? UNDATED : orderOf(date);
  });

const shortestPath = ({ placements }: ImageRecord) => least(placements, pathLength);

const KEEP_SCORES: Readonly<Record<NonNullable<KeepChoice["keep"]>, (image: ImageRecord) => number>> = {
  largest: pixels,
  oldest: (image) => -dateOf(image),
  newest: (image) => (dateOf(image) === UNDATED ? -UNDATED : dateOf(image)),
};

/** Pixels that differ by less come from rounding. */
const SIZE_MARGIN = 1.05;

function sizeInWords(image: ImageRecord, keeper: ImageRecord): string | undefined {
  if (pixels(image) * SIZE_MARGIN < pixels(keeper)) return "smaller";
  return pixels(image) > pixels(keeper) * SIZE_MARGIN ? "enlarged" : undefined;
}
