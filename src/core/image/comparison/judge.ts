import { COINCIDING, type Difference } from "./measure-difference.ts";

/** same: one picture; variant: one template with other content; similar: one scene. */
export type Judgement = "same" | "variant" | "similar" | "different";

/** What was laid over one of two pictures that are otherwise the same. */
export interface Overlay {
  readonly on: "first" | "second";
  /** Opaque letters or shapes; otherwise what was there shines through. */
  readonly isOpaque: boolean;
}

export interface Judged {
  readonly judgement: Judgement;
  /** A picture the same as far as a thumbnail shows: letters and small drawings need a finer look. */
  readonly inDoubt: boolean;
  readonly overlay?: Overlay | undefined;
  /** Whether colours differ as by one change of all of them. */
  readonly isRecoloured: boolean;
}

/*
 * All thresholds were chosen on drawn look-alikes and on edited photos, kept apart from those of bench/duplicates.ts.
 * Copies, however compressed, resized or cropped, agree in all structure: the gap to other content is wide.
 */

/** A photo: many levels of brightness, something everywhere, no ground of one brightness. */
const isPhoto = ({ richness, structure }: Difference) =>
  richness.entropy >= 4.3 && richness.ground <= 0.55 && structure.shown >= 0.25;

/** Of compressed, resized, brightened copies; flags are 7.8 and more apart. */
const SAME_COLOUR = { mean: 4.5, max: 18 };
const SAME_TONED = { mean: 7.5, max: 24 };
/** Brightness of a copy turned grey. */
const SAME_GREYED = { mean: 5, max: 14 };
/** Mean chroma up to which a picture is grey. */
const GREY = 2.5;
/** Levels by which copies of a drawing may be brighter. */
const DRAWING_SHIFT = 45;

/** Each picture has to show at least so much of the other. */
const COVERED = { more: 0.75, less: 0.18 };

/** Structure that may differ: nothing in drawings and text but what compression does, a trace in photos. */
const DIFFERING = { drawing: 0.004, photo: 0.012, greyPhoto: 0.06 };
const PEAK = { drawing: 30, photo: 60, greyPhoto: 60 };
const FINE = { differing: 0.002, peak: 28 };
/** An overlay leaves so much of the rest, and is everywhere the one picture's. */
const OVERLAY = { agreeing: 0.45, differing: 0.35, added: 0.75, addedLeast: 0.6 };
/** What shines through a watermark: so much of the structure under it stays, wherever it lies. */
const SHINING = { agreeing: 0.7, differing: 0.18, kept: 0.5 };
const OPAQUE_PEAK = 105;
/** Structure in common from which pictures that are not the same are of one template. */
const VARIANT = { agreeing: 0.3, photo: 0.45 };

export function judge(coarse: Difference, fine?: Difference): Judged {
  const photo = isPhoto(coarse);
  const nothing = { inDoubt: false, isRecoloured: false };
  const covered = [coarse.coveredFirst, coarse.coveredSecond];
  if (Math.max(...covered) < COVERED.more || Math.min(...covered) < COVERED.less)
    return { judgement: "different", ...nothing };
  const colour = judgeColour(coarse, photo);
  const overlay = photo && colour !== "other" ? overlayOf(coarse) : undefined;
  const isClean = hasSameStructure(coarse, photo);
  if (colour === "other" || !(isClean || overlay)) return { judgement: unlike(coarse, photo), ...nothing };
  const isRecoloured = colour === "toned";
  if (photo)
    return { judgement: "same", inDoubt: false, isRecoloured, overlay: isClean ? undefined : overlay };
  if (!fine) return { judgement: "same", inDoubt: true, isRecoloured };
  const { structure } = fine;
  const isSame =
    (structure.differing <= FINE.differing || structure.peak <= FINE.peak) && structure.agreeing >= 0.9;
  return isSame
    ? { judgement: "same", inDoubt: false, isRecoloured }
    : { judgement: unlike(coarse, photo), ...nothing };
}

function judgeColour(
  { colour, brightness }: Difference,
  photo: boolean,
): "same" | "grey" | "toned" | "other" {
  const isWithin = ({ mean, max }: { mean: number; max: number }, limit: { mean: number; max: number }) =>
    mean <= limit.mean && max <= limit.max;
  if (isWithin(colour.plain, SAME_COLOUR)) return "same";
  if (isWithin(colour.scaled, SAME_COLOUR) && Math.abs(brightness.shift) <= DRAWING_SHIFT) return "same";
  if (Math.min(colour.first, colour.second) <= GREY && Math.max(colour.first, colour.second) > GREY) {
    if (photo || isWithin(colour.greyed, SAME_GREYED)) return "grey";
  }
  return photo && isWithin(colour.toned, SAME_TONED) ? "toned" : "other";
}

function hasSameStructure({ structure, colour }: Difference, photo: boolean): boolean {
  const isGrey = Math.min(colour.first, colour.second) <= GREY;
  const kind = !photo ? "drawing" : isGrey ? "greyPhoto" : "photo";
  return structure.differing <= DIFFERING[kind] && structure.peak <= PEAK[kind] && structure.agreeing >= 0.9;
}

function overlayOf({ structure }: Difference): Overlay | undefined {
  const { agreeing, differing, added, addedLeast, addedMost, keptOfFirst, keptOfSecond, peak } = structure;
  if (agreeing < OVERLAY.agreeing || differing > OVERLAY.differing) return undefined;
  const isOpaque = peak >= OPAQUE_PEAK;
  if (added >= OVERLAY.added && addedLeast >= OVERLAY.addedLeast) return { on: "second", isOpaque };
  if (added <= 1 - OVERLAY.added && addedMost <= 1 - OVERLAY.addedLeast) return { on: "first", isOpaque };
  if (agreeing < SHINING.agreeing || differing > SHINING.differing || isOpaque) return undefined;
  if (Math.max(keptOfFirst, keptOfSecond) < SHINING.kept) return undefined;
  return { on: added >= 0.5 ? "second" : "first", isOpaque };
}

/** A template is filled in without moving the camera. */
function unlike({ structure, coveredFirst, coveredSecond }: Difference, photo: boolean): Judgement {
  const isInPlace = Math.min(coveredFirst, coveredSecond) >= COINCIDING;
  if (photo) {
    if (structure.agreeing < VARIANT.photo) return "different";
    return isInPlace ? "variant" : "similar";
  }
  return structure.agreeing >= VARIANT.agreeing ? "variant" : "different";
}
