import type { ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { type ChildProcessOptions, forkChild } from "../child-process.ts";
import type { ChildMessage, ChildOptions, ChildRequest } from "./protocol.ts";

const STDERR_KEPT = 2000;
const GRACE_MS = 2000;

export interface ChildEvents {
  readonly onMessage: (message: ChildMessage) => void;
  /** Called once, however it ended. */
  readonly onEnd: (end: ChildExit) => void;
}

export interface ChildExit {
  /** Whether it had come up: then its death is the work's doing. */
  readonly wasReady: boolean;
  /** The end of what it wrote to stderr. */
  readonly complaint: string;
}

export interface Child {
  send(message: ChildRequest): void;
  /** While it does not hold, an idle child does not keep this process from ending. */
  holdProcess(hold: boolean): void;
  kill(): void;
  /** Resolves when the process is gone. */
  end(): Promise<void>;
}

/** Starts an embedding process. */
export const startEmbeddingChild = (
  opening: ChildOptions,
  events: ChildEvents,
  options: ChildProcessOptions = {},
): Child => new EmbeddingChild(opening, events, options);

class EmbeddingChild implements Child {
  readonly #process: ChildProcess;
  #ready = false;
  #ended = false;
  #complaint = "";

  constructor(opening: ChildOptions, { onMessage, onEnd }: ChildEvents, options: ChildProcessOptions) {
    const threads = String(2 * opening.tuning.decoders + 2);
    this.#process = forkChild("core/embedder/child", {
      ...options,
      env: { ...options.env, UV_THREADPOOL_SIZE: threads },
      stderr: "pipe",
    });
    this.#process.stderr?.on("data", (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString()).slice(-STDERR_KEPT);
    });
    this.#process.on("message", (message: ChildMessage) => {
      if (message.kind === "ready") this.#ready = true;
      onMessage(message);
    });
    const end = () => {
      if (this.#ended) return;
      this.#ended = true;
      onEnd({ wasReady: this.#ready, complaint: this.#complaint.trim() });
    };
    this.#process.once("exit", end);
    this.#process.once("error", (error) => {
      this.#complaint += error.message;
      if (this.#process.pid === undefined) end();
    });
    this.send(opening);
  }

  send(message: ChildRequest): void {
    // A failed send means the child is gone; its end is reported by `exit`.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  holdProcess(hold: boolean): void {
    const how = hold ? "ref" : "unref";
    this.#process[how]();
    this.#process.channel?.[how]();
    if (this.#process.stderr instanceof Socket) this.#process.stderr[how]();
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    const gone = new Promise<void>((resolve) => this.#process.once("exit", () => resolve()));
    const impatience = setTimeout(() => this.kill(), GRACE_MS);
    if (this.#process.connected) this.#process.disconnect();
    await gone;
    clearTimeout(impatience);
  }
}
