import { watch as watchNatively } from "node:fs";
import { basename, join } from "node:path";
import { leftOutByName } from "./left-out.ts";
import { isWatched } from "./watch-filter.ts";

export interface TreeListener {
  /** Something was created, deleted or changed here; called more than once, and for files that do not matter. */
  readonly touched: (path: string) => void;
  /** Watches may lie on a folder that no longer exists: the root must be watched again. */
  readonly lost: () => void;
  readonly failed: (error: unknown) => void;
}

export interface TreeWatch {
  close(): Promise<void>;
}

/** Watches a folder with all below it. Resolves when it does; failures are emitted to the listener. */
export type WatchTree = (root: string, listener: TreeListener) => Promise<TreeWatch>;

/** One recursive watch for the whole tree, where the system supports it: macOS and Windows. */
export const watchWhole: WatchTree = async (root, { touched, lost, failed }) => {
  try {
    const watcher = watchNatively(root, { recursive: true });
    watcher.on("change", (event, name) => {
      const path = name === null ? root : join(root, name.toString());
      // A folder changes whenever something in it does, which emits its own event.
      if (name === null || event === "rename" || isWatched(path)) touched(path);
    });
    watcher.on("error", (error) => {
      lost();
      failed(error);
    });
    return { close: async () => watcher.close() };
  } catch (error) {
    failed(error);
    return { close: async () => {} };
  }
};

/** One watch for each folder: on Linux it also emits events of the files in it, so that these need none of their own. */
export const watchEachFolder: WatchTree = async (root, { touched, lost, failed }) => {
  // Loaded only to watch.
  const { watch: watchEach } = await import("chokidar");
  const watcher = watchEach(root, {
    followSymlinks: false,
    ignoreInitial: true,
    ignored: (path, stats) =>
      path !== root && (leftOutByName(basename(path)) !== undefined || stats?.isDirectory() === false),
    ignorePermissionErrors: true,
  });
  watcher.on("addDir", touched);
  watcher.on("unlinkDir", touched);
  watcher.on("raw", (event, name, details) => {
    const watchedPath: unknown = Object(details).watchedPath;
    // Polling, which an environment variable of chokidar's forces, does not report where.
    if (typeof watchedPath !== "string") return touched(root);
    const path = join(watchedPath, name ?? "");
    if (isWatched(path)) touched(path);
    // By this name a folder reports that it was itself moved or deleted; its watch is of no use to the next one.
    if (event === "rename" && name === basename(watchedPath)) {
      lost();
      touched(watchedPath);
    }
  });
  watcher.on("error", failed);
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  return { close: () => watcher.close() };
};
