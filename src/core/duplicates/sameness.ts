import { HASH_BITS } from "../image/perceptual-hash.ts";
import type { PictureMatch } from "./compare-pictures.ts";

/** Differing bits (of 143) up to which the hash alone decides, and up to which it does if the vectors agree. */
interface Thresholds {
  readonly hashOnly: number;
  readonly withEmbedding: number;
}

/**
 * Measured with bench/duplicates.ts. Resized, recompressed, brightened and turned copies lie within 15 bits, framed,
 * cropped and overwritten ones within about 34; different photos come as near as that too, once in some millions of
 * pairs, most often where one is compared with croppings of the other and the more ways it may be turned. There
 * the vectors have to agree, or there is less room.
 */
const THRESHOLDS: Readonly<Record<"whole" | "cropped", Readonly<Record<"upright" | "turned", Thresholds>>>> =
  {
    whole: { upright: { hashOnly: 30, withEmbedding: 30 }, turned: { hashOnly: 22, withEmbedding: 22 } },
    cropped: { upright: { hashOnly: 22, withEmbedding: 34 }, turned: { hashOnly: 16, withEmbedding: 16 } },
  };

/** Whether two pictures are the same one. `embeddingsAgree` tests whether their vectors are at least similar. */
export function isSamePicture(match: PictureMatch, embeddingsAgree: () => boolean): boolean {
  if (match.layoutOnly) return false;
  const { hashOnly, withEmbedding } = thresholdsFor(match);
  return match.distance <= hashOnly || (match.distance <= withEmbedding && embeddingsAgree());
}

/** The same picture, provided that the vectors agree. */
export const maybeSamePicture = (match: PictureMatch) => isSamePicture(match, () => true);

function thresholdsFor({ transform, window }: PictureMatch): Thresholds {
  const shows = window === "whole" || window === "content" ? "whole" : "cropped";
  return THRESHOLDS[shows][transform === "none" ? "upright" : "turned"];
}

/** Share of equal hash bits, 0..1. */
export const sharedBits = ({ distance }: PictureMatch) => 1 - distance / HASH_BITS;
