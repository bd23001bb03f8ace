import { createHash } from "node:crypto";
import { openPicture } from "../image/open-picture.ts";
import type { LocatedReader } from "../models/located-model.ts";
import { readText } from "../ocr/read-text.ts";
import type { TextEngine } from "../ocr/text-engine.ts";
import type { RunExclusive } from "../onnx-runtime.ts";
import type { PictureSource, ReadPictureText } from "../ports.ts";
import type { PictureLimits } from "../types.ts";
import { readPictureBytes } from "./picture-source.ts";

export interface PictureReaderOptions {
  readonly limits: PictureLimits;
  readonly openEngine: (readers: readonly LocatedReader[], runExclusive: RunExclusive) => Promise<TextEngine>;
  /** Runs one inference at a time; see `PriorityMutex`. */
  readonly runExclusive: RunExclusive;
  /** Called after each run of a graph. */
  readonly onRun: () => void;
}

/** Reads text in pictures with the readers that it is given, which it keeps open until it is given others. */
export class PictureReader {
  readonly #options: PictureReaderOptions;
  readonly #pending = new Set<number>();
  readonly #cancelled = new Set<number>();
  #current = 0;
  #opened: { readonly name: string; readonly engine: Promise<TextEngine> } | undefined;
  /** One after another: each takes a lot of memory. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PictureReaderOptions) {
    this.#options = options;
  }

  /** @throws PictureError, ModelError */
  read(
    requestId: number,
    source: PictureSource,
    readers: readonly LocatedReader[],
  ): Promise<ReadPictureText> {
    this.#pending.add(requestId);
    const reading = this.#last
      .then(() => this.#read(requestId, source, readers))
      .finally(() => {
        this.#pending.delete(requestId);
        this.#cancelled.delete(requestId);
      });
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  /** Ends a reading before its next run: its result is no longer needed. */
  cancel(requestId: number): void {
    if (this.#pending.has(requestId)) this.#cancelled.add(requestId);
  }

  #engine(readers: readonly LocatedReader[]): Promise<TextEngine> {
    const name = readers.map((reader) => reader.engine).join();
    if (this.#opened?.name === name) return this.#opened.engine;
    const engine = this.#options.openEngine(readers, (run) => this.#run(run));
    this.#opened = { name, engine };
    // One that cannot be opened is tried again.
    engine.catch(() => {
      this.#opened = undefined;
    });
    return engine;
  }

  async #run<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#cancelled.has(this.#current)) throw new Error("cancelled");
    const result = await this.#options.runExclusive(run);
    this.#options.onRun();
    return result;
  }

  async #read(requestId: number, source: PictureSource, readers: readonly LocatedReader[]) {
    const { limits } = this.#options;
    this.#current = requestId;
    const engine = await this.#engine(readers);
    const bytes = await readPictureBytes(source, limits);
    const lines = await readText(await openPicture(bytes, limits), engine);
    return { id: createHash("sha256").update(bytes).digest("hex"), lines };
  }
}
