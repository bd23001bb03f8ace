import { stat } from "node:fs/promises";
import { dirname, relative, sep } from "node:path";
import { isLasting } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { KnownFile, Mount, Root } from "../ports.ts";
import type { LeftOut, LeftOutReason } from "../types.ts";
import { awayMounts } from "./away-mounts.ts";
import { isHidden } from "./left-out.ts";
import { otherKind } from "./other-kinds.ts";
import {
  countOtherKind,
  emptyWalk,
  type FoundFile,
  lookAt,
  looksLikePicture,
  statFile,
  type Walk,
  type WalkOptions,
  walkFolder,
} from "./walk-folder.ts";

/** What has to be done so that the library agrees with the folder of a root. */
export type Scan =
  | { readonly state: "offline"; readonly reason: string }
  | {
      readonly state: "online";
      /** New, changed, or failed earlier for a reason that may have passed. */
      readonly toRead: readonly FoundFile[];
      /** Known pictures whose size and time are unchanged, but something about the file is not: its bytes may differ. */
      readonly touched: readonly FoundFile[];
      /** Unchanged as far as is known: a release before did not record when they last changed. */
      readonly undated: readonly FoundFile[];
      /** Undated ones included. */
      readonly unchanged: number;
      /** Known paths that are no longer there, or left out now. */
      readonly gone: readonly GoneFile[];
      readonly unreadable: Walk["unreadable"];
      readonly unnamable: Walk["unnamable"];
      /** Disks mounted below the root, as far as it was walked. */
      readonly mounts: Walk["mounts"];
      /** Folders in which a disk was mounted that is away: what is missing there is not deleted. */
      readonly away: readonly string[];
      readonly otherKinds: Walk["otherKinds"];
      readonly leftOut: LeftOut;
      /** Why the walk did not look at a path; undefined when it did, or knows no reason. */
      readonly reasonLeftOut: (path: string) => LeftOutReason | undefined;
    };

export interface GoneFile {
  readonly path: string;
  /** For a file that is still there. */
  readonly leftOut: LeftOutReason | undefined;
}

export interface ScanOptions extends WalkOptions {
  /** Try files again that failed, though unchanged. */
  readonly retryFailed?: boolean | undefined;
  /** Read every file again, though its size and time are unchanged. */
  readonly rereadAll?: boolean | undefined;
  /** Folders in which a disk was mounted at the last scan. */
  readonly mounts?: readonly Pick<Mount, "path" | "device">[] | undefined;
}

/** Compares a root, or a part of it, with what the last scan knew of that. */
export const scanRoot = (
  { path, kind }: Pick<Root, "path" | "kind">,
  known: ReadonlyMap<string, KnownFile>,
  options: ScanOptions = {},
): Promise<Scan> => (kind === "folder" ? scanFolder : scanFile)(path, known, options);

/**
 * Compares a folder with what the last scan knew of it. A folder that is missing, cannot be listed or is
 * suddenly empty is offline (an unmounted disk), which is not a deletion.
 */
export async function scanFolder(
  root: string,
  known: ReadonlyMap<string, KnownFile>,
  options: ScanOptions = {},
): Promise<Scan> {
  const before = await stat(root).catch(() => undefined);
  if (!before?.isDirectory()) return { state: "offline", reason: "the folder is not there" };
  const walk = await walkFolder(root, options);
  if (walk.unreadable.some((folder) => folder.path === root)) {
    return { state: "offline", reason: "the folder cannot be listed" };
  }
  await lookAtNamed(root, known, walk);
  const wanted = [...known.values()].filter(({ path }) => reasonLeftOut(walk, path) === undefined);
  if (walk.files.length === 0 && wanted.some(({ id }) => id !== undefined)) {
    return { state: "offline", reason: "the folder is suddenly empty" };
  }
  // A disk that went away while it was walked looks like a folder with fewer files.
  const after = await stat(root).catch(() => undefined);
  if (after?.dev !== before.dev || after.ino !== before.ino) {
    return { state: "offline", reason: "the folder went away while it was read" };
  }
  return online(walk, awayMounts(options.mounts ?? [], { part: options.part ?? root, walk, known: wanted }), {
    known,
    retryFailed: options.retryFailed ?? false,
    rereadAll: options.rereadAll ?? false,
  });
}

/**
 * Images whose names a walk leaves out, since they are hidden or not those of pictures: they were added by name,
 * and stay for as long as the files exist.
 */
async function lookAtNamed(root: string, known: ReadonlyMap<string, KnownFile>, walk: Walk): Promise<void> {
  const isLeftOut = (path: string) =>
    !looksLikePicture(path) || relative(root, path).split(sep).some(isHidden);
  const found = new Set(walk.files.map(({ path }) => path));
  const named = [...known.values()].filter(
    ({ id, path }) => id !== undefined && isLeftOut(path) && !found.has(path),
  );
  await Promise.all(named.map(({ path }) => lookAt(path, walk)));
}

function reasonLeftOut({ leftOut }: Walk, path: string): LeftOutReason | undefined {
  if (leftOut.size === 0) return undefined;
  for (let at = path; ; at = dirname(at)) {
    const reason = leftOut.get(at);
    if (reason !== undefined || at === dirname(at)) return reason;
  }
}

/** The same for a file that was added by itself. */
export async function scanFile(
  path: string,
  known: ReadonlyMap<string, KnownFile>,
  options: ScanOptions = {},
): Promise<Scan> {
  const file = await statFile(path).catch(() => undefined);
  if (file === undefined) return { state: "offline", reason: "the file is not there" };
  const walk = { ...emptyWalk(), files: [file] };
  const { retryFailed = false, rereadAll = false } = options;
  return online(walk, [], { known, retryFailed, rereadAll });
}

interface Knowledge {
  readonly known: ReadonlyMap<string, KnownFile>;
  readonly retryFailed: boolean;
  readonly rereadAll: boolean;
}

function online(walk: Walk, away: readonly string[], knowledge: Knowledge): Scan {
  const { unreadable, unnamable, mounts, otherKinds, leftOutCounts: leftOut } = walk;
  return {
    state: "online",
    ...compare(walk, away, knowledge),
    ...{ unreadable, unnamable, mounts, otherKinds, away, leftOut },
    reasonLeftOut: (path) => reasonLeftOut(walk, path),
  };
}

function compare(walk: Walk, away: readonly string[], { known, retryFailed, rereadAll }: Knowledge) {
  const files: Record<Difference, FoundFile[]> = { read: [], touched: [], undated: [], none: [] };
  for (const file of walk.files) {
    const before = known.get(file.path);
    const found = rereadAll ? "read" : difference(file, before, retryFailed);
    files[found].push(file);
    if (found === "none" && before && isOtherKind(before)) countOtherKind(file.path, walk);
  }
  const present = new Set(walk.files.map((file) => file.path));
  const hidden = [...walk.unreadable.map(({ path }) => path), ...walk.unnamable, ...away];
  const gone = [...known.keys()]
    .filter((path) => !present.has(path) && !hidden.some((place) => isInside(path, place)))
    .map((path) => ({ path, leftOut: reasonLeftOut(walk, path) }));
  const { read: toRead, touched, undated, none } = files;
  return { toRead, touched, undated, gone, unchanged: undated.length + none.length };
}

/** Whether it was read only because its name left that open, and its content was found to be of a kind that is not read. */
export const isOtherKind = ({ path, code }: Pick<KnownFile, "path" | "code">): boolean =>
  code === "unsupported-format" && otherKind(path) !== undefined;

/** What there is to do about a file. */
type Difference = "read" | "touched" | "undated" | "none";

function difference(file: FoundFile, known: KnownFile | undefined, retryFailed: boolean): Difference {
  if (known === undefined) return "read";
  if (known.bytes !== file.bytes || known.modifiedAt !== file.modifiedAt) return "read";
  const isTouched = known.changedAt !== undefined && known.changedAt !== file.changedAt;
  if (known.id === undefined) {
    const mayPass = retryFailed || known.code === undefined || !isLasting(known.code);
    return mayPass || isTouched ? "read" : "none";
  }
  if (isTouched) return "touched";
  return known.changedAt === undefined ? "undated" : "none";
}
