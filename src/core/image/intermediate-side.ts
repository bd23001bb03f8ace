import type { ImageRecipe } from "../types.ts";
import { THUMBNAIL_PIXELS } from "./thumbnail.ts";

/** Shorter side of the decoded picture, in sides of the model's input: enough that the shortcut leaves no trace in the pixels. */
const INTERMEDIATE_SCALE = 2.5;

/** The shorter side to which a picture may be reduced before anything is made of it. */
export const intermediateSide = ({ size }: ImageRecipe): number =>
  Math.max(INTERMEDIATE_SCALE * size, THUMBNAIL_PIXELS);
