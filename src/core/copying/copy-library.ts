import { setTimeout as sleep } from "node:timers/promises";
import { COPYING } from "../catalog/records/record-tables.ts";
import { LibraryError, UsageError } from "../errors.ts";
import { holdLease } from "../hold-lease.ts";
import type { Lease, RecordBatch, RecordPosition } from "../ports.ts";
import type { LongWork } from "../types.ts";
import type { CopiedLibrary } from "./open-copied.ts";
import { RecordDigest, type SectionDigest } from "./record-digest.ts";

/** After so long, whatever held the target and was killed holds it no more. */
const LEASE_MS = 10_000;
const TRY_EVERY_MS = 500;

export interface CopyRequest extends LongWork {
  /** Whether a target that holds something already may take it in; what it has stays as it is. */
  readonly into?: boolean | undefined;
}

export interface CopyReport {
  readonly cancelled: boolean;
  /** Whether an earlier, interrupted copy was finished. */
  readonly resumed: boolean;
  /** Whether the target held something before, so that the two cannot be the same. */
  readonly merged: boolean;
  readonly sections: readonly ComparedSection[];
}

export interface ComparedSection {
  readonly section: string;
  readonly from: SectionDigest | undefined;
  readonly to: SectionDigest | undefined;
  readonly same: boolean;
}

/** What the target notes with each step. */
interface Note {
  readonly from: string;
  readonly merges: boolean;
  /** Absent once everything is copied. */
  readonly position?: RecordPosition | undefined;
}

/**
 * Copies everything, and compares the digests of both. Interrupted, the same call goes on where it was.
 * @throws UsageError for a target that is the source, or holds something else
 */
export async function copyLibrary(
  from: CopiedLibrary,
  to: CopiedLibrary,
  request: CopyRequest = {},
): Promise<CopyReport> {
  if ((await from.records.identity()) === (await to.records.identity()))
    throw new UsageError(`${from.where} and ${to.where} are one library. Name another one to copy to.`);
  return holdLease(await acquire(to), LEASE_MS, () => copy(from, to, request));
}

/** Waits for the lease of one that may have been killed. @throws LibraryError when it is alive */
async function acquire({ catalog, where }: CopiedLibrary): Promise<Lease> {
  for (let waited = 0; waited <= 1.5 * LEASE_MS; waited += TRY_EVERY_MS) {
    const lease = await catalog.leases.acquire(COPYING, LEASE_MS);
    if (lease) return lease;
    await sleep(TRY_EVERY_MS);
  }
  throw new LibraryError(`Something is being copied into ${where} already. Wait until that has ended.`);
}

async function copy(from: CopiedLibrary, to: CopiedLibrary, request: CopyRequest): Promise<CopyReport> {
  const begun = await readNote(from, to);
  const note = begun ?? { from: from.where, merges: await mayMerge(to, request) };
  const digests = { from: new RecordDigest(), to: new RecordDigest() };
  const report = { cancelled: false, resumed: begun !== undefined, merged: note.merges };
  const write = async (batch: RecordBatch) => {
    await to.records.write(batch, JSON.stringify({ ...note, position: batch.position }));
    if (!begun) digests.from.add(batch);
  };
  const isWhole =
    (begun && begun.position === undefined) ||
    (await readAll(from, note.position, write, { ...request, stage: "copying" }));
  if (!isWhole) return { ...report, cancelled: true, sections: [] };
  await to.catalog.state.set(COPYING, JSON.stringify({ ...note, position: undefined } satisfies Note));
  // Of the view that was copied, whatever was written to the source since; after an interruption there is none.
  const read = async (library: CopiedLibrary, digest: RecordDigest) =>
    readAll(library, undefined, async (batch) => digest.add(batch), { ...request, stage: "comparing" });
  if (begun && !(await read(from, digests.from))) return { ...report, cancelled: true, sections: [] };
  if (!(await read(to, digests.to))) return { ...report, cancelled: true, sections: [] };
  const sections = compared(digests.from.sections(), digests.to.sections());
  if (note.merges || sections.every(({ same }) => same)) await to.catalog.state.set(COPYING, undefined);
  return { ...report, sections };
}

/** How far an earlier call came. @throws UsageError when it was of another library */
async function readNote(from: CopiedLibrary, to: CopiedLibrary): Promise<Note | undefined> {
  const text = await to.catalog.state.get(COPYING);
  if (text === undefined) return undefined;
  const note = JSON.parse(text) as Note;
  if (note.from === from.where) return note;
  throw new UsageError(
    `${to.where} holds part of a copy of ${note.from}. Finish that one, or copy ${from.where} into an empty library.`,
  );
}

async function mayMerge(to: CopiedLibrary, { into }: CopyRequest): Promise<boolean> {
  if (await to.records.isEmpty()) return false;
  if (into) return true;
  throw new UsageError(
    `${to.where} holds a library already. Name an empty place, or add --into: then it keeps what it has and gains what it lacks.`,
  );
}

/** @returns false when the signal ended it */
async function readAll(
  library: CopiedLibrary,
  from: RecordPosition | undefined,
  visit: (batch: RecordBatch) => Promise<void>,
  { signal, onProgress, stage }: LongWork & { readonly stage: string },
): Promise<boolean> {
  const { images: total } = await library.catalog.images.totals();
  let done = 0;
  const stopped = new Error("stopped");
  try {
    await library.records.read(from, async (batch) => {
      if (signal?.aborted) throw stopped;
      await visit(batch);
      if (batch.section !== "pictures") return;
      done += batch.records.length;
      onProgress?.({ stage, done: Math.min(done, total), total });
    });
  } catch (error) {
    if (error !== stopped) throw error;
    return false;
  }
  return true;
}

function compared(from: readonly SectionDigest[], to: readonly SectionDigest[]): ComparedSection[] {
  const names = [...new Set([...from, ...to].map(({ section }) => section))];
  return names.map((section) => {
    const [one, other] = [from, to].map((side) => side.find((each) => each.section === section));
    return { section, from: one, to: other, same: one?.digest === other?.digest };
  });
}
