import { stat } from "node:fs/promises";
import { relative, sep } from "node:path";
import { isLasting } from "../errors.ts";
import { isHeifLibraryInstalled } from "../image/heif/heif-library.ts";
import { foldersAround } from "../is-inside.ts";
import { isFilmName } from "../media-kind.ts";
import type { CompanionsOf, FoundCompanion, KnownFile, Mount, Root } from "../ports.ts";
import type { ImageId, LeftOut, LeftOutReason } from "../types.ts";
import { AwayMounts } from "./away-mounts.ts";
import { KnownFiles } from "./known-files.ts";
import { isHidden } from "./left-out.ts";
import { kindOf } from "./other-kinds.ts";
import {
  countKind,
  emptyNotes,
  type FoundFile,
  looksLikePicture,
  statFiles,
  type WalkNotes,
  type WalkOptions,
  walkFolder,
} from "./walk-folder.ts";

/** What has to be done so that the library agrees with the folder of a root. */
export type Scan =
  | { readonly state: "offline"; readonly reason: string }
  | {
      readonly state: "online";
      /** Files without a known picture: new ones, and those that failed and changed or may now be read. */
      readonly added: readonly FoundFile[];
      /** Files of known pictures that have another size or time. */
      readonly changed: readonly PictureFile[];
      /** Files of known pictures that changed in something other than size and time: their bytes may differ. */
      readonly touched: readonly PictureFile[];
      /** The files of known pictures with the same size and time, where every file is to be read again. */
      readonly reread: readonly PictureFile[];
      readonly unchanged: number;
      /** Known files that are no longer there, or left out now. */
      readonly deleted: readonly DeletedFile[];
      /** Whether nothing was known and nothing was found. */
      readonly isEmpty: boolean;
      readonly unreadable: WalkNotes["unreadable"];
      readonly unnamable: WalkNotes["unnamable"];
      /** Disks mounted below the root, as far as it was walked. */
      readonly mounts: WalkNotes["mounts"];
      /** Folders in which a disk was mounted that is away: what is missing there is not deleted. */
      readonly away: readonly string[];
      readonly otherKinds: WalkNotes["otherKinds"];
      readonly companions: WalkNotes["companions"];
      /** Files whose companions are others than were known. */
      readonly otherCompanions: readonly CompanionsOf[];
      readonly leftOut: LeftOut;
      /** Why the walk did not look into the folder of a path; undefined when it did. */
      readonly reasonLeftOut: (path: string) => LeftOutReason | undefined;
    };

/** A file whose picture is known. */
export interface PictureFile extends FoundFile {
  readonly id: ImageId;
}

export interface DeletedFile {
  readonly path: string;
  readonly bytes: number;
  readonly wasImage: boolean;
  /** For a file that is still there. */
  readonly leftOut: LeftOutReason | undefined;
}

export interface ScanOptions extends WalkOptions {
  /** Try files again that failed, though unchanged. */
  readonly retryFailed?: boolean | undefined;
  /** Try those again that were too large. */
  readonly retryTooLarge?: boolean | undefined;
  /** Read every file again, though its size and time are unchanged. */
  readonly rereadAll?: boolean | undefined;
  /** Whether films can be read here. Those that are not known are else of a kind that is not read. Default false. */
  readonly readsFilms?: boolean | undefined;
  /** Folders in which a disk was mounted at the last scan. */
  readonly mounts?: readonly Pick<Mount, "path" | "device">[] | undefined;
  /** Called with unchanged files whose time of last change was not recorded by the last scan, of an earlier release. */
  readonly onUndated?: ((files: readonly FoundFile[]) => Promise<void>) | undefined;
}

/**
 * Compares a root, or a part of it, with what the last scan knew of that.
 * @param known in order of path
 */
export const scanRoot = (
  { path, kind }: Pick<Root, "path" | "kind">,
  known: AsyncIterable<readonly KnownFile[]>,
  options: ScanOptions = {},
): Promise<Scan> => (kind === "folder" ? scanFolder : scanFile)(path, known, options);

/**
 * Compares a folder with what the last scan knew of it. A folder that is missing, cannot be listed or is
 * suddenly empty is offline (an unmounted disk), which is not a deletion. Only what differs is held in memory.
 */
export async function scanFolder(
  root: string,
  known: AsyncIterable<readonly KnownFile[]>,
  options: ScanOptions = {},
): Promise<Scan> {
  const before = await stat(root).catch(() => undefined);
  if (!before?.isDirectory()) return { state: "offline", reason: "the folder is not there" };
  const comparison = new Comparison(root, options);
  await comparison.walk(known);
  if (comparison.notes.unreadable.some((folder) => folder.path === root))
    return { state: "offline", reason: "the folder cannot be listed" };
  const scan = await comparison.conclude();
  if (scan.state === "offline") return scan;
  // A disk that went away while it was walked looks like a folder with fewer files.
  const after = await stat(root).catch(() => undefined);
  if (after?.dev !== before.dev || after.ino !== before.ino)
    return { state: "offline", reason: "the folder went away while it was read" };
  return scan;
}

/** The same for a file that was added by itself. */
export async function scanFile(
  path: string,
  known: AsyncIterable<readonly KnownFile[]>,
  options: ScanOptions = {},
): Promise<Scan> {
  const [file] = await statFiles([path]);
  if (file === undefined || "reason" in file) return { state: "offline", reason: "the file is not there" };
  const comparison = new Comparison(path, options);
  await comparison.meet([file], known);
  return comparison.conclude();
}

const UNDATED_AT_ONCE = 512;

class Comparison {
  readonly notes = emptyNotes();
  readonly #root: string;
  readonly #options: ScanOptions;
  readonly #mounts: AwayMounts;
  readonly #added: FoundFile[] = [];
  readonly #changed: PictureFile[] = [];
  readonly #touched: PictureFile[] = [];
  readonly #reread: PictureFile[] = [];
  readonly #missing: KnownFile[] = [];
  readonly #otherCompanions: CompanionsOf[] = [];
  #undated: FoundFile[] = [];
  #found = 0;
  #unchanged = 0;

  constructor(root: string, options: ScanOptions) {
    this.#root = root;
    this.#options = options;
    this.#mounts = new AwayMounts(options.mounts ?? []);
  }

  async walk(known: AsyncIterable<readonly KnownFile[]>): Promise<void> {
    await this.#compare(walkFolder(this.#root, this.notes, this.#options), known);
  }

  async meet(files: readonly FoundFile[], known: AsyncIterable<readonly KnownFile[]>): Promise<void> {
    await this.#compare([files], known);
  }

  async conclude(): Promise<Scan> {
    const missing = await this.#withReasons(await this.#withoutNamed());
    const unexplained = missing.filter(({ wasImage, leftOut }) => wasImage && leftOut === undefined);
    if (this.#found === 0 && unexplained.length > 0)
      return { state: "offline", reason: "the folder is suddenly empty" };
    for (const { path } of unexplained) this.#mounts.missing(path);
    const { unreadable, unnamable, mounts, otherKinds, leftOutCounts: leftOut, companions } = this.notes;
    const away = this.#mounts.away(mounts, this.#options.part ?? this.#root);
    const unseen = new Set([...unreadable.map(({ path }) => path), ...unnamable, ...away]);
    const isUnseen = (path: string) => foldersAround(path).some((folder) => unseen.has(folder));
    return {
      state: "online",
      added: this.#added,
      changed: this.#changed,
      touched: this.#touched,
      reread: this.#reread,
      unchanged: this.#unchanged,
      deleted: unseen.size > 0 ? missing.filter(({ path }) => !isUnseen(path)) : missing,
      isEmpty: this.#found + missing.length === 0,
      ...{ unreadable, unnamable, mounts, otherKinds, away, leftOut, companions },
      otherCompanions: this.#otherCompanions,
      reasonLeftOut: (path) => this.#reasonLeftOut(path),
    };
  }

  async #compare(
    batches: AsyncIterable<readonly FoundFile[]> | readonly (readonly FoundFile[])[],
    known: AsyncIterable<readonly KnownFile[]>,
  ): Promise<void> {
    const knownFiles = new KnownFiles(known, (file) => this.#missing.push(file));
    for await (const files of batches) {
      await knownFiles.meet(files, (file, before) => this.#note(file, before));
      if (this.#undated.length >= UNDATED_AT_ONCE) await this.#flushUndated();
    }
    await knownFiles.end();
    await this.#flushUndated();
  }

  #note(file: FoundFile, known: KnownFile | undefined): void {
    this.#found += 1;
    if (known?.id !== undefined) this.#mounts.known(known.path);
    if (!isEqual(file.companions, known?.companions))
      this.#otherCompanions.push({ path: file.path, companions: file.companions ?? [] });
    const difference = differenceOf(file, known);
    const { rereadAll } = this.#options;
    if (known?.id === undefined) {
      if (this.#isUnreadFilm(file.path)) countKind(kindOf(file.path), this.notes);
      else if (difference !== "none" || rereadAll || this.#isWorthRetrying(known)) this.#added.push(file);
      else {
        this.#unchanged += 1;
        if (known?.code === "decoder-missing") countKind(kindOf(file.path), this.notes);
      }
    } else if (difference === "changed") {
      this.#changed.push({ ...file, id: known.id });
    } else if (rereadAll) {
      this.#reread.push({ ...file, id: known.id });
    } else if (difference === "touched") {
      this.#touched.push({ ...file, id: known.id });
    } else {
      this.#unchanged += 1;
      if (known.changedAt === undefined) this.#undated.push(file);
    }
  }

  /** One that was named is read all the same: whoever named it is told what is lacking. */
  #isUnreadFilm(path: string): boolean {
    const { readsFilms = false, part } = this.#options;
    return !readsFilms && isFilmName(path) && path !== this.#root && path !== part;
  }

  #isWorthRetrying(failed: KnownFile | undefined): boolean {
    const { code } = failed ?? {};
    if (this.#options.retryFailed || code === undefined || !isLasting(code)) return true;
    if (code === "too-many-bytes" || code === "too-many-pixels") return this.#options.retryTooLarge ?? false;
    return code === "decoder-missing" && (isFilmName(failed?.path ?? "") || isHeifLibraryInstalled());
  }

  async #flushUndated(): Promise<void> {
    const undated = this.#undated;
    this.#undated = [];
    if (undated.length > 0) await this.#options.onUndated?.(undated);
  }

  /**
   * Images whose names a walk leaves out, since they are hidden or not those of pictures: they were added by name,
   * and stay for as long as the files exist. @returns the other missing files
   */
  async #withoutNamed(): Promise<KnownFile[]> {
    const isNamed = ({ id, path }: KnownFile) =>
      id !== undefined && (!looksLikePicture(path) || relative(this.#root, path).split(sep).some(isHidden));
    const named = this.#missing.filter(isNamed);
    if (named.length === 0) return this.#missing;
    const missing = this.#missing.filter((file) => !isNamed(file));
    const found = await statFiles(named.map(({ path }) => path));
    for (const [at, known] of named.entries()) {
      const file = found[at];
      if (file === undefined) missing.push(known);
      else if ("reason" in file) this.notes.unreadable.push(file);
      else this.#note(file, known);
    }
    await this.#flushUndated();
    return missing;
  }

  async #withReasons(missing: readonly KnownFile[]): Promise<DeletedFile[]> {
    const deleted = missing.map(({ path, bytes, id }) => ({
      path,
      bytes,
      wasImage: id !== undefined,
      leftOut: this.#reasonLeftOut(path),
    }));
    // Whether an ignore file named one of them can no longer be asked; but then it is still there.
    if (this.notes.leftOutCounts.glimpseignore === undefined) return deleted;
    const found = await statFiles(deleted.map(({ path }) => path));
    return deleted.map((file, at) =>
      file.leftOut === undefined && found[at] && !("reason" in found[at])
        ? { ...file, leftOut: "glimpseignore" }
        : file,
    );
  }

  #reasonLeftOut(path: string): LeftOutReason | undefined {
    const { leftOut } = this.notes;
    if (leftOut.size === 0) return undefined;
    const folder = foldersAround(path).find((around) => leftOut.has(around));
    return folder === undefined ? undefined : leftOut.get(folder);
  }
}

const isEqual = (some: readonly FoundCompanion[] = [], others: readonly FoundCompanion[] = []): boolean =>
  some.length === others.length &&
  some.every(({ kind, path, stamp }, at) => {
    const other = others[at];
    return kind === other?.kind && path === other.path && stamp === other.stamp;
  });

/** How a file differs from what is known of it: in size or time, in something that may be its bytes, or not. */
function differenceOf(file: FoundFile, known: KnownFile | undefined): "changed" | "touched" | "none" {
  if (known === undefined) return "changed";
  if (known.bytes !== file.bytes || known.modifiedAt !== file.modifiedAt) return "changed";
  return known.changedAt === undefined || known.changedAt === file.changedAt ? "none" : "touched";
}
