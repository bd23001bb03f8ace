import { isInside } from "../is-inside.ts";
import type { Root } from "../ports.ts";
import { type WatchOptions, watchFolders } from "../sources/watch-folders.ts";
import type { AddReport } from "../types.ts";
import type { AddOptions } from "./add-files.ts";

export interface WatchLibraryOptions extends WatchOptions, Omit<AddOptions, "signal"> {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Told after each round of changes, and of the first scan. */
  readonly onReport: (report: AddReport) => void;
  /** Told when a round failed; the watch goes on. */
  readonly onError: (error: unknown) => void;
}

interface Watched {
  roots(): Promise<Root[]>;
  add(paths: readonly string[], options: AddOptions): Promise<AddReport>;
}

/** Scans once, then again whenever something changes below an added folder, one round at a time. */
export async function watchLibrary(library: Watched, options: WatchLibraryOptions): Promise<void> {
  const { signal } = options;
  const roots = (await library.roots()).map((root) => root.path);
  const due = new Set(roots);
  let wake: () => void = () => undefined;
  const watcher = watchFolders(
    roots,
    (changed) => {
      for (const root of changed) due.add(root);
      wake();
    },
    options,
  );
  signal.addEventListener("abort", () => wake(), { once: true });
  await watcher.ready;
  while (!signal.aborted) {
    const now = [...due];
    due.clear();
    if (now.length > 0) await round(library, now, options);
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  await watcher.close();
}

async function round(
  library: Watched,
  roots: readonly string[],
  options: WatchLibraryOptions,
): Promise<void> {
  try {
    // One that was removed meanwhile must not come back by being named.
    const still = await library.roots();
    const paths = roots.filter((path) => still.some((root) => isInside(path, root.path)));
    if (paths.length > 0) options.onReport(await library.add(paths, options));
  } catch (error) {
    if (!options.signal.aborted) options.onError(error);
  }
}
