import { platform } from "node:os";
import { LibraryError, systemCode } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import { networkFileSystem } from "./network-mounts.ts";
import { RootIdentity } from "./root-identity.ts";
import { isOpenTo, isWatched } from "./watch-filter.ts";
import { type TreeWatch, type WatchTree, watchEachFolder, watchWhole } from "./watch-tree.ts";
import { WriteSettler } from "./write-settler.ts";

export interface WatchOptions {
  /** Quiet time after the last event before changes are reported. Default 1,000. */
  readonly settleMs?: number | undefined;
  /** How long a file must be unchanged before it counts as copied, moved or deleted. Default 2,000. */
  readonly copiedMs?: number | undefined;
  /** How often each root is checked for existence. Default 5,000. */
  readonly lookMs?: number | undefined;
  /**
   * How often roots on network shares are reported, since other computers change them without an event here.
   * Infinity for never. Default 900,000.
   */
  readonly rescanMs?: number | undefined;
  /** Whether every root is reported that often. Default false. */
  readonly rescanEach?: boolean | undefined;
  /** The network file system that a root, or something in it, lies on. Default: as the system's mounts tell. */
  readonly networkFileSystem?: ((root: string) => Promise<string | undefined>) | undefined;
  /** Called once for each root on a network file system. */
  readonly onNetwork?: ((root: string, fileSystem: string, rescanMs: number) => void) | undefined;
  /** How each root is watched. Default: as suits the system. */
  readonly watchTree?: WatchTree | undefined;
  /** Called once when the system cannot watch everything. */
  readonly onError?: ((error: LibraryError) => void) | undefined;
}

export interface FolderWatcher {
  /** Resolves when every folder is being watched. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

const RESCAN_MS = 15 * 60_000;

const systemWatch = ["darwin", "win32"].includes(platform()) ? watchWhole : watchEachFolder;

/**
 * Calls `onChange` with the roots in which something changed, once things have settled. It reports where to
 * look, not what happened: the scan that follows finds the truth, so a missed or doubled event does no harm.
 * A root that goes away (an unplugged disk) and comes back is watched again.
 */
export function watchFolders(
  roots: readonly string[],
  onChange: (roots: readonly string[]) => void,
  options: WatchOptions = {},
): FolderWatcher {
  return new WatchedRoots(roots, onChange, options);
}

class WatchedRoots implements FolderWatcher {
  readonly ready: Promise<void>;
  readonly #roots: readonly string[];
  readonly #onChange: (roots: readonly string[]) => void;
  readonly #options: WatchOptions;
  readonly #rootIdentity: RootIdentity;
  readonly #settler: WriteSettler;
  readonly #trees = new Map<string, TreeWatch>();
  readonly #changed = new Set<string>();
  readonly #rescans = new Map<string, NodeJS.Timeout>();
  #settling: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #closed = false;
  #toldOfLimit = false;

  constructor(roots: readonly string[], onChange: (roots: readonly string[]) => void, options: WatchOptions) {
    this.#roots = roots;
    this.#onChange = onChange;
    this.#options = options;
    this.#rootIdentity = new RootIdentity(roots);
    this.#settler = new WriteSettler({
      ms: options.copiedMs ?? 2000,
      onStill: (path, stats) => {
        if (isWatched(path) || !stats?.isFile()) this.#note(path);
      },
    });
    this.ready = this.#begin();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#looking);
    clearTimeout(this.#settling);
    for (const timer of this.#rescans.values()) clearInterval(timer);
    this.#settler.close();
    await Promise.all([...this.#trees.values()].map((tree) => tree.close()));
  }

  async #begin(): Promise<void> {
    for (const { root } of await this.#rootIdentity.changed()) await this.#watch(root);
    this.#lookAgain();
  }

  /** It also keeps the process alive while every root is away and nothing else would. */
  #lookAgain(): void {
    if (this.#closed) return;
    this.#looking = setTimeout(async () => {
      for (const { root, exists } of await this.#rootIdentity.changed()) {
        await this.#unwatch(root);
        if (exists) await this.#watch(root);
        // Only now: the scan finds what changed while nobody watched.
        this.#note(root);
      }
      this.#lookAgain();
    }, this.#options.lookMs ?? 5000);
  }

  async #watch(root: string): Promise<void> {
    const watchTree = this.#options.watchTree ?? systemWatch;
    const tree = await watchTree(root, {
      touched: (path) => {
        if (!this.#closed && isOpenTo(root, path)) this.#settler.hold(path);
      },
      lost: () => this.#rootIdentity.forget(root),
      failed: (error) => this.#fail(error),
    });
    await this.#rescanNowAndThen(root);
    if (this.#closed) await tree.close();
    else this.#trees.set(root, tree);
  }

  /** A root that is away is not asked for its file system; one that comes back may lie on another. */
  async #rescanNowAndThen(root: string): Promise<void> {
    const {
      rescanMs = RESCAN_MS,
      rescanEach,
      networkFileSystem: fileSystemOf = networkFileSystem,
    } = this.#options;
    const fileSystem = await fileSystemOf(root);
    if (this.#closed || this.#rescans.has(root)) return;
    if (fileSystem !== undefined) this.#options.onNetwork?.(root, fileSystem, rescanMs);
    if ((fileSystem === undefined && !rescanEach) || rescanMs === Number.POSITIVE_INFINITY) return;
    this.#rescans.set(
      root,
      setInterval(() => this.#note(root), rescanMs),
    );
  }

  async #unwatch(root: string): Promise<void> {
    await this.#trees.get(root)?.close();
    this.#trees.delete(root);
  }

  #note(path: string): void {
    if (this.#closed) return;
    for (const root of this.#roots) if (isInside(path, root)) this.#changed.add(root);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const batch = [...this.#changed];
      this.#changed.clear();
      this.#onChange(batch);
    }, this.#options.settleMs ?? 1000);
  }

  #fail(error: unknown): void {
    if (isOutOfWatches(error) && !this.#toldOfLimit) {
      this.#toldOfLimit = true;
      this.#options.onError?.(outOfWatches(error));
    }
    for (const root of this.#roots) this.#note(root);
  }
}

const isOutOfWatches = (error: unknown) => ["ENOSPC", "EMFILE"].includes(String(systemCode(error)));

const outOfWatches = (cause: unknown) =>
  new LibraryError(
    "The system cannot watch all of these folders, so some changes will be missed. Raise its limit (on Linux fs.inotify.max_user_watches), or run `glimpse add` from time to time.",
    { cause },
  );
