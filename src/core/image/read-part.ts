import type { ImageRecipe, Part, PicturePart } from "../types.ts";
import { computeFingerprint } from "./hashing/perceptual-hash.ts";
import type { RawPicture } from "./raw-picture.ts";
import { recipePixels } from "./recipe-pixels.ts";
import { encodeThumbnail, shrinkToThumbnail } from "./thumbnail.ts";

/** A part of a picture, with what an image tower takes of it. */
export interface ReadPart extends PicturePart {
  /** As those of whole pictures. */
  readonly pixels: Float32Array;
}

/** @param shown as people see it @param decoded the numbers in the file, where those differ */
export async function readPart(
  part: Part,
  recipe: ImageRecipe,
  shown: RawPicture,
  decoded: RawPicture = shown,
): Promise<ReadPart> {
  const small = shrinkToThumbnail(shown);
  const [thumbnail, fingerprint] = await Promise.all([encodeThumbnail(small), computeFingerprint(small)]);
  return { part, thumbnail, fingerprint, pixels: recipePixels(decoded, recipe) };
}
