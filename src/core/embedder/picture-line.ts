import { readFile, stat } from "node:fs/promises";
import { PictureError } from "../errors.ts";
import { readPicture } from "../image/read-picture.ts";
import type { EmbeddedPicture, PictureSource } from "../ports.ts";
import type { ImageRecipe, Picture, PictureLimits } from "../types.ts";
import type { Tuning } from "./protocol.ts";
import { type ImageTower, toUnit } from "./tower-session.ts";

/** A batch that is not full waits this long for pictures still being decoded. */
const BATCH_PATIENCE_MS = 50;

interface Work {
  readonly ticket: number;
  readonly source: PictureSource;
  readonly resolve: (answer: EmbeddedPicture) => void;
  readonly reject: (reason: unknown) => void;
}

interface Decoded extends Work {
  readonly picture: Picture;
  readonly pixels: Float32Array;
}

export interface PictureLineOptions {
  readonly recipe: ImageRecipe;
  readonly limits: PictureLimits;
  readonly tuning: Tuning;
  readonly tower: () => Promise<ImageTower>;
  /** Runs one inference when it is its turn; see `Turns`. */
  readonly takeTurn: <Result>(run: () => Promise<Result>) => Promise<Result>;
}

/** The child's way from files to vectors: several pictures are decoded while a batch is embedded. */
export class PictureLine {
  readonly #options: PictureLineOptions;
  readonly #waiting: Work[] = [];
  readonly #decoded: Decoded[] = [];
  #decoding = 0;
  #embedding = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(options: PictureLineOptions) {
    this.#options = options;
  }

  embed(ticket: number, source: PictureSource): Promise<EmbeddedPicture> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ticket, source, resolve, reject });
      this.#decodeMore();
    });
  }

  /** Forgets a picture that has not been embedded yet; nobody waits for its answer. */
  cancel(ticket: number): void {
    for (const line of [this.#waiting, this.#decoded]) {
      const at = line.findIndex((work) => work.ticket === ticket);
      if (at >= 0) for (const work of line.splice(at, 1)) work.reject(new Error("cancelled"));
    }
  }

  #decodeMore(): void {
    while (this.#decoding < this.#options.tuning.decoders && !this.#isFull()) {
      const work = this.#waiting.shift();
      if (!work) return;
      this.#decoding += 1;
      void this.#decode(work).finally(() => {
        this.#decoding -= 1;
        this.#decodeMore();
        this.#embedMore();
      });
    }
  }

  /** Decoding runs at most two batches ahead: pixels are large. */
  #isFull(): boolean {
    return (
      this.#decoded.length + this.#decoding >= 2 * this.#options.tuning.batch + this.#options.tuning.decoders
    );
  }

  async #decode(work: Work): Promise<void> {
    const { recipe, limits } = this.#options;
    try {
      const bytes = await bytesOf(work.source, limits);
      this.#decoded.push({ ...work, ...(await readPicture(bytes, recipe, limits)) });
    } catch (error) {
      work.reject(error);
    }
  }

  #embedMore(patient = true): void {
    if (this.#embedding || this.#decoded.length === 0) return;
    if (patient && this.#decoded.length < this.#options.tuning.batch && this.#decoding > 0) {
      this.#patience ??= setTimeout(() => this.#embedMore(false), BATCH_PATIENCE_MS);
      return;
    }
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#embedding = true;
    const batch = this.#decoded.splice(0, this.#options.tuning.batch);
    this.#decodeMore();
    void this.#embedBatch(batch).finally(() => {
      this.#embedding = false;
      this.#embedMore();
    });
  }

  async #embedBatch(batch: readonly Decoded[]): Promise<void> {
    try {
      const tower = await this.#options.tower();
      const vectors = await this.#options.takeTurn(() => tower.embed(batch.map(({ pixels }) => pixels)));
      for (const [at, { picture, resolve }] of batch.entries()) {
        resolve({ picture, embedding: toUnit(vectors[at] ?? new Float32Array()) });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

async function bytesOf(source: PictureSource, limits: PictureLimits): Promise<Uint8Array> {
  if ("bytes" in source) return source.bytes;
  try {
    const { size } = await stat(source.path);
    if (size > limits.maxBytes) {
      throw new PictureError(
        "too-many-bytes",
        `The file has ${size} bytes; at most ${limits.maxBytes} are read.`,
      );
    }
    return await readFile(source.path);
  } catch (cause) {
    if (cause instanceof PictureError) throw cause;
    throw new PictureError("unreadable", `The file cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "it is not there";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EISDIR") return "it is a folder";
  return cause instanceof Error ? cause.message : String(cause);
}
