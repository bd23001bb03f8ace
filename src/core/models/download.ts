import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GlimpseError, ModelError, systemCode } from "../errors.ts";
import { type FileOrigin, OriginError } from "./hub.ts";
import type { FilePin } from "./model-folder.ts";

const ATTEMPTS = 5;
const FIRST_DELAY_MS = 500;
/** A connection that delivers nothing for this long is dropped, and the download is retried. */
const STALL_TIMEOUT_MS = 30_000;

export interface Download {
  readonly origin: FileOrigin;
  /** Where the complete file belongs. */
  readonly to: string;
  /** What is known of the file. Without its digest, an interrupted download cannot be resumed. */
  readonly pin: Partial<FilePin>;
  /** Bytes downloaded so far, and in all when that is known. */
  readonly onProgress?: ((done: number, total: number | null) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Delay before the first retry, doubled each time. */
  readonly firstDelayMs?: number | undefined;
}

/**
 * Downloads one file. It is written to `<to>.partial`, resumed from there after an interruption, and renamed only when it
 * is complete, has the right digest and is safely on disk.
 * @throws ModelError whose message says what to do; the signal's reason when cancelled
 */
export async function download(job: Download): Promise<FilePin> {
  const partial = `${job.to}.partial`;
  await mkdir(dirname(job.to), { recursive: true });
  try {
    await fetchOrCopy(job, partial);
    const found = await computePin(partial, job.signal);
    await checkPin(job, partial, found);
    await sync(partial);
    await rename(partial, job.to);
    await sync(dirname(job.to));
    return found;
  } catch (error) {
    job.signal?.throwIfAborted();
    throw describeFailure(error, job);
  }
}

async function fetchOrCopy(job: Download, partial: string): Promise<void> {
  if ("file" in job.origin) {
    const end = job.pin.bytes ?? null;
    await write(createReadStream(job.origin.file), { start: 0, end, partial, job });
    return;
  }
  let delayMs = job.firstDelayMs ?? FIRST_DELAY_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(job.origin.url, job, partial);
      return;
    } catch (error) {
      job.signal?.throwIfAborted();
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
    }
    await sleep(delayMs, undefined, job.signal ? { signal: job.signal } : {});
    delayMs *= 2;
  }
}

/** A failure that a retry may overcome. */
class TransientError extends Error {}

function isRetryable(error: unknown): boolean {
  return !(error instanceof GlimpseError) && !isDiskFull(error);
}

async function fetchRest(url: string, job: Download, partial: string): Promise<void> {
  const total = job.pin.bytes ?? null;
  const from = total === null || job.pin.sha256 === undefined ? 0 : await resumableBytes(partial, total);
  if (from === total) return;
  const stall = stallGuard(job.signal);
  try {
    // A compressed transfer could not be resumed.
    const headers = { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) };
    const response = await fetch(url, { headers, signal: stall.signal });
    if (!response.ok || !response.body) throw await responseError(response, url, partial);
    const start = response.status === 206 ? from : 0;
    const length = lengthOf(response);
    const end = length === null ? total : start + length;
    if (total !== null && end !== total) throw await wrongFileError(job, partial, `it has ${end} bytes`);
    await write(Readable.fromWeb(response.body), { start, end, partial, job, onChunk: stall.renew });
    const now = await sizeOf(partial);
    if (end !== null && now < end)
      throw new TransientError(`the connection closed after ${now} of ${end} bytes`);
  } finally {
    stall.end();
  }
}

/** Bytes of an earlier attempt that the download can resume from. */
async function resumableBytes(partial: string, total: number): Promise<number> {
  const have = await sizeOf(partial);
  if (have <= total) return have;
  await rm(partial);
  return 0;
}

function lengthOf(response: Response): number | null {
  const length = response.headers.get("content-length");
  return length === null ? null : Number(length);
}

async function responseError({ status, statusText }: Response, url: string, partial: string): Promise<Error> {
  const answer = `${url} answered ${status} ${statusText}`.trim();
  // The partial file is longer than the file on the server: it belongs to something else.
  if (status === 416) await rm(partial, { force: true });
  if (status >= 500 || status === 408 || status === 416 || status === 429) return new TransientError(answer);
  if (status === 401 || status === 403 || status === 404) {
    return new OriginError(`${answer}. Check that GLIMPSE_HUB names a hub or mirror that has this file.`);
  }
  return new OriginError(`${answer}.`);
}

interface WriteOptions {
  readonly start: number;
  readonly end: number | null;
  readonly partial: string;
  readonly job: Download;
  readonly onChunk?: () => void;
}

async function write(from: Readable, { start, end, partial, job, onChunk }: WriteOptions): Promise<void> {
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
  const abort = () =>
    controller.abort(new TransientError(`nothing arrived for ${STALL_TIMEOUT_MS / 1000} seconds`));
  let timer = setTimeout(abort, STALL_TIMEOUT_MS);
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    renew: () => {
      clearTimeout(timer);
      timer = setTimeout(abort, STALL_TIMEOUT_MS);
    },
    end: () => clearTimeout(timer),
  };
}

async function checkPin(job: Download, partial: string, found: FilePin): Promise<void> {
  const { bytes = found.bytes, sha256 = found.sha256 } = job.pin;
  if (bytes === found.bytes && sha256 === found.sha256) return;
  throw await wrongFileError(
    job,
    partial,
    `it has ${found.bytes} bytes and sha256 ${found.sha256.slice(0, 12)}…`,
  );
}

async function wrongFileError({ pin, origin }: Download, partial: string, what: string): Promise<Error> {
  await rm(partial, { force: true });
  const digest = pin.sha256 === undefined ? "" : ` and ${pin.sha256.slice(0, 12)}…`;
  return new OriginError(
    `${nameOf(origin)} is not the file that is pinned: ${what}, expected ${pin.bytes} bytes${digest}. ` +
      "Nothing of it was kept. Pull again; if that does not help, use another GLIMPSE_HUB.",
  );
}

const nameOf = (origin: FileOrigin) => ("url" in origin ? origin.url : origin.file);

/** Size and digest of a file, read in chunks. */
export async function computePin(file: string, signal?: AbortSignal): Promise<FilePin> {
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

function describeFailure(error: unknown, { origin, to }: Download): Error {
  if (error instanceof GlimpseError) return error;
  if (isDiskFull(error)) {
    return new ModelError(
      `The disk is full: ${to} does not fit. Free some space and pull again; it resumes from there.`,
    );
  }
  if (systemCode(error) === "EACCES" || systemCode(error) === "EROFS" || systemCode(error) === "EPERM") {
    return new ModelError(`${to} cannot be written. Choose a library folder that you may write to.`);
  }
  return new OriginError(
    `${nameOf(origin)} cannot be fetched (${reasonOf(error)}). Pull again to resume where it stopped. Without internet ` +
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
