import type { Library } from "../../core/index.ts";
import type { Log } from "../log.ts";

export interface TextReadingParts {
  readonly library: Pick<Library, "readTexts">;
  readonly log: Log;
}

/**
 * Reads text that was not read as its picture arrived: of posts from before a server allowed it, and of those whose
 * reading failed for the moment.
 */
export class TextReading {
  readonly #parts: TextReadingParts;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: TextReadingParts) {
    this.#parts = parts;
  }

  /** Reads what waits now, in the background. */
  wake(): void {
    if (this.#running || this.#stop.signal.aborted) return;
    this.#running = this.#read().finally(() => {
      this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the bot is stopping"));
    await this.#running;
  }

  async #read(): Promise<void> {
    const { library, log } = this.#parts;
    try {
      const report = await library.readTexts({ signal: this.#stop.signal });
      if (report && report.read > 0)
        log.info({ read: report.read, withText: report.withText }, "text was read");
      if (report?.problem !== undefined)
        log.warn({ problem: report.problem }, "text was not read to the end");
    } catch (error) {
      if (!this.#stop.signal.aborted) log.warn({ error }, "text could not be read, will be tried again");
    }
  }
}
