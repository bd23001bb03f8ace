import { isInside } from "../is-inside.ts";
import type { Catalog } from "../ports.ts";
import type { LibraryStatus, RootStatus, Scope } from "../types.ts";
import type { LibraryParts, ModelAtWork } from "./parts.ts";

const seesEverything = (scope: Scope) => scope.files === "all" && scope.discord === "all";

/** Counts of what the scope lets see. The model is not loaded for it. */
export async function libraryStatus(
  parts: LibraryParts,
  atWork: ModelAtWork,
  scope: Scope,
): Promise<LibraryStatus> {
  const { catalog } = parts;
  const roots = await rootsIn(catalog, scope);
  const counts = await catalog.counts();
  const within = await catalog.keysInScope(scope);
  const { model, space } = (await catalog.activeModel()) ?? {
    model: atWork.model,
    space: atWork.embedder.space,
  };
  const embedded = await catalog.countEmbeddings(space);
  const { kind, note } = atWork.index;
  const failed = seesEverything(scope) ? counts.failed : roots.reduce((sum, root) => sum + root.failed, 0);
  return {
    directory: parts.directory,
    model,
    space,
    images: within?.size ?? counts.images,
    placements: seesEverything(scope)
      ? counts.placements
      : roots.reduce((sum, root) => sum + root.placements, 0),
    unembedded: counts.images - embedded,
    roots,
    guilds: scope.discord === "all" ? await catalog.guildCounts() : [],
    failed,
    index: { kind, size: embedded, note },
    disk: await parts.diskUsage(),
  };
}

async function rootsIn(catalog: Catalog, scope: Scope): Promise<RootStatus[]> {
  if (scope.files === "none") return [];
  const folders = scope.files === "all" ? undefined : scope.files.folders;
  const shown: RootStatus[] = [];
  for (const { path, state, lastScanAt } of await catalog.roots()) {
    for (const visible of folders ? overlaps(folders, path) : [path]) {
      shown.push({ path: visible, state, lastScanAt, ...(await catalog.countsBelow(visible)) });
    }
  }
  return shown;
}

/** What of a root lies in these folders: the root itself, or the folders inside it. */
function overlaps(folders: readonly string[], root: string): string[] {
  if (folders.some((folder) => isInside(root, folder))) return [root];
  return folders.filter((folder) => isInside(folder, root));
}
