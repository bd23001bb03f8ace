import { isInside } from "../is-inside.ts";
import type { Mount } from "../ports.ts";

interface Counted extends Pick<Mount, "path" | "device"> {
  /** Known images that were found, and those that were not. */
  found: number;
  missing: number;
}

/**
 * Of the folders in which a disk was mounted at the last scan, those whose disk is away: what is missing there was not
 * deleted. Device numbers change from one boot to the next, so a different number alone does not prove
 * another disk; it does when most of the pictures are missing too.
 */
export class AwayMounts {
  readonly #mounts: readonly Counted[];

  constructor(mounts: readonly Pick<Mount, "path" | "device">[]) {
    this.#mounts = mounts.map(({ path, device }) => ({ path, device, found: 0, missing: 0 }));
  }

  known(path: string): void {
    for (const mount of this.#mounts) if (isInside(path, mount.path)) mount.found += 1;
  }

  missing(path: string): void {
    for (const mount of this.#mounts) if (isInside(path, mount.path)) mount.missing += 1;
  }

  /**
   * @param seen disks that are mounted now, by their folder
   * @param part the folder that was walked
   */
  away(seen: ReadonlyMap<string, string>, part: string): string[] {
    const isAway = ({ path, device, found, missing }: Counted) => {
      if (missing === 0) return false;
      const now = seen.get(path);
      if (now === undefined) return true;
      if (now !== device) return missing > found;
      return found === 0 && isInside(path, part);
    };
    return this.#mounts.filter(isAway).map(({ path }) => path);
  }
}
