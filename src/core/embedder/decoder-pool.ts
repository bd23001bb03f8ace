import type { Worker } from "node:worker_threads";
import { startThread } from "../child-process.ts";
import type { ReadPicture } from "../image/read-picture.ts";
import type { IsWanted, PictureComparison, PictureSource } from "../ports.ts";
import type { ComparisonBatch, DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { deserializeError } from "./serialized-error.ts";

interface Pending {
  readonly isWanted: IsWanted | undefined;
  readonly onProgress: (() => void) | undefined;
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

  /** Undefined for a picture that is not wanted; without `isWanted` each is. */
  async read(
    source: PictureSource,
    isWanted?: IsWanted,
    onProgress?: () => void,
  ): Promise<ReadPicture | undefined> {
    const asks = isWanted !== undefined;
    const response = await this.#request((requestId) => ({ kind: "read", requestId, source, asks }), {
      isWanted,
      onProgress,
    });
    return response.kind === "read" ? response.read : undefined;
  }

  async compare(comparisons: ComparisonBatch): Promise<readonly PictureComparison[]> {
    const response = await this.#request((requestId) => ({ kind: "compare", requestId, comparisons }));
    return response.kind === "compared" ? response.compared : [];
  }

  #request(
    requestFor: (requestId: number) => DecodeRequest,
    { isWanted, onProgress }: Partial<Pick<Pending, "isWanted" | "onProgress">> = {},
  ): Promise<DecodeResponse> {
    const { worker, pending } = this.#leastBusy();
    const requestId = this.#nextRequestId++;
    const request = requestFor(requestId);
    return new Promise((resolve, reject) => {
      pending.set(requestId, { isWanted, onProgress, resolve, reject });
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
      const { requestId } = response;
      const request = pending.get(requestId);
      if (response.kind === "identified") {
        const tell = (isWanted: boolean) =>
          worker.postMessage({ kind: "decision", requestId, isWanted } satisfies DecodeRequest);
        request?.isWanted?.(response.id).then(tell, () => tell(false));
        return;
      }
      if (response.kind === "progress") return request?.onProgress?.();
      pending.delete(requestId);
      if (response.kind === "failed") request?.reject(deserializeError(response.error));
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
