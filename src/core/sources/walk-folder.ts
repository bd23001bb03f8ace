import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { calendarTime } from "../dates/calendar-time.ts";
import { systemCode } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { LeftOutCount, LeftOutReason } from "../types.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { isCountedInside, leftOutByName, NO_MEDIA_FILE } from "./left-out.ts";
import { otherKind } from "./other-kinds.ts";

/** What may be a picture by its name; magic bytes decide later. HEIC is listed so that it is reported, not overlooked. */
const PICTURE_EXTENSIONS = new Set(
  ".jpg .jpeg .jpe .jfif .png .apng .webp .gif .avif .tif .tiff .bmp .dib .heic .heif".split(" "),
);

export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  /** Whole milliseconds. */
  readonly modifiedAt: number;
  /** When its bytes, mode, links or name last changed, whatever its modification time was set to; whole milliseconds. */
  readonly changedAt: number;
}

export interface Walk {
  readonly files: FoundFile[];
  /** Folders that could not be listed, files that could not be looked at: what is known there is not deleted. */
  readonly unreadable: { readonly path: string; readonly reason: string }[];
  /** Pictures whose names are not valid UTF-8: no path can be given for them in results. */
  readonly unnamable: string[];
  /** Folders that lie on another device than the folder around them: disks mounted there, by their device. */
  readonly mounts: Map<string, string>;
  /** Pictures and films of kinds that are not read. */
  readonly otherKinds: Record<string, number>;
  /** Pictures and folders that were left out, and why. */
  readonly leftOut: Map<string, LeftOutReason>;
  readonly leftOutCounts: Partial<Record<LeftOutReason, LeftOutCount>>;
}

export const emptyWalk = (): Walk => ({
  files: [],
  unreadable: [],
  unnamable: [],
  mounts: new Map(),
  otherKinds: {},
  leftOut: new Map(),
  leftOutCounts: {},
});

export const looksLikePicture = (path: string): boolean =>
  PICTURE_EXTENSIONS.has(extname(path).toLowerCase());

export interface WalkOptions {
  /** Only this path and what lies below it, by the rules that hold there. Default: everything. */
  readonly part?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The device that a folder lies on; undefined when that is unknown. Default: as the system reports it. */
  readonly deviceOf?: ((folder: string) => Promise<string | undefined>) | undefined;
}

const systemDevice = (folder: string): Promise<string | undefined> =>
  lstat(folder).then(
    ({ dev }) => String(dev),
    () => undefined,
  );

/**
 * Lists the picture files below a folder, sorted by path. Symbolic links inside it are not followed, so
 * nothing outside is ever read and cycles cannot occur. What `leftOutByName` names, folders marked `.nomedia` and what an
 * ignore file lists are left out; an ignore file may take back any of it. The folder itself was chosen and is always walked.
 */
export async function walkFolder(root: string, options: WalkOptions = {}): Promise<Walk> {
  const walk = emptyWalk();
  await walkInto({ path: root, isRoot: true, outerDevice: undefined }, new IgnoreRules(), walk, options);
  walk.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return walk;
}

interface Folder {
  readonly path: string;
  readonly isRoot: boolean;
  /** Of the folder around it; undefined for the outermost. */
  readonly outerDevice: string | undefined;
}

async function walkInto(
  { path: folder, isRoot, outerDevice }: Folder,
  outer: IgnoreRules,
  walk: Walk,
  options: WalkOptions,
): Promise<void> {
  const { part = folder, signal, deviceOf = systemDevice } = options;
  signal?.throwIfAborted();
  const device = await deviceOf(folder);
  if (device !== undefined && outerDevice !== undefined && device !== outerDevice)
    walk.mounts.set(folder, device);
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    walk.unreadable.push({ path: folder, reason: reasonOf(error) });
    return;
  }
  const rules = await outer.enter(folder);
  if (!isRoot && isMarked(folder, entries, rules)) return leaveOut(folder, true, "nomedia", walk, part);
  const pictures: string[] = [];
  for (const entry of entries) {
    const name = entry.name.toString("utf8");
    const path = join(folder, name);
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile()) continue;
    if (!isInside(path, part) && !isInside(part, path)) continue;
    const reason = reasonToLeaveOut(path, name, isFolder, rules);
    if (reason !== undefined) {
      if (isFolder || looksLikePicture(name)) await leaveOut(path, isFolder, reason, walk, part);
      continue;
    }
    const namable = Buffer.from(name, "utf8").equals(entry.name);
    if (isFolder && namable)
      await walkInto({ path, isRoot: false, outerDevice: device ?? outerDevice }, rules, walk, options);
    else if (isFolder) walk.unreadable.push({ path, reason: "its name is not valid UTF-8" });
    else if (!looksLikePicture(name)) countOtherKind(name, walk);
    else if (namable) pictures.push(path);
    else walk.unnamable.push(path);
  }
  await Promise.all(pictures.map((path) => lookAt(path, walk)));
}

const isMarked = (folder: string, entries: readonly Dirent<Buffer>[], rules: IgnoreRules): boolean =>
  entries.some(({ name }) => name.toString("utf8") === NO_MEDIA_FILE) &&
  rules.verdict(join(folder, NO_MEDIA_FILE), false) !== "included";

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

async function leaveOut(
  path: string,
  isFolder: boolean,
  reason: LeftOutReason,
  { leftOut, leftOutCounts }: Walk,
  part: string,
): Promise<void> {
  leftOut.set(path, reason);
  const inside = isInside(part, path) ? part : path;
  const pictures = isFolder ? (isCountedInside(reason) ? await countPictures(inside) : 0) : 1;
  const before = leftOutCounts[reason] ?? { pictures: 0, folders: 0 };
  leftOutCounts[reason] = {
    pictures: before.pictures + pictures,
    folders: before.folders + (isFolder ? 1 : 0),
  };
}

/** By their names, at any depth; what cannot be listed counts as empty. */
async function countPictures(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let pictures = entries.filter((entry) => entry.isFile() && looksLikePicture(entry.name)).length;
  for (const entry of entries)
    if (entry.isDirectory()) pictures += await countPictures(join(folder, entry.name));
  return pictures;
}

/** Does nothing for a file that is neither picture nor film. */
export function countOtherKind(name: string, { otherKinds }: Walk): void {
  const kind = otherKind(name);
  if (kind !== undefined) otherKinds[kind] = (otherKinds[kind] ?? 0) + 1;
}

/** A folder may be listed and yet not entered; a network share may fail in the middle. */
export async function lookAt(path: string, walk: Walk): Promise<void> {
  try {
    const file = await statFile(path);
    if (file) walk.files.push(file);
  } catch (error) {
    walk.unreadable.push({ path, reason: reasonOf(error) });
  }
}

/**
 * Undefined for a file that vanished or is no regular file.
 * @throws the system's error when that cannot be determined
 */
export async function statFile(path: string): Promise<FoundFile | undefined> {
  const stats = await lstat(path).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!stats?.isFile()) return undefined;
  const { size, mtimeMs, ctimeMs } = stats;
  return { path, bytes: size, modifiedAt: wholeMs(mtimeMs), changedAt: wholeMs(ctimeMs) };
}

const wholeMs = (time: number) => Math.trunc(calendarTime(time));

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Paths of the picture files below a folder that need not be in the library; hidden and ignored ones left out. */
export async function listPictures(folder: string): Promise<string[]> {
  return (await walkFolder(folder)).files.map(({ path }) => path);
}
