import type { Worker } from "node:worker_threads";
import { startThread } from "../child-process.ts";
import type { ReadPicture } from "../image/read-picture.ts";
import type { PictureComparison, PictureSource } from "../ports.ts";
import type { ComparisonBatch, DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { deserializeError } from "./serialized-error.ts";

interface Pending {
  readonly resolve: (response: DecodeResponse) => void;
  readonly reject: (reason: unknown) => void;
}

/** Decoding threads, started as the load requires. Inference blocks the thread that it runs on; these continue meanwhile. */
export class DecoderPool {
  readonly #setup: DecodeSetup;
  readonly #threads: number;
  readonly #workers: { readonly worker: Worker; readonly pending: Map<number, Pending> }[] = [];
  #nextRequestId = 1;

  constructor(setup: DecodeSetup, threads: number) {
    this.#setup = setup;
    this.#threads = threads;
  }

  async read(source: PictureSource): Promise<ReadPicture> {
    const { read } = await this.#request((requestId) => ({ requestId, source }));
    if (!read) throw new TypeError("a decoding thread answered without a picture");
    return read;
  }

  async compare(comparisons: ComparisonBatch): Promise<readonly PictureComparison[]> {
    return (await this.#request((requestId) => ({ requestId, comparisons }))).compared ?? [];
  }

  #request(requestFor: (requestId: number) => DecodeRequest): Promise<DecodeResponse> {
    const { worker, pending } = this.#leastBusy();
    const request = requestFor(this.#nextRequestId++);
    return new Promise((resolve, reject) => {
      pending.set(request.requestId, { resolve, reject });
      worker.postMessage(request);
    });
  }

  #leastBusy() {
    const [leastBusy] = this.#workers.toSorted((a, b) => a.pending.size - b.pending.size);
    if (leastBusy && (leastBusy.pending.size === 0 || this.#workers.length >= this.#threads))
      return leastBusy;
    return this.#startWorker();
  }

  #startWorker() {
    const worker = startThread("core/embedder/decode-worker", this.#setup);
    const pending = new Map<number, Pending>();
    const entry = { worker, pending };
    worker.on("message", (response: DecodeResponse) => {
      const { requestId, error } = response;
      const request = pending.get(requestId);
      pending.delete(requestId);
      if (error) request?.reject(deserializeError(error));
      else request?.resolve(response);
    });
    worker.on("error", (error) => {
      this.#workers.splice(this.#workers.indexOf(entry), 1);
      for (const { reject } of pending.values()) reject(error);
    });
    this.#workers.push(entry);
    return entry;
  }
}
