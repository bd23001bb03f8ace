import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LibraryError } from "../errors.ts";
import { holdLease } from "../hold-lease.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog, Lease } from "../ports.ts";
import {
  announceRemoval,
  digestOfPath,
  isAmong,
  type RemovalNotice,
  removalsInProgress,
} from "./removal-notices.ts";

const LEASE_MS = 30_000;
const LOOK_AGAIN_MS = 200;
/** A run makes way for a removal within a second or two; the lease of one that died on another machine ends within this. */
const LONGEST_WAIT_MS = 35_000;
const SAY_SO_AFTER_MS = 1000;

type Stores = Pick<Catalog, "leases" | "state" | "files">;

export interface RootLeaseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when another run is at this root. */
  readonly onWait: () => void;
  /** Stores what is pending, before somebody else removes files of this root. */
  readonly onMakeWay: () => Promise<void>;
}

/**
 * Works on a root while no other run does, here or in another process: two that read the same new pictures at once
 * would both embed them. A run that is killed keeps nobody waiting. Nothing is done when the signal aborts the wait.
 * @returns whether the root was still in the library at the end
 */
export async function withRootLease(
  catalog: Stores,
  root: string,
  options: RootLeaseOptions,
  work: (turn: RootTurn) => Promise<void>,
): Promise<boolean> {
  const lease = await take(catalog, root, options);
  if (lease === undefined) return true;
  const turn = new RootTurn(catalog, root, lease, options);
  // Should it be lost while the machine sleeps, the other run only does what this one does too.
  await holdLease(turn.lease, LEASE_MS, async () => {
    if (await turn.isStillAdded()) await turn.whileWatched(work);
  });
  return !turn.removed.aborted;
}

/** A run's turn at a root, which it gives to whoever removes files of it, and has again afterwards. */
export class RootTurn {
  readonly #catalog: Stores;
  readonly #root: string;
  readonly #options: RootLeaseOptions;
  readonly #removed = new AbortController();
  readonly #removedPaths = new Set<string>();
  #lease: Lease | undefined;
  #steps = new Set<Promise<unknown>>();
  /** Pending while somebody removes files of this root. */
  #othersTurn: Promise<void> | undefined;

  constructor(catalog: Stores, root: string, lease: Lease, options: RootLeaseOptions) {
    this.#catalog = catalog;
    this.#root = root;
    this.#lease = lease;
    this.#options = options;
  }

  /** That of the moment, which is another one after each removal. */
  get lease(): Lease {
    return {
      renew: async () => (await this.#lease?.renew()) ?? true,
      release: async () => this.#lease?.release(),
    };
  }

  /** Aborts when the root is being removed from the library. */
  get removed(): AbortSignal {
    return this.#removed.signal;
  }

  /** Whether a path was removed from the library during this turn. */
  isRemoved(path: string): boolean {
    return isAmong(this.#removedPaths, path);
  }

  /** Also notices that the root was removed by a program that gave no notice. */
  async isStillAdded(): Promise<boolean> {
    if (!(await this.#catalog.files.isAdded(this.#root))) this.#removed.abort();
    return !this.#removed.signal.aborted;
  }

  /** Does what places files, and not while somebody removes files of this root. */
  async step<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#othersTurn) await this.#othersTurn;
    const running = work();
    this.#steps.add(running);
    return running.finally(() => this.#steps.delete(running));
  }

  /** Does the work, and looks for removals meanwhile. */
  async whileWatched(work: (turn: RootTurn) => Promise<void>): Promise<void> {
    const done = new AbortController();
    await this.#look(done.signal);
    if (this.removed.aborted) return;
    const watching = this.#watch(done.signal);
    try {
      await work(this);
    } finally {
      done.abort();
      await watching;
    }
  }

  async #watch(done: AbortSignal): Promise<void> {
    while (!done.aborted && !this.removed.aborted) {
      await pause(done);
      // What is wrong with the catalog is for the work to say.
      if (!done.aborted) await this.#look(done).catch(() => undefined);
    }
  }

  async #look(done: AbortSignal): Promise<void> {
    const removals = await this.#removals();
    const paths = new Set(removals.flatMap((removal) => removal.paths));
    if (isAmong(paths, this.#root)) this.#removed.abort();
    else if (paths.size > 0) await this.#giveWay(paths, done);
  }

  /** Of this root, or of something in it. */
  async #removals(): Promise<readonly RemovalNotice[]> {
    const own = digestOfPath(this.#root);
    return (await removalsInProgress(this.#catalog)).filter(
      ({ roots, paths }) => roots.includes(own) || isAmong(new Set(paths), this.#root),
    );
  }

  async #giveWay(paths: ReadonlySet<string>, done: AbortSignal): Promise<void> {
    let end = () => {};
    this.#othersTurn = new Promise((resolve) => (end = resolve));
    try {
      await Promise.allSettled(this.#steps);
      await this.#options.onMakeWay();
      for (const path of paths) this.#removedPaths.add(path);
      await this.#lease?.release();
      this.#lease = undefined;
      do await pause(done);
      while (!done.aborted && (await this.#removals()).length > 0);
      if (done.aborted) return;
      this.#lease = await take(this.#catalog, this.#root, { ...this.#options, onWait: () => {} });
      await this.isStillAdded();
    } finally {
      this.#othersTurn = undefined;
      end();
    }
  }
}

export interface RemovalOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when a run is at this root, and does not make way at once. */
  readonly onWait?: ((root: string) => void) | undefined;
}

/**
 * Removes while no run of adding is at the roots of these paths: of a root that goes it ends, of another it makes way.
 * @throws LibraryError when one does neither; nothing was done then
 */
export async function whileNotAdding<Result>(
  catalog: Stores,
  paths: readonly string[],
  options: RemovalOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const concerned = async () =>
    (await catalog.files.roots())
      .map(({ path }) => path)
      .filter((root) => paths.some((path) => isInside(root, path) || isInside(path, root)));
  return announceRemoval(catalog, { paths, roots: await concerned() }, async () => {
    const until = Date.now() + LONGEST_WAIT_MS;
    // In one order, so that of two removals neither waits for the other.
    const names = [...new Set([...(await concerned()), ...paths])].sort();
    const withLeases = (left: readonly string[]): Promise<Result> => {
      const [root, ...others] = left;
      return root === undefined ? work() : withLease(root, () => withLeases(others));
    };
    const withLease = async (root: string, then: () => Promise<Result>) =>
      holdLease(await takeSoon(catalog, root, until, options), LEASE_MS, then);
    return withLeases(names);
  });
}

/** Resolves once nobody removes these paths, or what is around them. */
export async function waitForRemovals(
  catalog: Pick<Catalog, "leases" | "state">,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const isUnderWay = async () => {
    const digests = new Set((await removalsInProgress(catalog)).flatMap((notice) => notice.paths));
    return paths.some((path) => isAmong(digests, resolve(path)));
  };
  while (!signal?.aborted && (await isUnderWay())) await pause(signal);
}

async function takeSoon(
  catalog: Stores,
  root: string,
  until: number,
  { signal, onWait }: RemovalOptions,
): Promise<Lease> {
  const said = setTimeout(() => onWait?.(root), SAY_SO_AFTER_MS);
  try {
    const soon = AbortSignal.timeout(Math.max(0, until - Date.now()));
    const lease = await take(catalog, root, {
      signal: signal ? AbortSignal.any([signal, soon]) : soon,
      onWait: () => {},
    });
    signal?.throwIfAborted();
    if (lease) return lease;
  } finally {
    clearTimeout(said);
  }
  throw new LibraryError(
    `Another glimpse is adding ${root}, or removing it, and does not make way. Nothing was removed: stop it, or try again once it is done.`,
  );
}

async function take(
  { leases }: Pick<Catalog, "leases">,
  root: string,
  { signal, onWait }: Pick<RootLeaseOptions, "signal" | "onWait">,
): Promise<Lease | undefined> {
  const name = `add:${digestOfPath(root)}`;
  let lease = await leases.acquire(name, LEASE_MS);
  if (lease === undefined) onWait();
  while (lease === undefined && !signal?.aborted) {
    await pause(signal);
    lease = await leases.acquire(name, LEASE_MS);
  }
  return lease;
}

const pause = (signal: AbortSignal | undefined) =>
  sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
