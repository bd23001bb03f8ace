import {
  type CloseDifference,
  type Difference,
  type FineDifference,
  hasManyTones,
  isInPlace,
} from "./measure-difference.ts";
import type { StructureDifference } from "./structure-difference.ts";

/** same: the same picture; variant: the same template with other content; similar: the same scene. */
export type Judgement = "same" | "variant" | "similar" | "different";

/** What was laid over one of two pictures that are otherwise the same. */
export interface Overlay {
  readonly on: "first" | "second";
  /** Opaque letters or shapes; otherwise what was there shines through. */
  readonly isOpaque: boolean;
}

export interface Judged {
  readonly judgement: Judgement;
  /** The same as far as a thumbnail shows: text and small drawings need a finer look. */
  readonly inDoubt: boolean;
  readonly overlay?: Overlay | undefined;
  /** Whether one change of all colours explains how they differ. */
  readonly isRecoloured: boolean;
}

/** How the second picture lies on the first. */
export interface RelativePose {
  readonly isUpright: boolean;
  /** Width for height, the one scale beside the other, from 1 up. */
  readonly stretch: number;
  /** How much of that may be the rounding of sides to pixels. */
  readonly rounding: number;
  /** One of the two is the other in a frame that can be seen as one. */
  readonly isFramed: boolean;
}

/*
 * All thresholds were chosen on drawn look-alikes and on edited photos, kept apart from those of bench/duplicates.ts.
 * Copies, however compressed, resized or cropped, agree in all structure: the gap to other content is wide.
 */

/** A photo: many levels of brightness, something in most places. */
export const isPhoto = ({ richness, structure }: Difference) =>
  hasManyTones(richness) && structure.shown >= 0.25;

/** As many levels as photos of a clear sky or before a wall have; drawings and pages may have them too. */
const isToned = ({ richness, structure }: Difference) => richness.entropy >= 3.2 && structure.shown >= 0.12;

/** Of compressed, resized, brightened copies; flags are 7.8 and more apart. */
const SAME_COLOUR = { mean: 4.5, max: 18 };
/**
 * The same of drawings, which have no grain: at most 2.5 in the mean and 3.1 at quality 30, 8.5 at edges of strong colours
 * in a smaller copy; a flag or a shirt in the next shade has 14 and more.
 */
const SAME_DRAWN = { mean: 3, max: 12 };
const SAME_DRAWN_BRIGHTER = { mean: 4.5, max: 18 };
/** Levels of mean brightness from which a drawing may be called brighter, and not of other colours. */
const BRIGHTENED = 4;
const SAME_TONED = { mean: 7.5, max: 24 };
const SAME_TONED_PLAINLY = { mean: 3, max: 9 };
/** Brightness of a copy turned grey. */
const SAME_GREYED = { mean: 5, max: 14 };
/** Mean chroma up to which a picture is grey. */
const GREY = 2.5;
/** Chroma, in the mean, beyond what brightness tells, up to which a picture has one tint. */
const ONE_TINT = 2;
/** Levels by which copies of a drawing may be brighter. */
const DRAWING_SHIFT = 45;

/** Each picture has to show at least so much of the other. */
const COVERED = { more: 0.75, less: 0.18 };

/** Structure that may differ: nothing in drawings and text but what compression does, a trace in photos. */
const DIFFERING = { drawing: 0.004, photo: 0.012, greyPhoto: 0.06 };
const PEAK = { drawing: 30, photo: 28, greyPhoto: 60 };
/** In a finer look: one other letter is a few blocks of ten thousand. */
const FINE = { peak: 28, differing: 0.0002, peakOfFew: 42 };
/**
 * Differences of a block in a photo that in a finer look are letters. Measured on 14 photos: copies, of quality 30 too, stay below
 * 38 in all their pixels, and below 25 where three of them make one sample, which leaves little of what compression does. Words
 * in letters of 11 pixels have 59 and more; single digits of 55 pixels, looked at so, 33 to 113.
 */
const LETTERS = { inFull: 45, reduced: 26 };
/** Nearly plain pictures that show less than this, in blocks and in bits, are not comparable: nothing tells them apart. */
const NOTHING = { shown: 0.0005, entropy: 0.5 };
/** An overlay leaves this much of the rest as it was, and lies on the same picture everywhere. */
const OVERLAY = { agreeing: 0.45, differing: 0.35, added: 0.75, addedLeast: 0.6, peak: 22 };
/** From here on no finer look is needed: letters on both may by chance be many more on one. */
const CERTAIN = 0.86;
/** The same where what lies below shines through: letters of a meme are opaque. */
const CERTAIN_SHINING = 0.8;
/** In a finer look opaque letters leave nothing of what is below them. */
const OPAQUE_FINE = { peak: 150, added: 0.78 };
/**
 * What shines through a watermark on a busy picture: so much of the structure under it stays, wherever it lies. It takes
 * a finer look to tell that from other letters on each of two.
 */
const SHINING = { agreeing: 0.6, differing: 0.2, added: 0.6, kept: 0.45, together: 1.2 };
/**
 * The same of large letters on a busy picture: from afar both show most of what the other shows in each place (of 560 pairs
 * of captions and of shots of a scene none has more than 0.4), and closely the one still does.
 */
const SEEN_THROUGH = { agreeing: 0.6, least: 0.05, differing: 0.2, kept: 0.5, peak: 130 };
const SEEN_THROUGH_CLOSELY = { agreeing: 0.75, kept: 0.4, peak: 150 };
const OPAQUE_PEAK = 110;
/** Structure in common from which pictures that are not the same are of one template. */
const VARIANT = { agreeing: 0.3, photo: 0.45 };

export function judge(coarse: Difference, lying: RelativePose, fine?: CloseDifference): Judged {
  const photo = isPhoto(coarse);
  const { structure } = coarse;
  const nothing = { inDoubt: false, isRecoloured: false };
  const covered = [coarse.coveredFirst, coarse.coveredSecond];
  if (Math.max(...covered) < COVERED.more || Math.min(...covered) < COVERED.less)
    return { judgement: "different", ...nothing };
  const colour = judgeColour(coarse, photo);
  const overlay = photo && colour !== "other" && !structure.hasBlob ? overlayOf(coarse) : undefined;
  if (!photo && !isPlausible(coarse, lying)) return { judgement: unlike(coarse, photo), ...nothing };
  const isClean = hasSameStructure(coarse, photo);
  if (photo && colour !== "other" && !isClean && isSharpened(coarse))
    return { judgement: "same", inDoubt: false, isRecoloured: colour === "toned" };
  if (colour === "other" || !(isClean || overlay)) return { judgement: unlike(coarse, photo), ...nothing };
  // What lies over one of the two has colours of its own.
  const isRecoloured = colour === "toned" && (isClean || !overlay);
  // Where next to nothing differs from afar it may as well be what blurring or sharpening does.
  if (overlay?.isCertain && !isClean) {
    const isSofter = structure.lasting < LASTING && isAllOver(coarse);
    return { judgement: "same", inDoubt: false, isRecoloured, ...(!isSofter && { overlay }) };
  }
  if (!fine) return { judgement: "same", inDoubt: true, isRecoloured };
  const isGreyed = colour === "grey";
  if (fine.hasStrayColours && !isGreyed) return { judgement: unlike(coarse, photo), ...nothing };
  if (isClean && (photo ? hasSameLetters(fine) || lacksDetail(fine) : isSameCloser(fine)))
    return { judgement: "same", inDoubt: false, isRecoloured };
  if (overlay && isSameOverlay(fine, overlay))
    return { judgement: "same", inDoubt: false, isRecoloured, overlay };
  return { judgement: unlike(coarse, photo), ...nothing };
}

function isSameOverlay(fine: FineDifference, overlay: FoundOverlay): boolean {
  const { peak, added, agreeing, keptOfFirst, keptOfSecond } = fine.structure;
  if (overlay.isSeenThrough) {
    const { agreeing: least, kept, peak: most } = SEEN_THROUGH_CLOSELY;
    return agreeing >= least && Math.max(keptOfFirst, keptOfSecond) >= kept && peak < most;
  }
  if (peak >= OPAQUE_FINE.peak && Math.max(added, 1 - added) < OPAQUE_FINE.added) return false;
  return overlayOf(fine)?.on === overlay.on;
}

/** A drawing of so few corners that turning, stretching or cropping makes it of many others. */
const FEW_CORNERS = 40;
/** Beyond, one was stretched. */
const STRETCHED = 1.03;

export const isSimpleDrawing = (difference: Difference): boolean =>
  !isPhoto(difference) && difference.structure.corners < FEW_CORNERS;

/**
 * A triangle that points elsewhere, a larger dot, a flatter ellipse, bars that fall instead of rising: each is the other
 * turned, cropped or stretched, and yet another drawing.
 */
function isPlausible(
  difference: Difference,
  { isUpright, stretch, rounding, isFramed }: RelativePose,
): boolean {
  const isUprightWithin = isFramed && isUpright;
  const isStretched = stretch > STRETCHED + rounding;
  return isSimpleDrawing(difference)
    ? ((isInPlace(difference) && isUpright) || isUprightWithin) && !isStretched
    : isInPlace(difference) || isUprightWithin || !isStretched;
}

const hasSameLetters = ({ structure, reduction }: CloseDifference) =>
  structure.peak < Math.max(LETTERS.reduced, LETTERS.inFull / reduction);

/** Share of the cells of the picture that differ from which no letters do, but all of it. */
const ALL_OVER = 0.2;

/** One is a blurred, denoised or sharpened copy: whatever differs, anywhere, is structure that the one lacks. */
function lacksDetail({ structure }: CloseDifference): boolean {
  const { added, addedLeast, addedMost } = structure;
  const isOneSided =
    (added >= OVERLAY.added && addedLeast >= OVERLAY.addedLeast) ||
    (added <= 1 - OVERLAY.added && addedMost <= 1 - OVERLAY.addedLeast);
  return isOneSided && isAllOver({ structure });
}

const isAllOver = ({ structure: { places } }: { readonly structure: StructureDifference }) =>
  places.filter((share) => share > 0).length >= ALL_OVER * places.length;

/**
 * Of a difference, what words leave at least in the means of small tiles: measured 0.36 on photos and 0.24 on drawn scenes, and blurred, denoised and
 * enlarged copies leave at most 0.18.
 */
const LASTING = 0.2;
/**
 * A sharpened copy shows all of the other, stronger, all over, and nothing else; under words and marks at most 0.84 of it is left,
 * and before a plain sky a thing hides nothing.
 */
const SHARPENED = { added: 0.9, kept: 0.97 };

const isSharpened = ({ structure }: Difference) => {
  const { addedLeast, addedMost, keptOfFirst, keptOfSecond, agreeing } = structure;
  const isStronger =
    (addedLeast >= SHARPENED.added && keptOfFirst >= SHARPENED.kept) ||
    (addedMost <= 1 - SHARPENED.added && keptOfSecond >= SHARPENED.kept);
  return isStronger && agreeing >= OVERLAY.agreeing && isAllOver({ structure });
};

function isSameCloser({ structure, richness }: FineDifference): boolean {
  if (structure.shown < NOTHING.shown && richness.entropy < NOTHING.entropy) return false;
  const isFaint = structure.differing <= FINE.differing && structure.peak <= FINE.peakOfFew;
  return (structure.peak <= FINE.peak || isFaint) && structure.agreeing >= 0.9;
}

function judgeColour(difference: Difference, photo: boolean): "same" | "grey" | "toned" | "other" {
  const { colour, brightening } = difference;
  const isWithin = ({ mean, max }: { mean: number; max: number }, limit: { mean: number; max: number }) =>
    mean <= limit.mean && max <= limit.max;
  if (isWithin(colour.plain, photo ? SAME_COLOUR : SAME_DRAWN)) return "same";
  if (photo || Math.abs(brightening) >= BRIGHTENED) {
    const isBrighter = isWithin(colour.scaled, photo ? SAME_COLOUR : SAME_DRAWN_BRIGHTER);
    if (isBrighter && Math.abs(brightening) <= DRAWING_SHIFT) return "same";
  }
  if (Math.min(colour.first, colour.second) <= GREY && Math.max(colour.first, colour.second) > GREY) {
    if (photo || isWithin(colour.greyed, SAME_GREYED)) return "grey";
  }
  if (photo && (isWithin(colour.toned, SAME_TONED) || hasOneTint(difference))) return "toned";
  return isToned(difference) && isWithin(colour.toned, SAME_TONED_PLAINLY) ? "toned" : "other";
}

/** One picture is in one tint, as sepia is, and the other is not. */
const hasOneTint = ({ colour }: Difference) =>
  Math.min(colour.hueOfFirst, colour.hueOfSecond) <= ONE_TINT &&
  Math.max(colour.hueOfFirst, colour.hueOfSecond) > GREY;

function hasSameStructure(difference: Difference, photo: boolean): boolean {
  const { structure, colour } = difference;
  const isGrey = Math.min(colour.first, colour.second) <= GREY || hasOneTint(difference);
  const kind = !photo ? "drawing" : isGrey ? "greyPhoto" : "photo";
  return structure.differing <= DIFFERING[kind] && structure.peak <= PEAK[kind] && structure.agreeing >= 0.9;
}

interface FoundOverlay extends Overlay {
  /** Whether it needs no finer look. */
  readonly isCertain: boolean;
  /** Whether it lies on the one or the other is hard to tell: what is below it shows on both. */
  readonly isSeenThrough?: boolean;
}

function overlayOf({ structure }: FineDifference): FoundOverlay | undefined {
  const { agreeing, differing, added, addedLeast, addedMost, keptOfFirst, keptOfSecond, peak } = structure;
  // Less comes from sharpening, or from taking colours away or strengthening them.
  if (agreeing < OVERLAY.agreeing || differing > OVERLAY.differing || peak < OVERLAY.peak) return undefined;
  const isOpaque = peak >= OPAQUE_PEAK;
  const certain = isOpaque ? CERTAIN : CERTAIN_SHINING;
  if (added >= OVERLAY.added && addedLeast >= OVERLAY.addedLeast)
    return { on: "second", isOpaque, isCertain: added >= certain };
  if (added <= 1 - OVERLAY.added && addedMost <= 1 - OVERLAY.addedLeast)
    return { on: "first", isOpaque, isCertain: added <= 1 - certain };
  const isSeenThrough =
    Math.min(keptOfFirst, keptOfSecond) >= SEEN_THROUGH.kept &&
    agreeing >= SEEN_THROUGH.agreeing &&
    differing >= SEEN_THROUGH.least &&
    differing <= SEEN_THROUGH.differing &&
    peak < SEEN_THROUGH.peak;
  if (isSeenThrough)
    return { on: added > 0.5 ? "second" : "first", isOpaque: false, isCertain: false, isSeenThrough };
  if (agreeing < SHINING.agreeing || differing > SHINING.differing) return undefined;
  const shines = (share: number, kept: number) =>
    share >= SHINING.added && kept >= SHINING.kept && share + kept >= SHINING.together;
  if (shines(added, keptOfFirst)) return { on: "second", isOpaque, isCertain: false };
  if (shines(1 - added, keptOfSecond)) return { on: "first", isOpaque, isCertain: false };
  return undefined;
}

/** A template is filled in without moving the camera. */
function unlike(difference: Difference, photo: boolean): Judgement {
  const { structure } = difference;
  if (photo) {
    if (structure.agreeing < VARIANT.photo) return "different";
    return isInPlace(difference) ? "variant" : "similar";
  }
  return structure.agreeing >= VARIANT.agreeing ? "variant" : "different";
}
