import { dirname } from "node:path";
import type { FileStore } from "../ports.ts";
import type { FolderCount, Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";

/** Every folder in scope that has files of pictures right in it, in order of path. Dates and tags of the scope do not count. */
export async function folderCounts(files: FileStore, scope: Scope): Promise<FolderCount[]> {
  if (scope.files === "none") return [];
  const yielding = new YieldController();
  const starts = scope.files === "all" ? (await files.roots()).map(({ path }) => path) : scope.files.folders;
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (const start of starts) {
    for await (const batch of files.known(start)) {
      for (const { path, id } of batch) {
        // Roots may lie in each other; files that failed have no image.
        if (id === undefined || (starts.length > 1 && seen.has(path))) continue;
        if (starts.length > 1) seen.add(path);
        const folder = dirname(path);
        counts.set(folder, (counts.get(folder) ?? 0) + 1);
      }
      await yielding.yieldIfDue();
    }
  }
  return [...counts]
    .map(([folder, count]) => ({ folder, files: count }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}
