import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GlimpseError, ModelError, systemCode } from "../errors.ts";
import type { FileOrigin } from "./hub.ts";
import type { FilePin } from "./model-folder.ts";

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
/** A connection that brings nothing for this long is dropped and tried again. */
const STALL_MS = 30_000;

export interface Download {
  readonly origin: FileOrigin;
  /** Where the complete file belongs. */
  readonly to: string;
  /** What it must be; undefined for a file that nobody has pinned yet. */
  readonly pin: FilePin | undefined;
  /** Bytes here so far, of all there will be when that is known. */
  readonly onProgress?: ((done: number, total: number | null) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Wait before the first repetition, doubled each time. */
  readonly firstWaitMs?: number | undefined;
}

/**
 * Brings one file into place. It grows in `<to>.partial`, is taken up there again after an interruption, and gets
 * its name only when it is complete, has the right digest and is safely on disk.
 * @throws ModelError in a sentence that says what to do; the signal's reason when cancelled
 */
export async function download(job: Download): Promise<FilePin> {
  const partial = `${job.to}.partial`;
  await mkdir(dirname(job.to), { recursive: true });
  try {
    await fetchOrCopy(job, partial);
    const found = await pinOf(partial, job.signal);
    await refuseOther(job, partial, found);
    await sync(partial);
    await rename(partial, job.to);
    await sync(dirname(job.to));
    return found;
  } catch (error) {
    job.signal?.throwIfAborted();
    throw formatBytes(error, job);
  }
}

async function fetchOrCopy(job: Download, partial: string): Promise<void> {
  if ("file" in job.origin) {
    const end = job.pin?.bytes ?? null;
    await write(createReadStream(job.origin.file), { start: 0, end, partial, job });
    return;
  }
  let waitMs = job.firstWaitMs ?? FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(job.origin.url, job, partial);
      return;
    } catch (error) {
      job.signal?.throwIfAborted();
      if (attempt === ATTEMPTS || !isWorthAnotherTry(error)) throw error;
    }
    await sleep(waitMs, undefined, job.signal ? { signal: job.signal } : {});
    waitMs *= 2;
  }
}

/** A refusal that a repetition may cure. */
class Passing extends Error {}

function isWorthAnotherTry(error: unknown): boolean {
  return !(error instanceof GlimpseError) && !isDiskFull(error);
}

async function fetchRest(url: string, job: Download, partial: string): Promise<void> {
  const total = job.pin?.bytes ?? null;
  const from = total === null ? 0 : await usablePart(partial, total);
  if (from === total) return;
  const stall = stallGuard(job.signal);
  try {
    // Compressed on the way, a file could not be taken up in its middle.
    const headers = { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) };
    const response = await fetch(url, { headers, signal: stall.signal });
    if (!response.ok || !response.body) throw await refused(response, url, partial);
    const start = response.status === 206 ? from : 0;
    const length = lengthOf(response);
    const end = length === null ? total : start + length;
    if (total !== null && end !== total) throw await otherFile(job, partial, `it has ${end} bytes`);
    await write(Readable.fromWeb(response.body), { start, end, partial, job, onChunk: stall.renew });
    const now = await sizeOf(partial);
    if (end !== null && now < end) throw new Passing(`the connection closed after ${now} of ${end} bytes`);
  } finally {
    stall.end();
  }
}

/** Bytes of an earlier try that can be gone on with. */
async function usablePart(partial: string, total: number): Promise<number> {
  const have = await sizeOf(partial);
  if (have <= total) return have;
  await rm(partial);
  return 0;
}

function lengthOf(response: Response): number | null {
  const length = response.headers.get("content-length");
  return length === null ? null : Number(length);
}

async function refused({ status, statusText }: Response, url: string, partial: string): Promise<Error> {
  const said = `${url} answered ${status} ${statusText}`.trim();
  // The part that is here reaches beyond the file there: it is of something else.
  if (status === 416) await rm(partial, { force: true });
  if (status >= 500 || status === 408 || status === 416 || status === 429) return new Passing(said);
  if (status === 401 || status === 403 || status === 404) {
    return new ModelError(`${said}. Check that GLIMPSE_HUB names a hub or mirror that has this file.`);
  }
  return new ModelError(`${said}.`);
}

interface Writing {
  readonly start: number;
  readonly end: number | null;
  readonly partial: string;
  readonly job: Download;
  readonly onChunk?: () => void;
}

async function write(from: Readable, { start, end, partial, job, onChunk }: Writing): Promise<void> {
  let done = start;
  job.onProgress?.(done, end);
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      onChunk?.();
      done += chunk.length;
      job.onProgress?.(done, end);
      yield chunk;
    }
  }
  const to = createWriteStream(partial, start > 0 ? { flags: "r+", start } : { flags: "w" });
  await pipeline(from, counted, to, job.signal ? { signal: job.signal } : {});
}

function stallGuard(outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const give = () => controller.abort(new Passing(`nothing came for ${STALL_MS / 1000} seconds`));
  let timer = setTimeout(give, STALL_MS);
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    renew: () => {
      clearTimeout(timer);
      timer = setTimeout(give, STALL_MS);
    },
    end: () => clearTimeout(timer),
  };
}

async function refuseOther(job: Download, partial: string, found: FilePin): Promise<void> {
  if (!job.pin || (job.pin.bytes === found.bytes && job.pin.sha256 === found.sha256)) return;
  throw await otherFile(job, partial, `it has ${found.bytes} bytes and sha256 ${found.sha256.slice(0, 12)}…`);
}

async function otherFile({ pin, origin }: Download, partial: string, what: string): Promise<Error> {
  await rm(partial, { force: true });
  return new ModelError(
    `${nameOf(origin)} is not the file that the model's descriptor pins: ${what}, expected ${pin?.bytes} bytes ` +
      `and ${pin?.sha256.slice(0, 12)}…. Nothing of it was kept. Pull again; if it stays so, use another GLIMPSE_HUB.`,
  );
}

const nameOf = (origin: FileOrigin) => ("url" in origin ? origin.url : origin.file);

/** Size and digest of a file, read in pieces. */
export async function pinOf(file: string, signal?: AbortSignal): Promise<FilePin> {
  const hash: Hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function sync(path: string): Promise<void> {
  try {
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Some systems cannot sync a folder, or a file opened for reading; the digest was checked all the same.
  }
}

const isDiskFull = (error: unknown) => systemCode(error) === "ENOSPC" || systemCode(error) === "EDQUOT";

function formatBytes(error: unknown, { origin, to }: Download): Error {
  if (error instanceof GlimpseError) return error;
  if (isDiskFull(error)) {
    return new ModelError(
      `The disk is full: ${to} does not fit. Make room and pull again; it goes on from there.`,
    );
  }
  if (systemCode(error) === "EACCES" || systemCode(error) === "EROFS" || systemCode(error) === "EPERM") {
    return new ModelError(`${to} cannot be written. Choose a library folder that you may write to.`);
  }
  return new ModelError(
    `${nameOf(origin)} cannot be fetched (${reasonOf(error)}). Pull again to go on where it stopped. Without internet ` +
      `access, set GLIMPSE_HUB to a mirror's address or to a folder that holds the files.`,
    { cause: error },
  );
}

/** fetch() hides the reason behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  return inner.message || String(systemCode(inner) ?? inner.name);
}
