import type { Worker } from "node:worker_threads";
import { startThread } from "../../child-process.ts";
import { PictureError } from "../../errors.ts";
import { decodingError } from "../decoding-error.ts";
import type { RawPicture, TransparentPicture } from "../raw-picture.ts";
import type { HeifPixels, HeifRequest, HeifResponse } from "./heif-thread.ts";

/** WebAssembly keeps what it once took: a thread that took more than this, of some 30 million pixels, is replaced. */
const MAX_IDLE_HEAP = 256 * 1024 * 1024;

/**
 * Decodes an HEVC picture in a thread of its own, which is ended where it takes too long. Upright: turns and mirrors of
 * the file are applied, and its EXIF orientation says the same once more.
 * @throws PictureError
 */
export async function decodeHeif(
  bytes: Uint8Array,
  timeoutMs: number,
): Promise<RawPicture | TransparentPicture> {
  const { data, width, height, channels } = await inTurn(() => thread().decode(bytes, timeoutMs));
  return channels === 4 ? { data, width, height, channels } : { data, width, height };
}

/** One after another: each takes a lot of memory, and its time counts from its own start. */
let last: Promise<unknown> = Promise.resolve();

function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
  const result = last.then(run);
  last = result.catch(() => undefined);
  return result;
}

let current: HeifThread | undefined;

function thread(): HeifThread {
  current ??= new HeifThread(() => (current = undefined));
  return current;
}

class HeifThread {
  readonly #worker: Worker = startThread("core/image/heif/heif-thread", undefined);
  readonly #onEnd: () => void;
  #nextRequestId = 1;
  #settle: ((outcome: HeifResponse | Error) => void) | undefined;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#worker.unref();
    this.#worker.on("message", (response: HeifResponse) => {
      if (response.heapBytes > MAX_IDLE_HEAP) this.#end();
      this.#settle?.(response);
    });
    this.#worker.on("error", (error) => {
      this.#onEnd();
      this.#settle?.(error);
    });
  }

  async decode(bytes: Uint8Array, timeoutMs: number): Promise<HeifPixels> {
    const outcome = await this.#outcomeOf(bytes, timeoutMs);
    if (outcome instanceof PictureError) throw outcome;
    if (outcome instanceof Error) throw decodingError(outcome, "heic");
    if ("reason" in outcome) throw decodingError(new Error(outcome.reason), "heic");
    return outcome.picture;
  }

  #outcomeOf(bytes: Uint8Array, timeoutMs: number): Promise<HeifResponse | Error> {
    const requestId = this.#nextRequestId++;
    return new Promise<HeifResponse | Error>((resolve) => {
      const timer = setTimeout(() => {
        this.#end();
        resolve(new PictureError("timeout", "Decoding the picture took longer than allowed."));
      }, timeoutMs);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#worker.ref();
      this.#worker.postMessage({ requestId, bytes } satisfies HeifRequest);
    }).finally(() => this.#worker.unref());
  }

  #end(): void {
    this.#onEnd();
    void this.#worker.terminate();
  }
}
