import { lstat } from "node:fs/promises";
import { hostname } from "node:os";
import type PQueue from "p-queue";
import { isLasting, PictureError } from "../errors.ts";
import { hashFile } from "../image/hash-file.ts";
import { isInside } from "../is-inside.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, Embedder, Failure, Root, Route, WorkQueue } from "../ports.ts";
import { FolderPresence } from "../sources/folder-presence.ts";
import { whereLeftOut } from "../sources/left-out.ts";
import { kindOf, otherKind, sumOfKinds } from "../sources/other-kinds.ts";
import { type PictureFile, type Scan, type ScanOptions, scanRoot } from "../sources/scan-folder.ts";
import { type FoundFile, looksLikePicture } from "../sources/walk-folder.ts";
import type { AddReport, FilePlacement, LongWork, Motion, Shortfall } from "../types.ts";
import { AddTally, reportOf, tallyOfRemoved } from "./add-tally.ts";
import { CommitBatch } from "./commit-batch.ts";
import { type FileOutcome, FileReader, failureOf } from "./file-reader.ts";
import { readWordsOfNewFiles } from "./import-keywords.ts";
import type { Originals } from "./originals.ts";
import { readSidecarsOfNewFiles } from "./read-sidecars.ts";
import { reassignPlacements } from "./reassign-placements.ts";
import { registerRoots, type ScanTarget } from "./register-roots.ts";
import { rememberMounts } from "./remember-mounts.ts";
import { rereadOutdated } from "./reread-outdated.ts";
import { type RootTurn, waitForRemovals, withRootLease } from "./root-lease.ts";
import { SizeLimits } from "./size-limits.ts";
import { storeCompanions } from "./store-companions.ts";
import { storeOutcomes } from "./store-outcomes.ts";

export interface AddOptions extends LongWork {
  /** Try files again that failed earlier, though unchanged. */
  readonly retryFailed?: boolean | undefined;
  /** Read and embed every picture again, though nothing about its file is changed: what is known of it is replaced. */
  readonly rereadAll?: boolean | undefined;
  /** Called with a folder that another run is adding at this moment: this one goes on when that has ended. */
  readonly onWait?: ((folder: string) => void) | undefined;
  /** Pass over paths that are in no added folder, instead of adding them: a folder that was just removed stays so. */
  readonly onlyAdded?: boolean | undefined;
  /** The device that a folder lies on. Default: as the system reports it. */
  readonly deviceOf?: ScanOptions["deviceOf"];
}

const READ_AT_ONCE = 4;
const CHANGE_TIMES_AT_ONCE = 512;

type OnlineScan = Extract<Scan, { state: "online" }>;

interface AddContext {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  readonly originals: Originals;
  /** Absent where no work is shared. */
  readonly work?: WorkQueue | undefined;
}

/** Files that are left to workers, unless they turn out to have been moved. */
interface LeftToWorkers {
  readonly target: ScanTarget;
  readonly route: Route;
  readonly files: readonly FoundFile[];
}

/**
 * Brings the library up to date with these files and folders (all added roots when none are named): new
 * and changed pictures are embedded, moved ones keep their vector, deleted ones go, unchanged ones cost a
 * stat. What was committed before a failure or an abort stays; the next run goes on from there.
 */
export async function addFiles(
  context: AddContext,
  paths: readonly string[],
  options: AddOptions = {},
): Promise<AddReport> {
  const queue = await openQueue(context.embedder.concurrency);
  return new AddRun(context, queue, options).run(await scanTargets(context.catalog, paths, options));
}

async function scanTargets(
  catalog: Catalog,
  paths: readonly string[],
  { onlyAdded, signal }: AddOptions,
): Promise<ScanTarget[]> {
  if (paths.length > 0 && !onlyAdded) {
    // Who names a folder that is being removed wants it added once it is.
    await waitForRemovals(catalog, paths, signal);
    return registerRoots(catalog, paths);
  }
  const roots = await catalog.files.roots();
  const within = (root: Root, path: string) => ({ root, path, isNew: false, isNamedFile: false });
  if (paths.length === 0)
    return roots.filter(({ host }) => host === hostname()).map((root) => within(root, root.path));
  return paths.flatMap((path) => {
    const root = roots.find((each) => isInside(path, each.path));
    return root ? [within(root, path)] : [];
  });
}

/** A target while it is read: what was done with it, and what ends its reading. */
interface TargetRun {
  readonly target: ScanTarget;
  readonly turn: RootTurn;
  tally: AddTally;
  presence: FolderPresence | undefined;
}

/** One run of adding: its queue, its counts, and what is being embedded right now. */
class AddRun {
  readonly #context: AddContext;
  readonly #options: AddOptions;
  readonly #queue: PQueue;
  readonly #batch: CommitBatch<FileOutcome>;
  readonly #files: FileReader;
  readonly #forWorkers: LeftToWorkers[] = [];
  readonly #tallies = new Map<ScanTarget, AddTally>();
  /** Routes with workers. */
  #served: ReadonlySet<Route> = new Set();
  /** Roots that were read whole, or are there again. */
  readonly #online = new Set<string>();
  #current: TargetRun | undefined;
  #done = 0;
  #total = 0;
  #fatal: unknown;

  constructor(context: AddContext, queue: PQueue, options: AddOptions) {
    this.#context = context;
    this.#options = options;
    this.#queue = queue;
    const onWait = () => this.#batch.flush();
    const { rereadAll, signal } = options;
    this.#files = new FileReader(context, { rereadAll, onWait, signal });
    this.#batch = new CommitBatch(async (outcomes) => {
      const current = this.#current;
      if (!current || !(await current.turn.isStillAdded())) return;
      const wanted = outcomes.filter((outcome) => !current.turn.isRemoved(pathOf(outcome)));
      const { added, known, failures } = await storeOutcomes(context.catalog, wanted);
      current.tally.added += added.length;
      current.tally.known += known;
      for (const failure of failures) this.#report(current, failure);
      await this.#files.committed(added);
    });
  }

  async run(targets: readonly ScanTarget[]): Promise<AddReport> {
    const { work } = this.#context;
    try {
      // What is read again replaces what is known, which a worker does not.
      if (work && !this.#options.rereadAll) this.#served = await work.servedRoutes();
      for (const target of targets) {
        if (this.#cancelled) break;
        await this.#withLease(target, new AddTally(), (run) => this.#addTarget(run));
      }
      if (work) await this.#enqueue(work);
    } finally {
      await this.#files.close();
    }
    // Before the files that carried them go: what tells of a moved one that it has words.
    if (!this.#cancelled) await readWordsOfNewFiles(this.#context, this.#options);
    if (!this.#cancelled) await readSidecarsOfNewFiles(this.#context, this.#options);
    // Only now: a moved file has its new placement by this time, so its image is not erased in between.
    if (!this.#cancelled) await this.#removeDeleted();
    if (!this.#cancelled) for (const target of targets) if (target.isNamedFile) await this.#refuse(target);
    if (targets.some(({ root, path }) => path === root.path))
      await rereadOutdated(this.#context, this.#options);
    return { ...reportOf([...this.#tallies.values()]), cancelled: this.#cancelled };
  }

  get #cancelled(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  /** Whether this target is read no further. */
  #isOver({ turn, target, presence }: TargetRun): boolean {
    return this.#cancelled || turn.removed.aborted || (presence?.gone.has(target.root.path) ?? false);
  }

  /** Works on a target while nobody else does. What its root's removal makes untrue is forgotten. */
  async #withLease(
    target: ScanTarget,
    tally: AddTally,
    work: (run: TargetRun) => Promise<void>,
  ): Promise<void> {
    const onWait = () => {
      this.#options.onWait?.(target.path);
      this.#progress("waiting for another run", target.path);
    };
    const options = { signal: this.#options.signal, onWait, onMakeWay: () => this.#batch.flush() };
    this.#tallies.set(target, tally);
    const isStillAdded = await withRootLease(
      this.#context.catalog,
      target.root.path,
      options,
      async (turn) => {
        this.#current = { target, turn, tally, presence: undefined };
        await work(this.#current);
      },
    );
    if (!isStillAdded) this.#tallies.set(target, tallyOfRemoved(target.path));
  }

  async #addTarget(run: TargetRun): Promise<void> {
    const { tally, target } = run;
    const { root, path, isNamedFile } = target;
    const { files } = this.#context.catalog;
    this.#progress("listing", path);
    const mounts = await files.mounts(root.path);
    const limits = new SizeLimits(this.#context.catalog.state, this.#context.embedder);
    const retryTooLarge = await limits.haveGrown(root.path);
    const retryFailed = this.#options.retryFailed || isNamedFile;
    const scan = await this.#scan(run, { mounts, retryFailed, retryTooLarge });
    if (scan === undefined) return;
    if (scan.state === "offline") return this.#noteAway(run, path);
    const { deviceOf } = this.#options;
    if (root.kind === "folder")
      run.presence = await FolderPresence.of(root.path, { mounts: scan.mounts, deviceOf });
    tally.unchanged += scan.unchanged;
    tally.offline.push(...scan.away);
    tally.otherKinds = scan.otherKinds;
    tally.leftOut = scan.leftOut;
    tally.companions = scan.companions;
    await rememberMounts(this.#context.catalog, { root: root.path, path, before: mounts }, scan);
    if (path === root.path) await files.putLeftOut(path, scan.leftOut);
    if (path !== root.path && scan.isEmpty) await this.#reportLeftOut(run, scan);
    await this.#reportUnlisted(root, scan);
    const modified = await this.#checkTouched(run, scan.touched);
    await this.#readOrLeave(run, scan.added);
    await this.#readOrLeave(run, await this.#reassignPlacements(run, [...scan.changed, ...modified]));
    await this.#readAll(run, scan.reread);
    for (const folder of run.presence?.gone ?? []) await this.#noteAway(run, folder);
    if (this.#isOver(run)) return;
    await storeCompanions(this.#context.catalog, scan.otherCompanions);
    tally.deleted.push(...scan.deleted);
    if (path === root.path || root.state === "offline") this.#online.add(root.path);
    if (path !== root.path) return;
    await files.putOtherKinds(path, tally.otherKinds);
    if (retryTooLarge) await limits.remember(path);
  }

  async #noteAway({ target: { root }, tally }: TargetRun, path: string): Promise<void> {
    tally.offline.push(path);
    if (path === root.path && root.host === hostname())
      await this.#context.catalog.files.setRootState(root.path, "offline");
  }

  /** Most often only a mode or a link changed. @returns the files that hold something else than before */
  async #checkTouched(run: TargetRun, files: readonly PictureFile[]): Promise<PictureFile[]> {
    const same: PictureFile[] = [];
    const modified: PictureFile[] = [];
    let checked = 0;
    const check = async (file: PictureFile) => {
      if (this.#isOver(run)) return;
      // Whatever prevents reading is reported when the file is read as one that changed.
      const id = await hashFile(file.path, this.#context.embedder.maxBytes, this.#options.signal).catch(
        () => undefined,
      );
      (id === file.id ? same : modified).push(file);
      checked += 1;
      this.#options.onProgress?.({ stage: "checking", done: checked, total: files.length, item: file.path });
    };
    await (await openQueue(READ_AT_ONCE)).addAll(files.map((file) => () => check(file)));
    for (let start = 0; start < same.length && !this.#isOver(run); start += CHANGE_TIMES_AT_ONCE)
      await this.#context.catalog.files.putChangeTimes(same.slice(start, start + CHANGE_TIMES_AT_ONCE));
    run.tally.unchanged += same.length;
    return this.#isOver(run) ? [] : modified;
  }

  async #scan(
    { target: { root, path: part }, turn: { removed } }: TargetRun,
    options: Pick<ScanOptions, "mounts" | "retryFailed" | "retryTooLarge">,
  ): Promise<Scan | undefined> {
    const { files } = this.#context.catalog;
    const onUndated = (undated: readonly FoundFile[]) => files.putChangeTimes(undated);
    const signal = AbortSignal.any([removed, ...(this.#options.signal ? [this.#options.signal] : [])]);
    try {
      const readsFilms = await this.#context.embedder.readsFilms?.();
      return await scanRoot(root, files.known(part), {
        ...this.#options,
        ...options,
        ...{ part, onUndated, readsFilms, signal },
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** After the new ones: a file that was moved has its new placement by then. */
  async #reassignPlacements(run: TargetRun, files: readonly PictureFile[]): Promise<readonly FoundFile[]> {
    if (files.length === 0 || this.#isOver(run)) return [];
    const { target, turn, tally } = run;
    const { placed, same, left } = await reassignPlacements(this.#context.catalog, files, {
      turn,
      placementOf: (file) => placementOf(target.root, file),
      maxBytes: this.#context.embedder.maxBytes,
      signal: this.#options.signal,
    });
    tally.known += placed;
    if (this.#options.rereadAll) return [...left, ...same];
    for (const file of same)
      await turn.step(() => this.#batch.add({ known: file.id, placement: placementOf(target.root, file) }));
    return left;
  }

  /** A single file is read here: whoever named it wants to know at once whether it is a picture. */
  async #readOrLeave(run: TargetRun, files: readonly FoundFile[]): Promise<void> {
    const { root } = run.target;
    const route = root.kind === "folder" ? await this.#context.work?.routeOf(root) : undefined;
    if (route === undefined || !this.#served.has(route)) return this.#readAll(run, files);
    this.#forWorkers.push({ target: run.target, route, files });
  }

  /**
   * A file that was moved must have its new placement before the old one goes, so what has the size of one that is gone is
   * read here.
   */
  async #enqueue(work: WorkQueue): Promise<void> {
    const deleted = [...this.#tallies.values()].flatMap((tally) => tally.deleted);
    const moved = new Set(deleted.flatMap(({ wasImage, bytes }) => (wasImage ? [bytes] : [])));
    for (const { target, route, files } of this.#forWorkers) {
      if (this.#cancelled) return;
      const tally = this.#tallies.get(target) ?? new AddTally();
      await this.#withLease(target, tally, async (run) => {
        await this.#readAll(
          run,
          files.filter(({ bytes }) => moved.has(bytes)),
        );
        const left = files
          .filter(({ bytes }) => !moved.has(bytes))
          .map((file) => placementOf(target.root, file));
        await run.turn.step(async () => {
          if (this.#isOver(run)) return;
          await work.enqueueFiles(route, left);
          tally.queued += left.length;
        });
      });
    }
  }

  async #readAll(run: TargetRun, files: readonly FoundFile[]): Promise<void> {
    this.#total += files.length;
    for (const file of files) {
      if (this.#isOver(run) || this.#fatal !== undefined) break;
      // Holding back here keeps the queue short, so that an abort has little left to drain.
      await this.#queue.onSizeLessThan(this.#queue.concurrency);
      void this.#queue.add(() =>
        run.turn.step(() => this.#readOne(run, file)).catch((error) => this.#fail(error)),
      );
    }
    await this.#queue.onIdle();
    if (this.#fatal !== undefined) throw this.#fatal;
    await this.#batch.flush();
  }

  /** The first defect or catalog failure ends the run; everything committed stays. */
  #fail(error: unknown): void {
    if (!this.#cancelled) this.#fatal ??= error;
  }

  async #readOne(run: TargetRun, file: FoundFile): Promise<void> {
    const { target, presence, turn } = run;
    if (this.#isOver(run) || turn.isRemoved(file.path) || presence?.isGone(file.path)) return;
    await this.#files.read(placementOf(target.root, file), async (outcome) => {
      const isFailure = "failure" in outcome && !isLasting(outcome.failure.code);
      if (isFailure && (await presence?.wentWith(file.path))) return;
      if ("image" in outcome) this.#notePartlyRead(run, file.path, outcome.image.picture);
      await this.#batch.add(outcome);
    });
    if (this.#cancelled) return;
    this.#done += 1;
    this.#progress("embedding", file.path);
  }

  #notePartlyRead(
    { tally }: TargetRun,
    origin: string,
    { cut, pages: held, durationMs }: Shortfall & Motion,
  ): void {
    const pages = durationMs === undefined ? held : undefined;
    if (cut || pages) tally.partlyRead.push({ origin, cut, pages });
  }

  /** A file whose decoder is missing is counted by its kind, unless it was named itself. */
  #report({ tally, target }: TargetRun, { origin, code, reason }: Failure): void {
    if (code === "decoder-missing" && origin !== target.path)
      tally.otherKinds = sumOfKinds([tally.otherKinds, { [kindOf(origin)]: 1 }]);
    else tally.skipped.push({ origin, code, reason });
  }

  async #removeDeleted(): Promise<void> {
    const deleted = [...this.#tallies.values()].flatMap((tally) => tally.deleted);
    const paths = deleted.map(({ path }) => path);
    if (paths.length > 0) {
      await this.#context.catalog.files.remove(paths);
      await this.#context.catalog.files.clearFailures(paths);
    }
    for (const path of this.#online) await this.#context.catalog.files.setRootState(path, "online");
  }

  /** A file that can never be a picture is no root: it would be read again and again for nothing. */
  async #refuse(target: ScanTarget): Promise<void> {
    const { path, root, isNew } = target;
    const tally = this.#tallies.get(target);
    const at = tally?.skipped.findIndex(({ origin }) => origin === path) ?? -1;
    const [skipped] = at < 0 ? [] : (tally?.skipped.splice(at, 1) ?? []);
    if (!skipped) return;
    tally?.refused.push(skipped);
    if (!isLasting(skipped.code)) return;
    const { files } = this.#context.catalog;
    if (isNew) await files.removeRoot(root.path);
    else if (!looksLikePicture(path)) await files.clearFailures([path]);
  }

  /** What was named and yet not read must not look as if it had been. */
  async #reportLeftOut({ target: { path }, tally }: TargetRun, { reasonLeftOut }: OnlineScan): Promise<void> {
    const leftOut = reasonLeftOut(path);
    const isFile = (await lstat(path).catch(() => undefined))?.isFile() ?? false;
    const kind = isFile && !leftOut ? otherKind(path) : undefined;
    if (kind) {
      tally.otherKinds = {};
      const reason = `Files of the kind ${kind} are not read.`;
      tally.refused.push({ origin: path, code: "unsupported-format", reason });
      return;
    }
    const why = leftOut
      ? `${isFile ? "it is" : "its pictures are"} ${whereLeftOut(leftOut)}`
      : isFile && !looksLikePicture(path) && "its name is not that of a picture";
    if (!why && isFile && !leftOut) {
      const reason =
        "it belongs to the picture of the same name beside it, which stands for both: name that picture, or its folder";
      tally.refused.push({ origin: path, code: "not-a-picture", reason });
    }
    if (!why) return;
    const reason = `${why}: scans of the folder around it leave it out, unless a .glimpseignore takes it back`;
    tally.refused.push({ origin: path, code: "not-a-picture", reason });
  }

  /** Folders that could not be listed and names that cannot be written down are reported, not overlooked. */
  async #reportUnlisted(root: Root, scan: OnlineScan): Promise<void> {
    const nameless = scan.unnamable.map((path) => ({
      path,
      reason: "its name is not valid UTF-8; rename it",
    }));
    for (const { path, reason } of [...scan.unreadable, ...nameless]) {
      const error = new PictureError("denied", reason);
      const file = { path, root: root.path, bytes: 0, modifiedAt: 0, changedAt: 0 };
      await this.#batch.add({ failure: failureOf(file, error) });
    }
    await this.#batch.flush();
  }

  #progress(stage: string, item: string): void {
    this.#options.onProgress?.({ stage, done: this.#done, total: this.#total, item });
  }
}

const pathOf = (outcome: FileOutcome): string => {
  if ("failure" in outcome) return outcome.failure.origin;
  const { placement } = "image" in outcome ? outcome.image : outcome;
  return placement.kind === "file" ? placement.path : "";
};

function placementOf(root: Root, { path, bytes, modifiedAt, changedAt }: FoundFile): FilePlacement {
  return { kind: "file", root: root.path, path, bytes, modifiedAt, changedAt, online: true };
}
