import { lstat } from "node:fs/promises";
import { hostname } from "node:os";
import type PQueue from "p-queue";
import { isLasting, PictureError } from "../errors.ts";
import { hashFile } from "../image/hash-file.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, Embedder, Failure, Root, Route, WorkQueue } from "../ports.ts";
import { sumOfLeftOut, whereLeftOut } from "../sources/left-out.ts";
import { kindOf, otherKind, sumOfKinds } from "../sources/other-kinds.ts";
import {
  type DeletedFile,
  type PictureFile,
  type Scan,
  type ScanOptions,
  scanRoot,
} from "../sources/scan-folder.ts";
import { type FoundFile, looksLikePicture } from "../sources/walk-folder.ts";
import type {
  AddReport,
  CompanionCounts,
  FilePlacement,
  FilesByKind,
  LeftOut,
  LeftOutReason,
  LongWork,
  Motion,
  Shortfall,
  Skipped,
} from "../types.ts";
import { CommitBatch } from "./commit-batch.ts";
import { type FileOutcome, FileReader, failureOf } from "./file-reader.ts";
import { readWordsOfNewFiles } from "./import-keywords.ts";
import type { Originals } from "./originals.ts";
import { putCompanions } from "./put-companions.ts";
import { readSidecarsOfNewFiles } from "./read-sidecars.ts";
import { reassignPlacements } from "./reassign-placements.ts";
import { registerRoots, type ScanTarget } from "./register-roots.ts";
import { rememberMounts } from "./remember-mounts.ts";
import { rereadOutdated } from "./reread-outdated.ts";
import { withRootLease } from "./root-lease.ts";
import { storeOutcomes } from "./store-outcomes.ts";

export interface AddOptions extends LongWork {
  /** Try files again that failed earlier, though unchanged. */
  readonly retryFailed?: boolean | undefined;
  /** Read and embed every picture again, though nothing about its file is changed: what is known of it is replaced. */
  readonly rereadAll?: boolean | undefined;
  /** Called with a folder that another run is adding at this moment: this one goes on when that has ended. */
  readonly onWait?: ((folder: string) => void) | undefined;
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
  readonly root: Root;
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
  return new AddRun(context, queue, options).run(await scanTargets(context.catalog, paths));
}

async function scanTargets(catalog: Catalog, paths: readonly string[]): Promise<ScanTarget[]> {
  if (paths.length > 0) return registerRoots(catalog, paths);
  const roots = (await catalog.files.roots()).filter(({ host }) => host === hostname());
  return roots.map((root) => ({ root, path: root.path, isNew: false, isNamedFile: false }));
}

/** One run of adding: its queue, its counts, and what is being embedded right now. */
class AddRun {
  readonly #context: AddContext;
  readonly #options: AddOptions;
  readonly #queue: PQueue;
  readonly #batch: CommitBatch<FileOutcome>;
  readonly #files: FileReader;
  readonly #skipped: Skipped[] = [];
  readonly #partlyRead: AddReport["partlyRead"][number][] = [];
  readonly #refused: Skipped[] = [];
  readonly #otherKinds: FilesByKind[] = [];
  readonly #companions: CompanionCounts[] = [];
  readonly #leftOut: LeftOut[] = [];
  readonly #offline: string[] = [];
  readonly #deleted: DeletedFile[] = [];
  readonly #forWorkers: LeftToWorkers[] = [];
  /** Routes with workers. */
  #served: ReadonlySet<Route> = new Set();
  /** Roots that were read whole, or are there again. */
  readonly #online = new Set<string>();
  /** What is being added now, and what was found there of kinds that are not read. */
  #current = { path: "", otherKinds: {} as FilesByKind };
  #counts = { added: 0, known: 0, unchanged: 0, removed: 0, queued: 0 };
  #nowLeftOut: AddReport["nowLeftOut"] = {};
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
      const { added, known, failures } = await storeOutcomes(context.catalog, outcomes);
      this.#counts.added += added.length;
      this.#counts.known += known;
      for (const failure of failures) this.#report(failure);
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
        await this.#addWithLease(target);
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
    return {
      ...this.#counts,
      skipped: this.#skipped,
      partlyRead: this.#partlyRead,
      refused: this.#refused,
      nowLeftOut: this.#nowLeftOut,
      otherKinds: sumOfKinds(this.#otherKinds),
      leftOut: sumOfLeftOut(this.#leftOut),
      companions: sumOfKinds(this.#companions),
      offline: this.#offline,
      cancelled: this.#cancelled,
    };
  }

  get #cancelled(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  #addWithLease(target: ScanTarget): Promise<void> {
    const onWait = () => {
      this.#options.onWait?.(target.path);
      this.#progress("waiting for another run", target.path);
    };
    const options = { signal: this.#options.signal, onWait };
    return withRootLease(this.#context.catalog, target.root.path, options, () => this.#addTarget(target));
  }

  async #addTarget({ root, path, isNamedFile }: ScanTarget): Promise<void> {
    this.#current = { path, otherKinds: {} };
    this.#progress("listing", path);
    const mounts = await this.#context.catalog.files.mounts(root.path);
    const scan = await this.#scan(root, path, {
      mounts,
      retryFailed: this.#options.retryFailed || isNamedFile,
    });
    if (scan === undefined) return;
    if (scan.state === "offline") {
      this.#offline.push(path);
      if (path === root.path && root.host === hostname())
        await this.#context.catalog.files.setRootState(root.path, "offline");
      return;
    }
    this.#counts.unchanged += scan.unchanged;
    this.#offline.push(...scan.away);
    this.#current.otherKinds = scan.otherKinds;
    this.#leftOut.push(scan.leftOut);
    this.#companions.push(scan.companions);
    await rememberMounts(this.#context.catalog, { root: root.path, path, before: mounts }, scan);
    if (path === root.path) await this.#context.catalog.files.putLeftOut(path, scan.leftOut);
    if (path !== root.path && scan.isEmpty) await this.#reportLeftOut(path, scan);
    await this.#reportUnlisted(root, scan);
    const modified = await this.#checkTouched(scan.touched);
    await this.#readOrLeave(root, scan.added);
    await this.#readOrLeave(root, await this.#reassignPlacements(root, [...scan.changed, ...modified]));
    await this.#readAll(root, scan.reread);
    if (!this.#cancelled) await putCompanions(this.#context.catalog, scan.otherCompanions);
    this.#deleted.push(...scan.deleted);
    if (path === root.path || root.state === "offline") this.#online.add(root.path);
    this.#otherKinds.push(this.#current.otherKinds);
    if (path === root.path && !this.#cancelled)
      await this.#context.catalog.files.putOtherKinds(path, this.#current.otherKinds);
  }

  /** Most often only a mode or a link changed. @returns the files that hold something else than before */
  async #checkTouched(files: readonly PictureFile[]): Promise<PictureFile[]> {
    const same: PictureFile[] = [];
    const modified: PictureFile[] = [];
    let checked = 0;
    const check = async (file: PictureFile) => {
      if (this.#cancelled) return;
      // Whatever prevents reading is reported when the file is read as one that changed.
      const id = await hashFile(file.path, this.#context.embedder.maxBytes, this.#options.signal).catch(
        () => undefined,
      );
      (id === file.id ? same : modified).push(file);
      checked += 1;
      this.#options.onProgress?.({ stage: "checking", done: checked, total: files.length, item: file.path });
    };
    await (await openQueue(READ_AT_ONCE)).addAll(files.map((file) => () => check(file)));
    for (let start = 0; start < same.length && !this.#cancelled; start += CHANGE_TIMES_AT_ONCE)
      await this.#context.catalog.files.putChangeTimes(same.slice(start, start + CHANGE_TIMES_AT_ONCE));
    this.#counts.unchanged += same.length;
    return this.#cancelled ? [] : modified;
  }

  async #scan(
    root: Root,
    part: string,
    options: Pick<ScanOptions, "mounts" | "retryFailed">,
  ): Promise<Scan | undefined> {
    const { files } = this.#context.catalog;
    const onUndated = (undated: readonly FoundFile[]) => files.putChangeTimes(undated);
    try {
      const readsFilms = await this.#context.embedder.readsFilms?.();
      return await scanRoot(root, files.known(part), {
        ...this.#options,
        ...options,
        ...{ part, onUndated, readsFilms },
      });
    } catch (error) {
      if (this.#cancelled) return undefined;
      throw error;
    }
  }

  /** After the new ones: a file that was moved has its new placement by then. */
  async #reassignPlacements(root: Root, files: readonly PictureFile[]): Promise<readonly FoundFile[]> {
    if (files.length === 0 || this.#cancelled) return [];
    const { placed, same, left } = await reassignPlacements(this.#context.catalog, files, {
      placementOf: (file) => placementOf(root, file),
      maxBytes: this.#context.embedder.maxBytes,
      signal: this.#options.signal,
    });
    this.#counts.known += placed;
    if (this.#options.rereadAll) return [...left, ...same];
    for (const file of same) await this.#batch.add({ known: file.id, placement: placementOf(root, file) });
    return left;
  }

  /** A single file is read here: whoever named it wants to know at once whether it is a picture. */
  async #readOrLeave(root: Root, files: readonly FoundFile[]): Promise<void> {
    const route = root.kind === "folder" ? await this.#context.work?.routeOf(root) : undefined;
    if (route === undefined || !this.#served.has(route)) return this.#readAll(root, files);
    this.#forWorkers.push({ root, route, files });
  }

  /**
   * A file that was moved must have its new placement before the old one goes, so what has the size of one that is gone is
   * read here.
   */
  async #enqueue(work: WorkQueue): Promise<void> {
    const moved = new Set(this.#deleted.flatMap(({ wasImage, bytes }) => (wasImage ? [bytes] : [])));
    for (const { root, route, files } of this.#forWorkers) {
      await this.#readAll(
        root,
        files.filter(({ bytes }) => moved.has(bytes)),
      );
      if (this.#cancelled) return;
      const left = files.filter(({ bytes }) => !moved.has(bytes)).map((file) => placementOf(root, file));
      await work.enqueueFiles(route, left);
      this.#counts.queued += left.length;
    }
  }

  async #readAll(root: Root, files: readonly FoundFile[]): Promise<void> {
    this.#total += files.length;
    for (const file of files) {
      if (this.#cancelled || this.#fatal !== undefined) break;
      // Holding back here keeps the queue short, so that an abort has little left to drain.
      await this.#queue.onSizeLessThan(this.#queue.concurrency);
      void this.#queue.add(() => this.#readOne(root, file).catch((error) => this.#fail(error)));
    }
    await this.#queue.onIdle();
    if (this.#fatal !== undefined) throw this.#fatal;
    await this.#batch.flush();
  }

  /** The first defect or catalog failure ends the run; everything committed stays. */
  #fail(error: unknown): void {
    if (!this.#cancelled) this.#fatal ??= error;
  }

  async #readOne(root: Root, file: FoundFile): Promise<void> {
    if (this.#cancelled) return;
    await this.#files.read(placementOf(root, file), (outcome) => {
      if ("image" in outcome) this.#notePartlyRead(file.path, outcome.image.picture);
      return this.#batch.add(outcome);
    });
    if (this.#cancelled) return;
    this.#done += 1;
    this.#progress("embedding", file.path);
  }

  #notePartlyRead(origin: string, { cut, pages: held, durationMs }: Shortfall & Motion): void {
    const pages = durationMs === undefined ? held : undefined;
    if (cut || pages) this.#partlyRead.push({ origin, cut, pages });
  }

  /** A file whose decoder is missing is counted by its kind, unless it was named itself. */
  #report({ origin, code, reason }: Failure): void {
    if (code === "decoder-missing" && origin !== this.#current.path)
      this.#current.otherKinds = sumOfKinds([this.#current.otherKinds, { [kindOf(origin)]: 1 }]);
    else this.#skipped.push({ origin, code, reason });
  }

  async #removeDeleted(): Promise<void> {
    const paths = this.#deleted.map(({ path }) => path);
    if (paths.length > 0) {
      await this.#context.catalog.files.remove(paths);
      await this.#context.catalog.files.clearFailures(paths);
    }
    const removed = this.#deleted.filter(({ wasImage }) => wasImage);
    this.#counts.removed = removed.length;
    this.#nowLeftOut = countsOf(removed.flatMap(({ leftOut }) => leftOut ?? []));
    for (const path of this.#online) await this.#context.catalog.files.setRootState(path, "online");
  }

  /** A file that can never be a picture is no root: it would be read again and again for nothing. */
  async #refuse({ path, root, isNew }: ScanTarget): Promise<void> {
    const at = this.#skipped.findIndex(({ origin }) => origin === path);
    const [skipped] = at < 0 ? [] : this.#skipped.splice(at, 1);
    if (!skipped) return;
    this.#refused.push(skipped);
    if (!isLasting(skipped.code)) return;
    const { files } = this.#context.catalog;
    if (isNew) await files.removeRoot(root.path);
    else if (!looksLikePicture(path)) await files.clearFailures([path]);
  }

  /** What was named and yet not read must not look as if it had been. */
  async #reportLeftOut(path: string, { reasonLeftOut }: OnlineScan): Promise<void> {
    const leftOut = reasonLeftOut(path);
    const isFile = (await lstat(path).catch(() => undefined))?.isFile() ?? false;
    const kind = isFile && !leftOut ? otherKind(path) : undefined;
    if (kind) {
      this.#current.otherKinds = {};
      const reason = `Files of the kind ${kind} are not read.`;
      this.#refused.push({ origin: path, code: "unsupported-format", reason });
      return;
    }
    const why = leftOut
      ? `${isFile ? "it is" : "its pictures are"} ${whereLeftOut(leftOut)}`
      : isFile && !looksLikePicture(path) && "its name is not that of a picture";
    if (!why && isFile && !leftOut) {
      const reason =
        "it belongs to the picture of the same name beside it, which stands for both: name that picture, or its folder";
      this.#refused.push({ origin: path, code: "not-a-picture", reason });
    }
    if (!why) return;
    const reason = `${why}: scans of the folder around it leave it out, unless a .glimpseignore takes it back`;
    this.#refused.push({ origin: path, code: "not-a-picture", reason });
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

function countsOf(reasons: readonly LeftOutReason[]): AddReport["nowLeftOut"] {
  const counts: Partial<Record<LeftOutReason, number>> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function placementOf(root: Root, { path, bytes, modifiedAt, changedAt }: FoundFile): FilePlacement {
  return { kind: "file", root: root.path, path, bytes, modifiedAt, changedAt, online: true };
}
