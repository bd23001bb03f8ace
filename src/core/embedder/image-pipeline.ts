import { PictureError } from "../errors.ts";
import type { ReadPicture } from "../image/read-picture.ts";
import type { EmbeddedPicture, PictureSource } from "../ports.ts";
import { toUnit } from "../vector.ts";
import type { ImageTower } from "./tower-session.ts";

/** A batch that is not full waits this long for pictures still being decoded. */
const MAX_BATCH_WAIT_MS = 50;

interface Work {
  readonly ticket: number;
  readonly source: PictureSource;
  readonly resolve: (answer: EmbeddedPicture) => void;
  readonly reject: (reason: unknown) => void;
}

type Decoded = Work & ReadPicture;

export interface ImagePipelineOptions {
  /** Pictures in one run of the tower. */
  readonly batch: number;
  /** Pictures being read at once. */
  readonly decoders: number;
  readonly read: (source: PictureSource) => Promise<ReadPicture>;
  readonly tower: () => Promise<ImageTower>;
  /** Runs one inference when it is its turn; see `OneAtATime`. */
  readonly takeTurn: <Result>(run: () => Promise<Result>) => Promise<Result>;
}

/** The child's way from files to vectors: several pictures are decoded while a batch is embedded. */
export class ImagePipeline {
  readonly #options: ImagePipelineOptions;
  readonly #waiting: Work[] = [];
  readonly #decoded: Decoded[] = [];
  #decoding = 0;
  #embedding = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(options: ImagePipelineOptions) {
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
    while (this.#decoding < this.#options.decoders && !this.#isFull()) {
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
    return this.#decoded.length + this.#decoding >= 2 * this.#options.batch + this.#options.decoders;
  }

  async #decode(work: Work): Promise<void> {
    try {
      this.#decoded.push({ ...work, ...(await this.#options.read(work.source)) });
    } catch (error) {
      work.reject(error);
    }
  }

  #embedMore(patient = true): void {
    if (this.#embedding || this.#decoded.length === 0) return;
    if (patient && this.#decoded.length < this.#options.batch && this.#decoding > 0) {
      this.#patience ??= setTimeout(() => {
        this.#patience = undefined;
        this.#embedMore(false);
      }, MAX_BATCH_WAIT_MS);
      return;
    }
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#embedding = true;
    const batch = this.#decoded.splice(0, this.#options.batch);
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
      for (const [at, work] of batch.entries()) answer(work, vectors[at] ?? new Float32Array());
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

function answer({ picture, resolve, reject }: Decoded, vector: Float32Array): void {
  const embedding = toUnit(vector);
  if (embedding) resolve({ picture, embedding });
  else
    reject(
      new PictureError("failed", "The model finds nothing in this picture: its vector has no direction."),
    );
}
