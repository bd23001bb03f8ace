import { GlimpseError, type LongWork, visibleText } from "../core/index.ts";
import type { Work } from "./answers.ts";

const KEPT_MS = 60_000;

interface Running {
  state: Work;
  readonly stop: AbortController;
  endedAt?: number;
}

/** What the work reports to, and by what it is stopped. */
export interface Job {
  readonly signal: AbortSignal;
  readonly onProgress: NonNullable<LongWork["onProgress"]>;
}

export interface WorkOptions {
  readonly kind: Work["kind"];
  /** What it is about, as untrusted text: a folder, a model, a tag. */
  readonly subject: string;
}

/** Long work that was begun on the page and goes on between its requests: what runs, how far it is, how it ended. */
export class BackgroundWork {
  readonly #signal: AbortSignal;
  readonly #onError: (error: unknown) => void;
  readonly #running = new Map<number, Running>();
  #last = 0;

  /** @param onError is told of defects; expected failures are shown on the page */
  constructor(signal: AbortSignal, onError: (error: unknown) => void) {
    this.#signal = signal;
    this.#onError = onError;
  }

  /**
   * Resolves when the work has shown its first progress, or has ended: what is wrong with a request is thrown to who made it,
   * and what goes wrong later is part of `list`.
   */
  async start({ kind, subject }: WorkOptions, run: (work: Job) => Promise<unknown>): Promise<void> {
    const id = ++this.#last;
    const stop = new AbortController();
    const own: Running = {
      stop,
      state: {
        id,
        kind,
        subject: visibleText(subject),
        startedAt: Date.now(),
        done: 0,
        total: null,
        stage: "",
      },
    };
    let begun = false;
    let onFirst = () => {};
    const first = new Promise<void>((resolve) => (onFirst = resolve));
    const onProgress: Job["onProgress"] = ({ stage, done, total }) => {
      own.state = { ...own.state, stage, done, total };
      begun = true;
      onFirst();
    };
    this.#running.set(id, own);
    const ended = run({ onProgress, signal: AbortSignal.any([stop.signal, this.#signal]) }).then(
      (result) => {
        own.state = { ...own.state, refused: refusedOf(result) };
        this.#end(own, stop.signal.aborted ? "stopped" : "done");
      },
      (error: unknown) => {
        if (!begun) {
          this.#running.delete(id);
          throw error;
        }
        if (stop.signal.aborted || this.#signal.aborted) return this.#end(own, "stopped");
        this.reportDefect(error);
        this.#end(own, "failed", error instanceof GlimpseError ? visibleText(error.message) : undefined);
      },
    );
    await Promise.race([first, ended]);
  }

  /** What runs, and what ended a moment ago; oldest first. */
  list(): Work[] {
    const now = Date.now();
    for (const [id, { endedAt }] of this.#running)
      if (endedAt !== undefined && now - endedAt > KEPT_MS) this.#running.delete(id);
    return [...this.#running.values()].map(({ state }) => state);
  }

  /** Expected failures are shown on the page. */
  readonly reportDefect = (error: unknown): void => {
    if (!(error instanceof GlimpseError)) this.#onError(error);
  };

  stop(id: number): void {
    this.#running.get(id)?.stop.abort();
  }

  #end(own: Running, end: NonNullable<Work["end"]>, problem?: string): void {
    own.endedAt = Date.now();
    own.state = { ...own.state, end, problem };
  }
}

const REFUSED_SHOWN = 50;

/** A report on moved files, or on added ones. */
interface Report {
  readonly refused: readonly { readonly path?: string; readonly origin?: string; readonly reason: string }[];
}

/** Of a report that says what was left as it is. */
function refusedOf(result: unknown): Work["refused"] {
  if (typeof result !== "object" || result === null || !("refused" in result)) return undefined;
  const { refused } = result as Report;
  return refused
    .slice(0, REFUSED_SHOWN)
    .map(({ path, origin = "", reason }) => ({ path: path ?? origin, reason }));
}
