import { isInside } from "../is-inside.ts";
import type { Catalog, Mount } from "../ports.ts";
import type { Scan } from "../sources/scan-folder.ts";

/** Keeps what a scan of a root, or of a part of it, saw of the disks mounted there. Written only when it changed. */
export async function rememberMounts(
  catalog: Pick<Catalog, "files">,
  { root, path, before }: { readonly root: string; readonly path: string; readonly before: readonly Mount[] },
  { mounts, away }: Extract<Scan, { state: "online" }>,
): Promise<void> {
  const isSeen = (mount: string) => isInside(mount, path) || isInside(path, mount);
  const kept = before.filter(({ path }) => !isSeen(path));
  const stillAway = before
    .filter(({ path }) => away.includes(path))
    .map((mount) => ({ ...mount, away: true }));
  const there = [...mounts]
    .filter(([path]) => !away.includes(path))
    .map(([path, device]) => ({ path, device, away: false }));
  const after = [...kept, ...stillAway, ...there].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (JSON.stringify(after) !== JSON.stringify(before)) await catalog.files.putMounts(root, after);
}
