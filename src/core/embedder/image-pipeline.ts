import { PictureError } from "../errors.ts";
import type { ReadPart } from "../image/read-part.ts";
import type { ReadPicture } from "../image/read-picture.ts";
import type { RunExclusive } from "../onnx-runtime.ts";
import type { EmbeddedPart, EmbeddedPicture, IsWanted, PictureSource } from "../ports.ts";
import { toUnit } from "../vector.ts";
import type { ImageTower } from "./tower-session.ts";

/** A batch that is not full waits this long for pictures still being decoded. */
const MAX_BATCH_WAIT_MS = 50;

interface Job {
  readonly requestId: number;
  readonly source: PictureSource;
  readonly isWanted: IsWanted | undefined;
  readonly resolve: (embedded: EmbeddedPicture | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

type DecodedJob = Job & ReadPicture;

export interface ImagePipelineOptions {
  /** Pictures being read at once. */
  readonly decoders: number;
  /** Undefined for a picture that is not wanted. */
  readonly read: (
    source: PictureSource,
    isWanted: IsWanted | undefined,
    requestId: number,
  ) => Promise<ReadPicture | undefined>;
  /** With the number of pictures that its next run should have. */
  readonly tower: ImageTower & { readonly batch: number };
  /** Runs one inference at a time; see `PriorityMutex`. */
  readonly runExclusive: RunExclusive;
}

/** From files to vectors: several pictures are decoded while a batch is embedded. */
export class ImagePipeline {
  readonly #options: ImagePipelineOptions;
  readonly #waiting: Job[] = [];
  readonly #decoded: DecodedJob[] = [];
  #decoding = 0;
  #embedding = false;
  #batchTimer: NodeJS.Timeout | undefined;

  constructor(options: ImagePipelineOptions) {
    this.#options = options;
  }

  /** Undefined for a picture that is not wanted; without `isWanted` each is. */
  embed(requestId: number, source: PictureSource, isWanted?: IsWanted): Promise<EmbeddedPicture | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ requestId, source, isWanted, resolve, reject });
      this.#decodeMore();
    });
  }

  /** Drops a picture that has not been embedded yet: its result is no longer needed. */
  cancel(requestId: number): void {
    for (const queue of [this.#waiting, this.#decoded]) {
      const at = queue.findIndex((job) => job.requestId === requestId);
      if (at >= 0) for (const job of queue.splice(at, 1)) job.reject(new Error("cancelled"));
    }
  }

  #decodeMore(): void {
    while (this.#decoding < this.#options.decoders && !this.#isFull()) {
      const job = this.#waiting.shift();
      if (!job) return;
      this.#decoding += 1;
      void this.#decode(job).finally(() => {
        this.#decoding -= 1;
        this.#decodeMore();
        this.#embedMore();
      });
    }
  }

  /** Decoding runs at most two batches ahead: pixels are large. */
  #isFull(): boolean {
    return this.#decoded.length + this.#decoding >= 2 * this.#options.tower.batch + this.#options.decoders;
  }

  async #decode(job: Job): Promise<void> {
    try {
      const read = await this.#options.read(job.source, job.isWanted, job.requestId);
      if (read) this.#decoded.push({ ...job, ...read });
      else job.resolve(undefined);
    } catch (error) {
      job.reject(error);
    }
  }

  #embedMore(mayWait = true): void {
    if (this.#embedding || this.#decoded.length === 0) return;
    if (mayWait && this.#decoded.length < this.#options.tower.batch && this.#decoding > 0) {
      this.#batchTimer ??= setTimeout(() => {
        this.#batchTimer = undefined;
        this.#embedMore(false);
      }, MAX_BATCH_WAIT_MS);
      return;
    }
    clearTimeout(this.#batchTimer);
    this.#batchTimer = undefined;
    this.#embedding = true;
    const batch = this.#decoded.splice(0, this.#options.tower.batch);
    this.#decodeMore();
    void this.#embedBatch(batch).finally(() => {
      this.#embedding = false;
      this.#embedMore();
    });
  }

  async #vectorsOf(pixels: readonly Float32Array[]): Promise<Float32Array[]> {
    const { tower, runExclusive } = this.#options;
    return runExclusive(() => tower.embed(pixels));
  }

  /** A part in which the model finds nothing is left out. */
  async #embedParts(parts: readonly ReadPart[]): Promise<EmbeddedPart[]> {
    const embedded: EmbeddedPart[] = [];
    for (let start = 0; start < parts.length; ) {
      const some = parts.slice(start, start + this.#options.tower.batch);
      start += some.length;
      const vectors = await this.#vectorsOf(some.map(({ pixels }) => pixels));
      for (const [at, { pixels: _, ...part }] of some.entries()) {
        const embedding = toUnit(vectors[at] ?? new Float32Array());
        if (embedding) embedded.push({ ...part, embedding });
      }
    }
    return embedded;
  }

  async #embedBatch(batch: readonly DecodedJob[]): Promise<void> {
    try {
      const vectors = await this.#vectorsOf(batch.map(({ pixels }) => pixels));
      for (const [at, job] of batch.entries()) {
        const parts = job.parts?.length ? await this.#embedParts(job.parts) : undefined;
        settle(job, vectors[at] ?? new Float32Array(), parts);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

function settle(
  { picture, resolve, reject }: DecodedJob,
  vector: Float32Array,
  parts: readonly EmbeddedPart[] | undefined,
): void {
  const embedding = toUnit(vector);
  if (embedding) resolve({ picture, embedding, ...(parts && { parts }) });
  else
    reject(
      new PictureError("failed", "The model finds nothing in this picture: its vector has no direction."),
    );
}
