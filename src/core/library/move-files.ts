import { lstat, mkdir, realpath, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, extname, isAbsolute, join, relative } from "node:path";
import { LibraryError, NotFoundError, systemCode, UsageError } from "../errors.ts";
import { holdLease } from "../hold-lease.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog, Root } from "../ports.ts";
import { fileAt, holdsPicture, isAsAdded } from "../sources/file-as-added.ts";
import { removePlaceholder, renameWithoutReplacing } from "../sources/rename-without-replacing.ts";
import type { LongWork, Timestamp } from "../types.ts";
import { type JournalEntry, MoveJournal, newBatch } from "./move-journal.ts";

export interface FileToMove {
  /** Of a file in an added folder. */
  readonly path: string;
  /** A copy that stays: the file is moved only while that one is there. */
  readonly kept: string;
}

export interface MoveReport {
  /** By which the move is undone; undefined when no file was moved. */
  readonly batch?: string | undefined;
  readonly files: readonly { readonly from: string; readonly to: string }[];
  /** What stays where it is, and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

export interface MoveBatch {
  readonly batch: string;
  readonly at: Timestamp;
  readonly files: readonly { readonly from: string; readonly to: string }[];
}

type MoveContext = Pick<Catalog, "files" | "images" | "state" | "leases">;

const LEASE = "moving";
const LEASE_MS = 30_000;
const MOST_NAMES = 1000;

/**
 * Moves files of added folders into another folder of the same disk, under the names that they have below their root. Each is
 * written down before it is touched, so that an interrupted move is finished or taken back later. No file is replaced.
 * @throws UsageError for a folder that files cannot be moved to
 */
export async function moveFiles(
  catalog: MoveContext,
  files: readonly FileToMove[],
  to: string,
  { signal, onProgress }: LongWork = {},
): Promise<MoveReport> {
  return alone(catalog, async () => {
    const roots = await catalog.files.roots();
    const target = await targetFolder(to, roots);
    const journal = new MoveJournal(catalog.state);
    const batch = newBatch();
    const report = {
      files: [] as { from: string; to: string }[],
      refused: [] as MoveReport["refused"][number][],
    };
    for (const [position, file] of files.entries()) {
      if (signal?.aborted) break;
      try {
        const moved = await moveOne({ catalog, journal, batch, position, roots, target }, file);
        report.files.push(moved);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        report.refused.push({ path: file.path, reason: error.message });
      }
      onProgress?.({ stage: "moving", done: position + 1, total: files.length, item: file.path });
    }
    return { ...report, batch: report.files.length > 0 ? batch : undefined };
  });
}

/** Why one file stays where it is. */
class Refused extends Error {}

interface Move {
  readonly catalog: MoveContext;
  readonly journal: MoveJournal;
  readonly batch: string;
  readonly position: number;
  readonly roots: readonly Root[];
  readonly target: Target;
}

interface Target {
  readonly folder: string;
  readonly device: number;
}

/** @throws UsageError */
async function targetFolder(to: string, roots: readonly Root[]): Promise<Target> {
  if (!isAbsolute(to)) throw new UsageError(`${to} is no absolute path. Name the whole path of a folder.`);
  const folder = await realpath(to).catch(() => undefined);
  const found = folder === undefined ? undefined : await stat(folder);
  if (folder === undefined || !found?.isDirectory())
    throw new UsageError(`There is no folder ${to}. Make it first, or name another one.`);
  const root = roots.find(({ path }) => isInside(folder, path));
  if (root)
    throw new UsageError(
      `${to} lies in ${root.path}, which is in the library: the files would be found there again. Name a folder outside.`,
    );
  return { folder, device: found.dev };
}

async function moveOne(move: Move, { path, kept }: FileToMove): Promise<{ from: string; to: string }> {
  const { catalog, journal, batch, position } = move;
  const known = await catalog.files.placement(path);
  const root = rootOf(move.roots, path);
  if (!known || !root) throw new Refused("It is in no folder of the library.");
  const found = await fileAt(path);
  if (!found) throw new Refused("It is not there any more.");
  const { bytes, modifiedAt } = known.placement;
  if (!(await holdsPicture(known.placement, known.id)))
    throw new Refused("It was changed since it was added.");
  await requireInside(path, root.path);
  await requireKept(catalog, path, kept);
  if (found.dev !== move.target.device) throw new Refused("It lies on another disk than the folder.");
  const [image] = await catalog.images.byId([known.id], undefined, "first");
  const tags = (image?.record.tags ?? []).flatMap(({ tag, by }) => (by === "person" ? [tag] : []));
  const file = { from: path, host: hostname(), id: known.id, bytes, modifiedAt, at: Date.now(), tags };
  for await (const to of freeNames(move.target.folder, root.path, path)) {
    const entry = await journal.plan(batch, position, { ...file, to });
    if (!(await renamed(journal, entry))) continue;
    await journal.done(entry);
    await catalog.files.remove([path]);
    return { from: path, to };
  }
  throw new Refused("Every name for it is taken there.");
}

async function renamed(journal: MoveJournal, entry: JournalEntry): Promise<boolean> {
  try {
    return await renameWithoutReplacing(entry.from, entry.to);
  } catch (error) {
    await journal.forget(entry);
    throw new Refused(`It could not be moved (${String(systemCode(error) ?? error)}).`);
  }
}

const rootOf = (roots: readonly Root[], path: string) =>
  roots.find((root) => root.host === hostname() && root.state === "online" && isInside(path, root.path));

/** A folder on the way may have been replaced by a link that leads elsewhere. */
async function requireInside(path: string, root: string): Promise<void> {
  const [folder, top] = [await realpath(dirname(path)), await realpath(root).catch(() => root)];
  const isRoot = path === root;
  if (!isRoot && !isInside(folder, top)) throw new Refused("A link leads to it from outside the folder.");
}

async function requireKept(catalog: MoveContext, path: string, kept: string): Promise<void> {
  const known = await catalog.files.placement(kept);
  const isThere = known && (await holdsPicture(known.placement, known.id));
  // By a link one file may have two names.
  if (!isThere || (await realpath(kept)) === (await realpath(path)))
    throw new Refused(`The copy to keep is not there: ${kept}`);
}

/** Its place below the root, then the same with a number. */
async function* freeNames(folder: string, root: string, path: string): AsyncGenerator<string> {
  const inRoot = path === root ? basename(path) : join(basename(root), relative(root, path));
  const wanted = join(folder, inRoot);
  await mkdir(dirname(wanted), { recursive: true });
  if (!isInside(await realpath(dirname(wanted)), folder))
    throw new Refused("A link in the folder leads elsewhere.");
  const extension = extname(wanted);
  const stem = wanted.slice(0, wanted.length - extension.length);
  for (let number = 1; number <= MOST_NAMES; number++) {
    const name = number === 1 ? wanted : `${stem} (${number})${extension}`;
    if (!(await lstat(name).catch(() => undefined))) yield name;
  }
}

/**
 * Puts the files of a move back where they were, the last first. What is taken meanwhile, or gone, stays as it is.
 * @returns the entries of the files that are back
 */
export async function undoMove(
  catalog: MoveContext,
  batch: string,
  { signal, onProgress }: LongWork = {},
): Promise<MoveReport & { readonly restored: readonly JournalEntry[] }> {
  return alone(catalog, async () => {
    const journal = new MoveJournal(catalog.state);
    const entries = (await journal.entries(batch)).filter(isHere).reverse();
    if (entries.length === 0) throw new NotFoundError("This move is not known, or was undone.");
    const restored: JournalEntry[] = [];
    const refused: { path: string; reason: string }[] = [];
    for (const [at, entry] of entries.entries()) {
      if (signal?.aborted) break;
      await journal.returning(entry);
      const problem = await putBack(entry);
      if (problem === undefined) {
        await journal.forget(entry);
        restored.push(entry);
      } else {
        await journal.done(entry);
        refused.push({ path: entry.to, reason: problem });
      }
      onProgress?.({ stage: "moving back", done: at + 1, total: entries.length, item: entry.from });
    }
    return { batch, files: restored.map(({ from, to }) => ({ from: to, to: from })), refused, restored };
  });
}

/** @returns why it stays where it is */
async function putBack({ from, to, ...file }: JournalEntry): Promise<string | undefined> {
  const found = await fileAt(to);
  const before = await fileAt(from);
  if (!found) return before && isAsAdded(before, file) ? undefined : "It is not there any more.";
  if (!isAsAdded(found, file)) return "It was changed since it was moved.";
  try {
    await mkdir(dirname(from), { recursive: true });
    return (await renameWithoutReplacing(to, from)) ? undefined : `Another file has its name: ${from}`;
  } catch (error) {
    return `It could not be moved back (${String(systemCode(error) ?? error)}).`;
  }
}

const isHere = ({ host }: JournalEntry) => host === hostname();

/** Moves that can be undone on this machine, newest first. */
export async function undoableMoves(catalog: MoveContext): Promise<MoveBatch[]> {
  const batches = new Map<string, JournalEntry[]>();
  for (const entry of (await new MoveJournal(catalog.state).entries()).filter(isHere)) {
    if (entry.state !== "moved") continue;
    const entries = batches.get(entry.batch) ?? [];
    entries.push(entry);
    batches.set(entry.batch, entries);
  }
  return [...batches].reverse().map(([batch, entries]) => ({
    batch,
    at: entries[0]?.at ?? 0,
    files: entries.map(({ from, to }) => ({ from, to })),
  }));
}

/** Nobody moves files meanwhile. @throws LibraryError when another process does */
async function alone<Result>(catalog: MoveContext, work: () => Promise<Result>): Promise<Result> {
  const lease = await catalog.leases.acquire(LEASE, LEASE_MS);
  if (!lease) throw new LibraryError("Files are being moved at this moment. Try again when that has ended.");
  return holdLease(lease, LEASE_MS, async () => {
    await finishInterrupted(catalog);
    return work();
  });
}

/**
 * What an interrupted move left is brought to one of its ends: a file that was renamed counts as moved, one that was not as
 * never touched. Every move begins with it.
 */
export async function recoverMoves(catalog: MoveContext): Promise<void> {
  await alone(catalog, async () => undefined);
}

async function finishInterrupted(catalog: MoveContext): Promise<void> {
  const journal = new MoveJournal(catalog.state);
  for (const entry of await journal.entries()) {
    if (entry.state === "moved" || !isHere(entry)) continue;
    const [before, after] = [await fileAt(entry.from), await fileAt(entry.to)];
    if (entry.state === "returning") {
      if (before && after) await removePlaceholder(entry.from);
      await journal.done(entry);
      continue;
    }
    if (!before && after && isAsAdded(after, entry)) {
      await journal.done(entry);
      await catalog.files.remove([entry.from]);
      continue;
    }
    if (before && after) await removePlaceholder(entry.to);
    await journal.forget(entry);
  }
}
