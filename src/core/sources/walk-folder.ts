import { type Dirent, lstat, type Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, sep } from "node:path";
import { comparePaths } from "../compare-paths.ts";
import { messageOf, systemCode } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import { isFilmName, isRawName } from "../media-kind.ts";
import type { FoundCompanion } from "../ports.ts";
import type { CompanionKind, LeftOutCount, LeftOutReason } from "../types.ts";
import { type Companionship, companionsAmong, MAX_LIVE_VIDEO_BYTES, mayBeCompanion } from "./companions.ts";
import { wholeMs } from "./file-as-added.ts";
import { IGNORE_FILE, IgnoreRules } from "./ignore-rules.ts";
import { isCountedInside, isNoMediaFile, leftOutByName, NO_MEDIA_FILE } from "./left-out.ts";
import { otherKind } from "./other-kinds.ts";

/** What may be a still picture by its name; magic bytes decide later. */
const PICTURE_EXTENSIONS = new Set(
  [
    ".jpg .jpeg .jpe .jfif .jif .jfi .pjpeg .pjp .mpo .jpg_large .jpeg_large .png .apng .png_large .webp .gif",
    ".avif .avifs .tif .tiff .bmp .dib .ico .cur .heic .heif .heics .hif",
  ].flatMap((extensions) => extensions.split(" ")),
);

export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  /** Whole milliseconds. */
  readonly modifiedAt: number;
  /** When its bytes, mode, links or name last changed, whatever its modification time was set to; whole milliseconds. */
  readonly changedAt: number;
  /** Files beside it that belong to it, in order of path; absent where there are none. */
  readonly companions?: readonly FoundCompanion[] | undefined;
}

/** What a walk met besides the pictures; complete when it has ended. */
export interface WalkNotes {
  /** Folders that could not be listed, files that could not be looked at: what is known there is not deleted. */
  readonly unreadable: Unreadable[];
  /** Pictures whose names are not valid UTF-8: no path can be given for them in results. */
  readonly unnamable: string[];
  /** Folders that lie on another device than the folder around them: disks mounted there, by their device. */
  readonly mounts: Map<string, string>;
  /** Pictures and films of kinds that are not read. */
  readonly otherKinds: Record<string, number>;
  /** Folders that were left out, and why; a file where only that file was looked for. */
  readonly leftOut: Map<string, LeftOutReason>;
  readonly leftOutCounts: Partial<Record<LeftOutReason, LeftOutCount>>;
  readonly companions: Partial<Record<CompanionKind, number>>;
}

export const emptyNotes = (): WalkNotes => ({
  unreadable: [],
  unnamable: [],
  mounts: new Map(),
  otherKinds: {},
  leftOut: new Map(),
  leftOutCounts: {},
  companions: {},
});

export const looksLikePicture = (path: string): boolean =>
  PICTURE_EXTENSIONS.has(extname(path).toLowerCase()) || isRawName(path) || isFilmName(path);

/** A file named by itself, under a name that says nothing: its content decides. Kinds known not to be read need no look. */
const isNamedItself = (path: string, part: string): boolean => path === part && otherKind(path) === undefined;

export interface WalkOptions {
  /** Only this path and what lies below it, by the rules that hold there. Default: everything. */
  readonly part?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The device that a folder lies on; undefined when that is unknown. Default: as the system reports it. */
  readonly deviceOf?: ((folder: string) => Promise<string | undefined>) | undefined;
}

const systemDevice = (folder: string): Promise<string | undefined> =>
  stat(folder).then(
    ({ dev }) => String(dev),
    () => undefined,
  );

const FILES_PER_BATCH = 512;

/**
 * Yields the picture files below a folder in batches, in order of their paths. Symbolic links inside it are not followed,
 * so nothing outside is ever read and cycles cannot occur. What `leftOutByName` names, folders marked `.nomedia` and what
 * an ignore file lists are left out; an ignore file may take back any of it. The folder itself was chosen and is always
 * walked. No more is held in memory than the folders from there to the one being read.
 */
export async function* walkFolder(
  root: string,
  notes: WalkNotes,
  options: WalkOptions = {},
): AsyncGenerator<readonly FoundFile[], void> {
  const walk = new FolderWalk(root, notes, options);
  yield* walk.into({ path: root, outerDevice: undefined, outerRules: new IgnoreRules() });
  yield walk.takeFound();
}

interface Folder {
  readonly path: string;
  /** Of the folder around it; undefined for the outermost. */
  readonly outerDevice: string | undefined;
  readonly outerRules: IgnoreRules;
}

/** An entry of a folder, and by which name the order of paths has it. */
interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly order: string;
  /** False when its name is not valid UTF-8, so that the path made of it leads nowhere. */
  readonly isNamable: boolean;
}

/** What decoding puts in the place of bytes that are not valid UTF-8; a name may also hold it as it is. */
const REPLACEMENT = "\ufffd";

class FolderWalk {
  readonly #root: string;
  readonly #notes: WalkNotes;
  readonly #options: WalkOptions;
  #found: FoundFile[] = [];

  constructor(root: string, notes: WalkNotes, options: WalkOptions) {
    this.#root = root;
    this.#notes = notes;
    this.#options = options;
  }

  takeFound(): readonly FoundFile[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  async *into({ path: folder, outerDevice, outerRules }: Folder): AsyncGenerator<readonly FoundFile[], void> {
    const { signal, deviceOf = systemDevice } = this.#options;
    signal?.throwIfAborted();
    const device = await deviceOf(folder);
    if (device !== undefined && outerDevice !== undefined && device !== outerDevice)
      this.#notes.mounts.set(folder, device);
    const entries = await this.#list(folder);
    const prefix = folder.endsWith(sep) ? folder : folder + sep;
    const holds = (file: string) => entries.some(({ name, isFolder }) => name === file && !isFolder);
    const rules = holds(IGNORE_FILE) ? await outerRules.enter(folder) : outerRules;
    const isMarked =
      entries.some(({ name, isFolder }) => isNoMediaFile(name) && !isFolder) &&
      rules.verdict(prefix + NO_MEDIA_FILE, false) !== "included";
    if (isMarked && folder !== this.#root) return this.#leaveOut(folder, true, "nomedia");
    const companions = await companionsIn(entries, prefix, rules);
    const kept = await this.#keep(entries, prefix, rules, companions);
    const byPicture = await this.#gathered(companions, prefix);
    const files = await statFiles(kept.flatMap(({ name, isFolder }) => (isFolder ? [] : prefix + name)));
    let at = 0;
    for (const { name, isFolder } of kept) {
      if (isFolder)
        yield* this.into({ path: prefix + name, outerDevice: device ?? outerDevice, outerRules: rules });
      else this.#add(files[at++], byPicture?.get(name));
      if (this.#found.length >= FILES_PER_BATCH) yield this.takeFound();
    }
  }

  /** In order of path; a folder that cannot be listed is noted and counts as empty. */
  async #list(folder: string): Promise<Entry[]> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      const listed = entries.some(({ name }) => name.includes(REPLACEMENT))
        ? await listBytes(folder)
        : entries.flatMap((entry) => entryOf(entry, entry.name, true));
      return listed.sort((a, b) => comparePaths(a.order, b.order));
    } catch (error) {
      this.#notes.unreadable.push({ path: folder, reason: messageOf(error) });
      return [];
    }
  }

  /** The folders to walk and the pictures; the others are noted. */
  async #keep(
    entries: readonly Entry[],
    prefix: string,
    rules: IgnoreRules,
    companions: ReadonlyMap<string, Companionship>,
  ): Promise<Entry[]> {
    const { part = this.#root } = this.#options;
    const isWhole = isInside(prefix, part);
    const kept: Entry[] = [];
    for (const entry of entries) {
      const { name, isFolder, isNamable } = entry;
      const path = prefix + name;
      if (!isWhole && !isInside(path, part) && !isInside(part, path)) continue;
      const reason = reasonToLeaveOut(path, name, isFolder, rules);
      if (companions.has(name) && !isFolder) continue;
      if (reason !== undefined) {
        if (isFolder || looksLikePicture(name)) await this.#leaveOut(path, isFolder, reason);
      } else if (!isFolder && !looksLikePicture(name) && !isNamedItself(path, part)) {
        countOtherKind(name, this.#notes);
      } else if (isNamable) kept.push(entry);
      else if (isFolder) this.#notes.unreadable.push({ path, reason: "its name is not valid UTF-8" });
      else this.#notes.unnamable.push(path);
    }
    return kept;
  }

  #add(found: FoundFile | Unreadable | undefined, companions: readonly FoundCompanion[] | undefined): void {
    if (found === undefined) return;
    if ("reason" in found) this.#notes.unreadable.push(found);
    else if (!companions) this.#found.push(found);
    else {
      for (const { kind } of companions)
        this.#notes.companions[kind] = (this.#notes.companions[kind] ?? 0) + 1;
      this.#found.push({ ...found, companions });
    }
  }

  /** By the name of their picture, in order of path; undefined where there are none. */
  async #gathered(
    companions: ReadonlyMap<string, Companionship>,
    prefix: string,
  ): Promise<ReadonlyMap<string, readonly FoundCompanion[]> | undefined> {
    if (companions.size === 0) return undefined;
    const stamps = await stampsOf(
      [...companions].flatMap(([name, { kind }]) => (kind === "sidecar" ? [prefix + name] : [])),
    );
    const gathered = new Map<string, FoundCompanion[]>();
    for (const [name, { of, kind }] of [...companions].sort(([a], [b]) => comparePaths(a, b))) {
      const path = prefix + name;
      const stamp = stamps.get(path);
      const companion = { kind, path, ...(stamp !== undefined && { stamp }) };
      gathered.set(of, [...(gathered.get(of) ?? []), companion]);
    }
    return gathered;
  }

  async #leaveOut(path: string, isFolder: boolean, reason: LeftOutReason): Promise<void> {
    const { leftOut, leftOutCounts } = this.#notes;
    const { part = this.#root } = this.#options;
    if (isFolder || path === part) leftOut.set(path, reason);
    const isCounted = isFolder && isCountedInside(reason);
    const inside = isCounted ? await countPictures(isInside(part, path) ? part : path) : 0;
    const { pictures, folders } = leftOutCounts[reason] ?? { pictures: 0, folders: 0 };
    leftOutCounts[reason] = isFolder
      ? { pictures: pictures + inside, folders: folders + 1 }
      : { pictures: pictures + 1, folders };
  }
}

/** By path; what vanished or cannot be looked at has none. */
async function stampsOf(sidecars: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const stamps = new Map<string, string>();
  for (const file of await statFiles(sidecars))
    if (file && "bytes" in file) stamps.set(file.path, `${file.bytes}/${file.modifiedAt}/${file.changedAt}`);
  return stamps;
}

function entryOf(entry: Dirent | Dirent<Buffer>, name: string, isNamable: boolean): Entry[] {
  const isFolder = entry.isDirectory();
  if (!isFolder && !entry.isFile()) return [];
  return [{ name, isFolder, order: isFolder ? name + sep : name, isNamable }];
}

/** Looks at the bytes of the names, which takes longer. */
async function listBytes(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  return entries.flatMap((entry) => {
    const name = entry.name.toString("utf8");
    return entryOf(entry, name, Buffer.from(name, "utf8").equals(entry.name));
  });
}

const NONE: ReadonlyMap<string, Companionship> = new Map();

/** Those of the files that are not left out, of pictures that are not. A video that is too long for a Live Photo is a film. */
async function companionsIn(
  entries: readonly Entry[],
  prefix: string,
  rules: IgnoreRules,
): Promise<ReadonlyMap<string, Companionship>> {
  if (!entries.some(({ name }) => mayBeCompanion(name))) return NONE;
  const names = entries
    .filter(({ isFolder, isNamable }) => !isFolder && isNamable)
    .map(({ name }) => name)
    .filter((name) => reasonToLeaveOut(prefix + name, name, false, rules) === undefined);
  const companions = companionsAmong(names, looksLikePicture);
  const videos = [...companions].flatMap(([name, { kind }]) => (kind === "video" ? [name] : []));
  const found = await statFiles(videos.map((name) => prefix + name));
  for (const [at, name] of videos.entries()) {
    const file = found[at];
    if (file && "bytes" in file && file.bytes > MAX_LIVE_VIDEO_BYTES) companions.delete(name);
  }
  return companions;
}

function reasonToLeaveOut(
  path: string,
  name: string,
  isFolder: boolean,
  rules: IgnoreRules,
): LeftOutReason | undefined {
  const verdict = rules.verdict(path, isFolder);
  if (verdict === "included") return undefined;
  return verdict === "ignored" ? "glimpseignore" : leftOutByName(name);
}

/** By their names, at any depth; what cannot be listed counts as empty. */
async function countPictures(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let pictures = entries.filter((entry) => entry.isFile() && looksLikePicture(entry.name)).length;
  for (const entry of entries)
    if (entry.isDirectory()) pictures += await countPictures(folder + sep + entry.name);
  return pictures;
}

/** Does nothing for a file that is neither picture nor film. */
function countOtherKind(name: string, notes: WalkNotes): void {
  const kind = otherKind(name);
  if (kind !== undefined) countKind(kind, notes);
}

export function countKind(kind: string, { otherKinds }: Pick<WalkNotes, "otherKinds">): void {
  otherKinds[kind] = (otherKinds[kind] ?? 0) + 1;
}

/** A folder may be listed and yet not entered; a network share may fail in the middle. */
export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

/** Requests in flight: enough for a network share, few enough for the memory. */
const STATS_AT_ONCE = 256;

/** In the order of the paths; undefined for what vanished or is no regular file. */
export async function statFiles(paths: readonly string[]): Promise<(FoundFile | Unreadable | undefined)[]> {
  const found: (FoundFile | Unreadable | undefined)[] = new Array(paths.length);
  for (let start = 0; start < paths.length; start += STATS_AT_ONCE)
    await statSome(paths, start, Math.min(paths.length, start + STATS_AT_ONCE), found);
  return found;
}

/** With one promise for all of them: one for each file takes as long as its stat. */
function statSome(
  paths: readonly string[],
  start: number,
  end: number,
  found: (FoundFile | Unreadable | undefined)[],
): Promise<void> {
  return new Promise((resolve) => {
    let left = end - start;
    for (let at = start; at < end; at++) {
      const path = paths[at] ?? "";
      lstat(path, (error, stats) => {
        found[at] = error ? unlessGone(path, error) : foundFile(path, stats);
        left -= 1;
        if (left === 0) resolve();
      });
    }
  });
}

function unlessGone(path: string, error: unknown): Unreadable | undefined {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR" ? undefined : { path, reason: messageOf(error) };
}

function foundFile(path: string, stats: Stats): FoundFile | undefined {
  if (!stats.isFile()) return undefined;
  const { size, mtimeMs, ctimeMs } = stats;
  return { path, bytes: size, modifiedAt: wholeMs(mtimeMs), changedAt: wholeMs(ctimeMs) };
}

/** Paths of the picture files below a folder that need not be in the library; hidden and ignored ones left out. */
export async function listPictures(folder: string, signal?: AbortSignal): Promise<string[]> {
  const paths: string[] = [];
  for await (const files of walkFolder(folder, emptyNotes(), { signal }))
    paths.push(...files.map(({ path }) => path));
  return paths;
}
