import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { watch } from "chokidar";
import { LibraryError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import { IGNORE_FILE } from "./ignore-rules.ts";
import { isHidden, looksLikePicture } from "./walk-folder.ts";

export interface WatchOptions {
  /** Quiet time after the last event before changes are handed on. Default 1,000. */
  readonly settleMs?: number | undefined;
  /** How long a file's size must stand still before it counts as copied. Default 2,000. */
  readonly copiedMs?: number | undefined;
  /** How often each root is looked for. Default 5,000. */
  readonly lookMs?: number | undefined;
  /** Told once when the system cannot watch everything. */
  readonly onError?: ((error: LibraryError) => void) | undefined;
}

export interface FolderWatcher {
  /** Resolves when every folder is being watched. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `onChange` with the roots in which something changed, once things have settled. It says where to
 * look, not what happened: the scan that follows finds the truth, so a missed or doubled event does no harm.
 * A root that goes away (an unplugged disk) and comes back is watched again.
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
    for (const root of roots) if (isInside(path, root)) changed.add(root);
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
  const places = new RootPlaces(roots);
  watcher.on("all", (event, path) => {
    // The watch on a root ends with it, even when it is back before it is looked for.
    if (event.startsWith("unlink") && roots.includes(path)) places.forget(path);
    note(path);
  });
  let told = false;
  watcher.on("error", (error) => {
    if (isOutOfWatches(error) && !told) options.onError?.(outOfWatches(error));
    told ||= isOutOfWatches(error);
    roots.forEach(note);
  });
  // It also keeps the process alive while every root is away and nothing else would.
  const looking = setInterval(async () => {
    for (const { root, isThere } of await places.moved()) {
      watcher.unwatch(root);
      if (isThere) watcher.add(root);
      note(root);
    }
  }, options.lookMs ?? 5000);
  const ready = Promise.all([
    new Promise<void>((resolve) => watcher.once("ready", resolve)),
    places.moved(),
  ]).then(() => undefined);
  const close = async () => {
    clearInterval(looking);
    clearTimeout(timer);
    await watcher.close();
  };
  return { ready, close };
}

/** Where each root lies on the disks: an unmounted or replaced one changes, often without an event. */
class RootPlaces {
  readonly #places = new Map<string, string>();
  readonly #roots: readonly string[];

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  forget(root: string): void {
    this.#places.delete(root);
  }

  /** Roots that came, went or were replaced since the last call. */
  async moved(): Promise<{ root: string; isThere: boolean }[]> {
    const found: { root: string; isThere: boolean }[] = [];
    for (const root of this.#roots) {
      const before = this.#places.get(root);
      const now = await stat(root).then(
        ({ dev, ino }) => `${dev}:${ino}`,
        () => undefined,
      );
      if (now === before) continue;
      if (now === undefined) this.#places.delete(root);
      else this.#places.set(root, now);
      found.push({ root, isThere: now !== undefined });
    }
    return found;
  }
}

const isOutOfWatches = (error: unknown) =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EMFILE");

const outOfWatches = (cause: unknown) =>
  new LibraryError(
    "The system cannot watch all of these folders, so some changes will be missed. Raise its limit (on Linux fs.inotify.max_user_watches), or run `glimpse add` from time to time.",
    { cause },
  );

function isUninteresting(path: string, isFile: boolean): boolean {
  const name = basename(path);
  if (name === IGNORE_FILE) return false;
  return isHidden(name) || (isFile && !looksLikePicture(name));
}
