import { isInside } from "../is-inside.ts";
import type { KnownFile, Mount } from "../ports.ts";
import type { Walk } from "./walk-folder.ts";

export interface WalkedPart {
  /** The folder that was walked. */
  readonly part: string;
  readonly walk: Walk;
  /** What was known there and is not left out now. */
  readonly known: readonly KnownFile[];
}

/**
 * Of the folders in which a disk was mounted at the last scan, those whose disk is away: what is missing there was not
 * deleted. Device numbers change from one boot to the next, so a different number alone does not prove
 * another disk; it does when most of the pictures are missing too.
 */
export function awayMounts(mounts: readonly Pick<Mount, "path" | "device">[], walked: WalkedPart): string[] {
  const present = new Set(walked.walk.files.map(({ path }) => path));
  const isAway = ({ path, device }: Pick<Mount, "path" | "device">) => {
    const images = walked.known.filter((file) => file.id !== undefined && isInside(file.path, path));
    const missing = images.filter((file) => !present.has(file.path)).length;
    if (missing === 0) return false;
    const now = walked.walk.mounts.get(path);
    if (now === undefined) return true;
    if (now !== device) return missing > images.length / 2;
    return missing === images.length && isInside(path, walked.part);
  };
  return mounts.filter(isAway).map(({ path }) => path);
}
