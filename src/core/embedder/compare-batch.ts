import { LRUCache } from "lru-cache";
import { type AlignablePicture, alignable } from "../image/comparison/align.ts";
import { type ComparedPicture, comparePixels } from "../image/comparison/compare-pixels.ts";
import { decode, type Size } from "../image/decode.ts";
import { displayedColours } from "../image/displayed-colours.ts";
import { cropMissingEnd } from "../image/formats/missing-end.ts";
import { openPicture } from "../image/open-picture.ts";
import { decodeThumbnail } from "../image/thumbnail.ts";
import { imageId } from "../image-id.ts";
import type { ComparablePicture, PictureComparison } from "../ports.ts";
import type { ImageId, PictureLimits } from "../types.ts";
import { readPictureBytes } from "./picture-source.ts";
import type { ComparisonBatch } from "./protocol.ts";

/** Shorter side of originals read for a finer look: enough for the letters of a page, and for those on a photo of 12 megapixels. */
const FINE_SIDE = 1080;
/** About what is kept of each pixel: colours, and sums of brightness and chroma. */
const BYTES_PER_PIXEL = 24;
/** A group of copies from one camera is compared with few of them in mind at a time. */
const MAX_BYTES = 160 * 2 ** 20;

const UNREADABLE: PictureComparison = { outcome: "different", inDoubt: false, edits: [], agreement: 0 };

/** Pictures prepared for comparing, kept from one batch to the next while there is room: copies come again and again. */
export class PreparedPictures {
  readonly #limits: PictureLimits;
  readonly #thumbnails = cacheOf<ComparedPicture>(({ pixels }) => pixels);
  readonly #originals = cacheOf<AlignablePicture>((pixels) => pixels);

  constructor(limits: PictureLimits) {
    this.#limits = limits;
  }

  /** Undefined when it cannot be decoded. */
  thumbnail(picture: ComparablePicture): Promise<ComparedPicture | undefined> {
    return kept(this.#thumbnails, picture.id, () => ofThumbnail(picture));
  }

  /** Undefined when it is out of reach, was changed or cannot be decoded. */
  original(picture: ComparablePicture): Promise<AlignablePicture | undefined> {
    return kept(this.#originals, picture.id, () => ofOriginal(picture, this.#limits));
  }
}

/** Compares pairs of pictures. It decodes: only the embedding process calls it. */
export async function compareBatch(
  { pictures, pairs }: ComparisonBatch,
  prepared: PreparedPictures,
): Promise<PictureComparison[]> {
  const compared: PictureComparison[] = [];
  for (const [one, other] of pairs) {
    const first = pictures[one];
    const second = pictures[other];
    compared.push(first && second ? await comparePair(first, second, prepared) : UNREADABLE);
  }
  return compared;
}

async function comparePair(
  first: ComparablePicture,
  second: ComparablePicture,
  prepared: PreparedPictures,
): Promise<PictureComparison> {
  const [small, otherSmall] = [await prepared.thumbnail(first), await prepared.thumbnail(second)];
  if (!small || !otherSmall) return UNREADABLE;
  return comparePixels(small, otherSmall, async () => {
    if (!first.original || !second.original) return undefined;
    const [large, otherLarge] = [await prepared.original(first), await prepared.original(second)];
    return large && otherLarge && ([large, otherLarge] as const);
  });
}

function cacheOf<Value extends object>(
  pixelsOf: (value: Value) => AlignablePicture,
): LRUCache<ImageId, Value> {
  return new LRUCache({
    maxSize: MAX_BYTES,
    sizeCalculation: (value) => {
      const { width, height } = pixelsOf(value).sampled;
      return BYTES_PER_PIXEL * width * height;
    },
  });
}

async function kept<Value extends object>(
  cache: LRUCache<ImageId, Value>,
  id: ImageId,
  read: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  const known = cache.get(id);
  if (known) return known;
  const value = await read().catch(() => undefined);
  if (value) cache.set(id, value);
  return value;
}

async function ofThumbnail({ thumbnail, width, height, isCut }: ComparablePicture): Promise<ComparedPicture> {
  const pixels = await decodeThumbnail(thumbnail);
  return { pixels: alignable(isCut ? cropMissingEnd(pixels, height) : pixels), width, height };
}

async function ofOriginal(
  { id, original }: ComparablePicture,
  limits: PictureLimits,
): Promise<AlignablePicture | undefined> {
  if (!original) return undefined;
  const bytes = await readPictureBytes(original, limits);
  if (imageId(bytes) !== id) return undefined;
  const opened = await openPicture(bytes, limits);
  const decoded = await decode(opened, { reduced: fineSize(opened), colours: "displayed" });
  // The decoder itself goes by profiles only.
  const isDisplayed = opened.colours.kind === "profile";
  const shown = isDisplayed ? decoded : await displayedColours(decoded, opened.colours);
  return alignable(decoded.isCut ? cropMissingEnd(shown, opened.height) : shown);
}

/** Undefined for a picture that is hardly larger. */
function fineSize({ width, height }: Size): Size | undefined {
  const reduction = Math.min(width, height) / FINE_SIDE;
  if (reduction < 1.25) return undefined;
  return { width: Math.round(width / reduction), height: Math.round(height / reduction) };
}
