import type { Worker } from "node:worker_threads";
import { startThread } from "../child-process.ts";
import type { ReadPicture } from "../image/read-picture.ts";
import type { PictureSource } from "../ports.ts";
import type { DecodeRequest, DecodeResponse, DecodeSetup } from "./protocol.ts";
import { deserializeError } from "./serialized-error.ts";

interface Pending {
  readonly resolve: (read: ReadPicture) => void;
  readonly reject: (reason: unknown) => void;
}

/** Decoding threads, started as the load asks for them. Inference blocks the thread it runs on; these go on meanwhile. */
export class DecoderPool {
  readonly #setup: DecodeSetup;
  readonly #threads: number;
  readonly #workers: { readonly worker: Worker; readonly pending: Map<number, Pending> }[] = [];
  #nextRequestId = 1;

  constructor(setup: DecodeSetup, threads: number) {
    this.#setup = setup;
    this.#threads = threads;
  }

  read(source: PictureSource): Promise<ReadPicture> {
    const { worker, pending } = this.#leastBusy();
    const question: DecodeRequest = { ticket: this.#nextRequestId++, source };
    return new Promise((resolve, reject) => {
      pending.set(question.ticket, { resolve, reject });
      worker.postMessage(question);
    });
  }

  #leastBusy() {
    const [idlest] = this.#workers.toSorted((a, b) => a.pending.size - b.pending.size);
    if (idlest && (idlest.pending.size === 0 || this.#workers.length >= this.#threads)) return idlest;
    return this.#startWorker();
  }

  #startWorker() {
    const worker = startThread("core/embedder/decode-worker", this.#setup);
    const pending = new Map<number, Pending>();
    const entry = { worker, pending };
    worker.on("message", ({ ticket, read, refusal }: DecodeResponse) => {
      const asked = pending.get(ticket);
      pending.delete(ticket);
      if (read) asked?.resolve(read);
      else if (refusal) asked?.reject(deserializeError(refusal));
    });
    worker.on("error", (error) => {
      this.#workers.splice(this.#workers.indexOf(entry), 1);
      for (const { reject } of pending.values()) reject(error);
    });
    this.#workers.push(entry);
    return entry;
  }
}
