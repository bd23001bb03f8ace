import { compareBatch, PreparedPictures } from "../../../../src/core/embedder/compare-batch.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../../src/core/image/read-picture.ts";
import type { PictureComparison } from "../../../../src/core/ports.ts";
import type { ImageRecipe } from "../../../../src/core/types.ts";

export const RECIPE: ImageRecipe = {
  size: 32,
  resize: "squash",
  interpolation: "bilinear",
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

/** As two pictures of a library are compared: by thumbnails, then by the originals. */
export async function compare(
  first: Buffer,
  second: Buffer,
  withOriginals = true,
): Promise<PictureComparison> {
  const pictures = await Promise.all(
    [first, second].map(async (bytes) => {
      const { picture } = await readPicture(bytes, RECIPE, DEFAULT_PICTURE_LIMITS);
      const { id, thumbnail, width, height, cut: isCut } = picture;
      return { id, thumbnail, width, height, isCut, ...(withOriginals && { original: { bytes } }) };
    }),
  );
  const [comparison] = await compareBatch(
    { pictures, pairs: [[0, 1]] },
    new PreparedPictures(DEFAULT_PICTURE_LIMITS),
  );
  if (!comparison) throw new Error("nothing was compared");
  return comparison;
}

export const outcome = async (first: Buffer, second: Buffer) => (await compare(first, second)).outcome;
