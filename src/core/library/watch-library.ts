import { hostname } from "node:os";
import { isLasting, LibraryGoneError } from "../errors.ts";
import type { Root } from "../ports.ts";
import { type WatchOptions, watchFolders } from "../sources/watch-folders.ts";
import type { AddReport, Skipped } from "../types.ts";
import type { AddOptions } from "./add-files.ts";

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 300_000;

export interface WatchLibraryOptions extends WatchOptions, Omit<AddOptions, "signal"> {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Called after each round of changes, and after the first scan. */
  readonly onReport: (report: AddReport) => void;
  /** Called when a round failed, once until one succeeds; the round is retried. */
  readonly onError: (error: unknown) => void;
  /** Wait before a failed round is tried again; each further one is twice as long, up to five minutes. Default 1,000. */
  readonly retryMs?: number | undefined;
}

interface Watched {
  roots(): Promise<Root[]>;
  add(paths: readonly string[], options: AddOptions): Promise<AddReport>;
}

/**
 * Scans once, then again whenever something changes below an added folder, one round at a time.
 * @throws LibraryGoneError when the library was deleted or replaced: no later round could succeed
 */
export async function watchLibrary(library: Watched, options: WatchLibraryOptions): Promise<void> {
  const here = (await library.roots()).filter(({ host }) => host === hostname());
  const roots = here.map((root) => root.path);
  const rounds = new Rounds(library, roots, options);
  const watcher = watchFolders(roots, (changed) => rounds.request(changed), options);
  await watcher.ready;
  await rounds.run().finally(() => watcher.close());
}

/** Rounds of adding. What a round could not do stays due, with growing waits. */
class Rounds {
  readonly #library: Watched;
  readonly #options: WatchLibraryOptions;
  readonly #due: Set<string>;
  #wake: () => void = () => undefined;
  #retries = 0;
  #errorReported = false;
  /** Files that the reports named already and that are still tried. */
  #reported = new Set<string>();

  constructor(library: Watched, roots: readonly string[], options: WatchLibraryOptions) {
    this.#library = library;
    this.#options = options;
    this.#due = new Set(roots);
    options.signal.addEventListener("abort", () => this.#wake(), { once: true });
  }

  request(roots: readonly string[]): void {
    for (const root of roots) this.#due.add(root);
    this.#wake();
  }

  async run(): Promise<void> {
    while (!this.#options.signal.aborted) {
      const now = [...this.#due];
      this.#due.clear();
      if (now.length === 0) await this.#awaken();
      else if (await this.#isDone(now)) this.#retries = 0;
      else await this.#waitToRetry(now);
    }
  }

  /** Resolves at the next request or abort, and after this time where one is given. */
  async #awaken(ms?: number): Promise<void> {
    if (this.#options.signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }

  /** Whether the round did all that there was to do; what went wrong is reported. */
  async #isDone(roots: readonly string[]): Promise<boolean> {
    const { signal, onReport, onError } = this.#options;
    try {
      // One that was removed meanwhile must not come back by being named.
      const report = await this.#library.add(roots, { ...this.#options, onlyAdded: true });
      this.#errorReported = false;
      onReport(this.#withoutRepeated(report));
      return this.#reported.size === 0;
    } catch (error) {
      if (error instanceof LibraryGoneError && !signal.aborted) throw error;
      if (!signal.aborted && !this.#errorReported) onError(error);
      this.#errorReported = true;
      return false;
    }
  }

  /** Something that changes meanwhile is not kept waiting, and what is due is tried along with it. */
  async #waitToRetry(roots: readonly string[]): Promise<void> {
    const wait = (this.#options.retryMs ?? FIRST_RETRY_MS) * 2 ** this.#retries;
    this.#retries += 1;
    for (const root of roots) this.#due.add(root);
    await this.#awaken(Math.min(LONGEST_RETRY_MS, wait));
  }

  /** A file that is tried again and fails again is reported once. */
  #withoutRepeated(report: AddReport): AddReport {
    const before = this.#reported;
    const skipped = report.skipped ?? [];
    this.#reported = new Set(skipped.filter(isWorthRetrying).map(({ origin }) => origin));
    return { ...report, skipped: skipped.filter(({ origin }) => !before.has(origin)) };
  }
}

/** A reason that passes by itself. Permission is granted by a user, which a later scan notices. */
const isWorthRetrying = ({ code }: Skipped) => !isLasting(code) && code !== "denied";
