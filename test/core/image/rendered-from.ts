import { openPicture } from "../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { resizedPicture } from "../../../src/core/image/render.ts";

export const renderedFrom = async (bytes: Uint8Array, longestSide: number) =>
  resizedPicture(await openPicture(bytes, DEFAULT_PICTURE_LIMITS), longestSide);
