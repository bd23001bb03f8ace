import { createHash } from "node:crypto";
import { type AlignablePicture, alignable } from "../image/comparison/align.ts";
import { type ComparedPicture, comparePixels } from "../image/comparison/compare-pixels.ts";
import { decode, reducedSize } from "../image/decode.ts";
import { displayedColours } from "../image/displayed-colours.ts";
import { openPicture } from "../image/open-picture.ts";
import { decodeThumbnail } from "../image/thumbnail.ts";
import type { ComparablePicture, PictureComparison } from "../ports.ts";
import type { PictureLimits } from "../types.ts";
import { readPictureBytes } from "./picture-source.ts";
import type { ComparisonBatch } from "./protocol.ts";

/** Shorter side of originals read for a finer look: enough for the letters of a page. */
const FINE_SIDE = 720;

const UNREADABLE: PictureComparison = { outcome: "different", inDoubt: false, edits: [], agreement: 0 };

/** Compares pairs of pictures; each is decoded once. It decodes: only the embedding process calls it. */
export async function compareBatch(
  { pictures, pairs }: ComparisonBatch,
  limits: PictureLimits,
): Promise<PictureComparison[]> {
  const thumbnails = cached(pictures, ofThumbnail);
  const originals = cached(pictures, (picture) => ofOriginal(picture, limits));
  const compared: PictureComparison[] = [];
  for (const [one, other] of pairs) {
    const [first, second] = await Promise.all([thumbnails(one), thumbnails(other)]);
    const finer = async () => {
      const [larger, otherLarger] = await Promise.all([originals(one), originals(other)]);
      return larger && otherLarger && ([larger, otherLarger] as const);
    };
    compared.push(first && second ? await comparePixels(first, second, finer) : UNREADABLE);
  }
  return compared;
}

/** Reads each picture once, on first need; undefined for what cannot be read. */
function cached<Read>(
  pictures: readonly ComparablePicture[],
  read: (picture: ComparablePicture) => Promise<Read | undefined>,
): (at: number) => Promise<Read | undefined> {
  const known = new Map<number, Promise<Read | undefined>>();
  return (at) => {
    const picture = pictures[at];
    const reading =
      known.get(at) ?? (picture ? read(picture) : Promise.resolve(undefined)).catch(() => undefined);
    known.set(at, reading);
    return reading;
  };
}

async function ofThumbnail({ thumbnail, width, height }: ComparablePicture): Promise<ComparedPicture> {
  return { pixels: alignable(await decodeThumbnail(thumbnail)), width, height };
}

async function ofOriginal(
  { original }: ComparablePicture,
  limits: PictureLimits,
): Promise<AlignablePicture | undefined> {
  if (!original) return undefined;
  const bytes = await readPictureBytes(original.source, limits);
  if (createHash("sha256").update(bytes).digest("hex") !== original.id) return undefined;
  const opened = await openPicture(bytes, limits);
  const decoded = await decode(opened, { reduced: reducedSize(opened, FINE_SIDE), colours: "displayed" });
  // The decoder itself goes by profiles only.
  const isDisplayed = opened.colours.kind === "profile";
  return alignable(isDisplayed ? decoded : await displayedColours(decoded, opened.colours));
}
