import { changesColours } from "./displayed-colours.ts";
import { isTruncated } from "./formats/early-end.ts";
import type { OpenPicture } from "./open-picture.ts";

/** Whether an older decoder made another thumbnail, fingerprint or vector of this picture, or noted less of it. */
export async function decodesDifferently(picture: OpenPicture): Promise<boolean> {
  const { hasAlpha, samples, bits, colours, pages, moves } = picture;
  if (hasAlpha || samples !== "colours" || bits !== 8 || pages > 1 || moves || isTruncated(picture))
    return true;
  return colours.kind === "profile" ? changesColours(colours.icc) : colours.kind !== "srgb";
}
