import type { Worker } from "node:worker_threads";
import { startThread } from "../child-process.ts";
import type { Embedding } from "../types.ts";
import type { OnRound } from "./lay-out.ts";
import type { LayoutMessage, LayoutReply } from "./layout-protocol.ts";

/** Lays pictures out in a thread of its own. */
export class LayoutWorker {
  readonly #thread: Worker = startThread("core/map/layout-thread", undefined);
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Must come first. @returns x and y of each, `places` where they have some */
  landmarks(
    embeddings: readonly Embedding[],
    places: Float32Array | undefined,
    onRound: OnRound,
  ): Promise<Float32Array> {
    const dimensions = embeddings[0]?.length ?? 1;
    return this.#ask({ kind: "landmarks", dimensions, vectors: concatenated(embeddings), places }, onRound);
  }

  /** @returns x and y of each, among the landmarks */
  place(embeddings: readonly Embedding[]): Promise<Float32Array> {
    return this.#ask({ kind: "place", vectors: concatenated(embeddings) });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  /** @throws the signal's reason, or what the thread threw */
  #ask(message: LayoutMessage, onRound?: OnRound): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      const onReply = (reply: LayoutReply) =>
        reply.kind === "round" ? onRound?.(reply.done, reply.total) : done(() => resolve(reply.places));
      const onError = (error: unknown) => done(() => reject(error));
      const onExit = () => onError(new Error("The layout thread ended early."));
      const onAbort = () => onError(this.#signal?.reason);
      const done = (settle: () => void) => {
        this.#thread.off("message", onReply).off("error", onError).off("exit", onExit);
        this.#signal?.removeEventListener("abort", onAbort);
        settle();
      };
      this.#thread.on("message", onReply).on("error", onError).on("exit", onExit);
      this.#signal?.addEventListener("abort", onAbort);
      if (this.#signal?.aborted) onAbort();
      else this.#thread.postMessage(message, [message.vectors.buffer as ArrayBuffer]);
    });
  }
}

function concatenated(embeddings: readonly Embedding[]): Float32Array {
  const dimensions = embeddings[0]?.length ?? 0;
  const vectors = new Float32Array(embeddings.length * dimensions);
  for (const [at, embedding] of embeddings.entries()) vectors.set(embedding, at * dimensions);
  return vectors;
}
