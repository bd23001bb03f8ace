import { lstat } from "node:fs/promises";
import { hostname } from "node:os";
import PQueue from "p-queue";
import { isLasting, LibraryError, PictureError, systemCode } from "../errors.ts";
import type { Catalog, Embedder, Failure, KnownFile, Root } from "../ports.ts";
import { hashFile } from "../sources/hash-file.ts";
import { sumOfKinds } from "../sources/other-kinds.ts";
import { type Scan, type ScanOptions, scanRoot } from "../sources/scan-folder.ts";
import type { FoundFile } from "../sources/walk-folder.ts";
import type { AddReport, FilePlacement, FilesByKind, ImageId, LongWork, Skipped } from "../types.ts";
import { CommitBatch } from "./commit-batch.ts";
import { EmbeddingClaims } from "./embedding-claims.ts";
import type { Originals } from "./originals.ts";
import { readDates } from "./read-dates.ts";
import { reassignPlacements } from "./reassign-placements.ts";
import { type RootPart, registerRoots } from "./register-roots.ts";
import { rememberMounts } from "./remember-mounts.ts";
import { withRootLease } from "./root-lease.ts";

export interface AddOptions extends LongWork {
  /** Try files again that failed earlier, though unchanged. */
  readonly retryFailed?: boolean | undefined;
  /** Read every file again, though its size and time are unchanged. */
  readonly rereadAll?: boolean | undefined;
  /** Called with a folder that another run is adding at this moment: this one goes on when that has ended. */
  readonly onWait?: ((folder: string) => void) | undefined;
  /** The device that a folder lies on. Default: as the system reports it. */
  readonly deviceOf?: ScanOptions["deviceOf"];
}

interface AddContext {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  readonly originals: Originals;
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
  return new AddRun(context, options).run(await partsToRead(context.catalog, paths));
}

async function partsToRead(catalog: Catalog, paths: readonly string[]): Promise<RootPart[]> {
  if (paths.length > 0) return registerRoots(catalog, paths);
  const roots = (await catalog.files.roots()).filter(({ host }) => host === hostname());
  return roots.map((root) => ({ root, part: root.path, isNew: false }));
}

/** One run of adding: its queue, its counts, and what is being embedded right now. */
class AddRun {
  readonly #context: AddContext;
  readonly #options: AddOptions;
  readonly #queue: PQueue;
  readonly #batch: CommitBatch;
  /** Bytes that occur twice in one run are embedded once: what is being looked up or embedded, and what has been. */
  readonly #pending = new Map<ImageId, Promise<void>>();
  readonly #embedded = new Set<ImageId>();
  /** And those that occur in two runs at once. */
  readonly #claims: EmbeddingClaims;
  readonly #skipped: Skipped[] = [];
  readonly #refused: Skipped[] = [];
  readonly #otherKinds: FilesByKind[] = [];
  readonly #offline: string[] = [];
  readonly #deleted: { readonly path: string; readonly wasImage: boolean }[] = [];
  /** Roots that were read whole, or are there again. */
  readonly #online = new Set<string>();
  #counts = { added: 0, known: 0, unchanged: 0, removed: 0 };
  #done = 0;
  #total = 0;
  #fatal: unknown;

  constructor(context: AddContext, options: AddOptions) {
    this.#context = context;
    this.#options = options;
    this.#queue = new PQueue({ concurrency: context.embedder.concurrency });
    this.#claims = new EmbeddingClaims(context.catalog);
    this.#batch = new CommitBatch(context.catalog, async ({ added, known, failures }) => {
      this.#counts.added += added.length;
      this.#counts.known += known;
      this.#skipped.push(...failures.map(({ origin, code, reason }) => ({ origin, code, reason })));
      await this.#claims.release(added);
    });
  }

  async run(parts: readonly RootPart[]): Promise<AddReport> {
    try {
      for (const part of parts) {
        if (this.#cancelled) break;
        await this.#addWithLease(part);
      }
    } finally {
      await this.#claims.releaseAll();
    }
    // Only now: a moved file has its new placement by this time, so its image is not erased in between.
    if (!this.#cancelled) await this.#removeDeleted();
    if (!this.#cancelled)
      await this.#refuse(parts.filter(({ isNew, root }) => isNew && root.kind === "file"));
    if (parts.some(({ root, part }) => part === root.path)) await readDates(this.#context, this.#options);
    return {
      ...this.#counts,
      skipped: this.#skipped,
      refused: this.#refused,
      otherKinds: sumOfKinds(this.#otherKinds),
      offline: this.#offline,
      cancelled: this.#cancelled,
    };
  }

  get #cancelled(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  #addWithLease(part: RootPart): Promise<void> {
    const onWait = () => {
      this.#options.onWait?.(part.part);
      this.#progress("waiting for another run", part.part);
    };
    const options = { signal: this.#options.signal, onWait };
    return withRootLease(this.#context.catalog, part.root.path, options, () => this.#addPart(part));
  }

  async #addPart({ root, part }: RootPart): Promise<void> {
    this.#progress("listing", part);
    const known = await this.#context.catalog.files.known(part);
    const mounts = await this.#context.catalog.files.mounts(root.path);
    const scan = await this.#scan(root, { part, mounts }, known);
    if (scan === undefined) return;
    if (scan.state === "offline") {
      this.#offline.push(part);
      if (part === root.path && root.host === hostname())
        await this.#context.catalog.files.setRootState(root.path, "offline");
      return;
    }
    this.#counts.unchanged += scan.unchanged;
    this.#offline.push(...scan.away);
    this.#otherKinds.push(scan.otherKinds);
    await rememberMounts(this.#context.catalog, { root: root.path, part, before: mounts }, scan);
    if (part === root.path) await this.#context.catalog.files.putOtherKinds(part, scan.otherKinds);
    if (part !== root.path && known.size + scan.toRead.length === 0) await this.#reportLeftOut(part);
    await this.#reportUnlisted(root, scan);
    const isNew = ({ path }: FoundFile) => known.get(path)?.id === undefined;
    await this.#readAll(root, scan.toRead.filter(isNew));
    const changed = scan.toRead.filter((file) => !isNew(file));
    await this.#readAll(root, await this.#reassignPlacements(root, changed, known));
    for (const path of scan.gone) this.#deleted.push({ path, wasImage: known.get(path)?.id !== undefined });
    if (part === root.path || root.state === "offline") this.#online.add(root.path);
  }

  async #scan(
    root: Root,
    where: Pick<ScanOptions, "part" | "mounts">,
    known: ReadonlyMap<string, KnownFile>,
  ): Promise<Scan | undefined> {
    try {
      return await scanRoot(root, known, { ...this.#options, ...where });
    } catch (error) {
      if (this.#cancelled) return undefined;
      throw error;
    }
  }

  /** After the new ones: a file that was moved has its new placement by then. */
  async #reassignPlacements(
    root: Root,
    files: readonly FoundFile[],
    known: ReadonlyMap<string, KnownFile>,
  ): Promise<readonly FoundFile[]> {
    if (files.length === 0 || this.#cancelled) return [];
    const { placed, left } = await reassignPlacements(this.#context.catalog, files, {
      known,
      placementOf: (file) => placementOf(root, file),
      signal: this.#options.signal,
    });
    this.#counts.known += placed;
    return left;
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
    const placement = placementOf(root, file);
    try {
      const id = await hashFile(file.path, this.#options.signal).catch((cause) => {
        throw unreadable(cause);
      });
      await this.#afterOthersOf(id, () => this.#place(id, placement));
    } catch (error) {
      if (this.#cancelled) return;
      if (!(error instanceof PictureError)) throw error;
      await this.#batch.failure(failureOf(file, root, error));
    }
    this.#done += 1;
    this.#progress("embedding", file.path);
  }

  async #afterOthersOf(id: ImageId, work: () => Promise<void>): Promise<void> {
    const others = this.#pending.get(id)?.catch(() => undefined);
    const all = others ? others.then(work) : work();
    this.#pending.set(id, all);
    await all.finally(() => this.#pending.get(id) === all && this.#pending.delete(id));
  }

  async #place(id: ImageId, placement: FilePlacement): Promise<void> {
    const commit = () => this.#batch.flush();
    const isNew =
      !this.#embedded.has(id) &&
      !(await this.#context.catalog.images.has(id)) &&
      (await this.#claims.take(id, commit, this.#options.signal));
    if (!isNew) return this.#batch.placement(id, placement);
    try {
      await this.#embed(placement);
    } finally {
      // What could not be embedded, or turned out to be other bytes by then, is free for others.
      if (!this.#embedded.has(id)) await this.#claims.release([id]);
    }
  }

  async #embed(placement: FilePlacement): Promise<void> {
    const { embedder } = this.#context;
    const { picture, embedding } = await embedder.embedPicture(
      { path: placement.path },
      this.#options.signal,
    );
    this.#embedded.add(picture.id);
    await this.#batch.image({ picture, placement, space: embedder.space, embedding });
  }

  async #removeDeleted(): Promise<void> {
    const paths = this.#deleted.map(({ path }) => path);
    if (paths.length > 0) {
      await this.#context.catalog.files.remove(paths);
      await this.#context.catalog.files.clearFailures(paths);
    }
    this.#counts.removed = this.#deleted.filter(({ wasImage }) => wasImage).length;
    for (const path of this.#online) await this.#context.catalog.files.setRootState(path, "online");
  }

  /** A file that was named and can never be a picture is no root: it would be read again and again for nothing. */
  async #refuse(files: readonly RootPart[]): Promise<void> {
    for (const { root } of files) {
      const at = this.#skipped.findIndex(({ origin, code }) => origin === root.path && isLasting(code));
      if (at < 0) continue;
      await this.#context.catalog.files.removeRoot(root.path);
      this.#refused.push(...this.#skipped.splice(at, 1));
    }
  }

  /** A file that was named and yet not read must not look as if it had been. */
  async #reportLeftOut(path: string): Promise<void> {
    if (!(await lstat(path).catch(() => undefined))?.isFile()) return;
    const reason =
      "its name is hidden, or not that of a picture, or a .glimpseignore names it: scans of its folder leave it out";
    this.#skipped.push({ origin: path, code: "not-a-picture", reason });
  }

  /** Folders that could not be listed and names that cannot be written down are reported, not overlooked. */
  async #reportUnlisted(root: Root, scan: Extract<Scan, { state: "online" }>): Promise<void> {
    const nameless = scan.unnamable.map((path) => ({
      path,
      reason: "its name is not valid UTF-8; rename it",
    }));
    for (const { path, reason } of [...scan.unreadable, ...nameless]) {
      const error = new PictureError("denied", reason);
      await this.#batch.failure(failureOf({ path, bytes: 0, modifiedAt: 0 }, root, error));
    }
    await this.#batch.flush();
  }

  #progress(stage: string, item: string): void {
    this.#options.onProgress?.({ stage, done: this.#done, total: this.#total, item });
  }
}

function placementOf(root: Root, { path, bytes, modifiedAt }: FoundFile): FilePlacement {
  return { kind: "file", root: root.path, path, bytes, modifiedAt, online: true };
}

function failureOf(file: FoundFile, root: Root, error: PictureError): Failure {
  return {
    origin: file.path,
    root: root.path,
    bytes: file.bytes,
    modifiedAt: file.modifiedAt,
    code: error.code,
    reason: error.message,
    at: Date.now(),
  };
}

function unreadable(cause: unknown): unknown {
  if (cause instanceof PictureError) return cause;
  const code = systemCode(cause);
  if (code === "EACCES" || code === "EPERM")
    return new PictureError("denied", "no permission to read it", { cause });
  if (code === "ENOENT")
    return new PictureError("changed-while-reading", "it vanished while it was read", { cause });
  if (code === "EMFILE" || code === "ENFILE")
    return new LibraryError("Too many open files. Raise `ulimit -n` and run again.", { cause });
  // Disks, network shares and drivers fail in many ways, and the next file may be readable.
  if (typeof code === "string")
    return new PictureError("unreadable", `it could not be read (${code})`, { cause });
  return cause;
}
