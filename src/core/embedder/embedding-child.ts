import type { ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { type ChildProcessOptions, forkChild } from "../child-process.ts";
import type { ChildMessage, ChildRequest, OpenRequest } from "./protocol.ts";

const MAX_STDERR = 2000;
const EXIT_TIMEOUT_MS = 2000;

export interface ChildEvents {
  readonly onMessage: (message: ChildMessage) => void;
  /** Called once, however it ended. */
  readonly onEnd: (end: ChildExit) => void;
}

export interface ChildExit {
  /** Whether it had started up: then its work made it end. */
  readonly wasReady: boolean;
  /** The last that it wrote to stderr. */
  readonly stderr: string;
}

export interface Child {
  send(message: ChildRequest): void;
  /** Whether the child keeps this process from ending. */
  holdProcess(hold: boolean): void;
  kill(): void;
  /** Resolves when the process is gone. */
  end(): Promise<void>;
}

/** Starts an embedding process. */
export const startEmbeddingChild = (
  opening: OpenRequest,
  events: ChildEvents,
  options: ChildProcessOptions = {},
): Child => new EmbeddingChild(opening, events, options);

class EmbeddingChild implements Child {
  readonly #process: ChildProcess;
  #ready = false;
  #ended = false;
  #stderr = "";

  constructor(opening: OpenRequest, { onMessage, onEnd }: ChildEvents, options: ChildProcessOptions) {
    const threads = String(2 * opening.tuning.decoders + 2);
    this.#process = forkChild("core/embedder/child", {
      ...options,
      env: { ...options.env, UV_THREADPOOL_SIZE: threads },
      stderr: "pipe",
    });
    this.#process.stderr?.on("data", (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-MAX_STDERR);
    });
    this.#process.on("message", (message: ChildMessage) => {
      if (message.kind === "ready") this.#ready = true;
      onMessage(message);
    });
    const end = () => {
      if (this.#ended) return;
      this.#ended = true;
      onEnd({ wasReady: this.#ready, stderr: this.#stderr.trim() });
    };
    this.#process.once("exit", end);
    this.#process.once("error", (error) => {
      this.#stderr += error.message;
      if (this.#process.pid === undefined) end();
    });
    this.send(opening);
  }

  send(message: ChildRequest): void {
    // A failed send means the child is gone; its end is reported by `exit`.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  holdProcess(hold: boolean): void {
    const method = hold ? "ref" : "unref";
    this.#process[method]();
    this.#process.channel?.[method]();
    if (this.#process.stderr instanceof Socket) this.#process.stderr[method]();
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    const gone = new Promise<void>((resolve) => this.#process.once("exit", () => resolve()));
    const timer = setTimeout(() => this.kill(), EXIT_TIMEOUT_MS);
    if (this.#process.connected) this.#process.disconnect();
    await gone;
    clearTimeout(timer);
  }
}
