import { basename, sep } from "node:path";
import { watch } from "chokidar";
import { IGNORE_FILE } from "./ignore-rules.ts";
import { isHidden, looksLikePicture } from "./walk-folder.ts";

export interface WatchOptions {
  /** Quiet time after the last event before changes are handed on. Default 1,000. */
  readonly settleMs?: number | undefined;
  /** How long a file's size must stand still before it counts as copied. Default 2,000. */
  readonly copiedMs?: number | undefined;
}

export interface FolderWatcher {
  /** Resolves when every folder is being watched. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `onChange` with the roots in which something changed, once things have settled. It says where to
 * look, not what happened: the scan that follows finds the truth, so a missed or doubled event does no harm.
 */
export function watchFolders(
  roots: readonly string[],
  onChange: (roots: readonly string[]) => void,
  options: WatchOptions = {},
): FolderWatcher {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    const batch = [...changed];
    changed.clear();
    onChange(batch);
  };
  const note = (path: string) => {
    for (const root of roots) if (path === root || path.startsWith(root + sep)) changed.add(root);
    clearTimeout(timer);
    timer = setTimeout(flush, options.settleMs ?? 1000);
  };
  const watcher = watch([...roots], {
    followSymlinks: false,
    ignoreInitial: true,
    ignored: (path, stats) => !roots.includes(path) && isUninteresting(path, stats?.isFile() ?? false),
    awaitWriteFinish: { stabilityThreshold: options.copiedMs ?? 2000, pollInterval: 200 },
    ignorePermissionErrors: true,
  });
  watcher.on("all", (_event, path) => note(path));
  // A root that goes away ends in an error event on some systems; the next scan reports it as offline.
  watcher.on("error", () => roots.forEach(note));
  const ready = new Promise<void>((resolve) => watcher.once("ready", resolve));
  const close = async () => {
    clearTimeout(timer);
    await watcher.close();
  };
  return { ready, close };
}

function isUninteresting(path: string, isFile: boolean): boolean {
  const name = basename(path);
  if (name === IGNORE_FILE) return false;
  return isHidden(name) || (isFile && !looksLikePicture(name));
}
