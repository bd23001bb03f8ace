import type {
  ComparablePicture,
  EmbeddedPicture,
  EmbeddedText,
  Embedder,
  IdentifiedPicture,
  InspectedPicture,
  IsWanted,
  MeasuredPicture,
  PictureComparison,
  PictureSource,
  ReadPictureText,
  Rendering,
} from "../ports.ts";
import type { DeviceChoice, EmbeddingSpace, ModelTraits, RenderedImage } from "../types.ts";
import type { OnnxEmbedder } from "./onnx-embedder.ts";
import type { CheckResult } from "./protocol.ts";

/** Embeds pictures on several devices at once, each with a process of its own. Everything else the first one does. */
export class EmbedderPool implements Embedder {
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  readonly traits: ModelTraits;
  readonly maxBytes: number;
  readonly maxMemory: number | undefined;
  readonly concurrency: number;
  readonly #first: OnnxEmbedder;
  readonly #members: readonly { readonly embedder: OnnxEmbedder; inFlight: number }[];

  constructor(first: OnnxEmbedder, others: readonly OnnxEmbedder[]) {
    this.#first = first;
    this.#members = [first, ...others].map((embedder) => ({ embedder, inFlight: 0 }));
    this.space = first.space;
    this.dimensions = first.dimensions;
    this.traits = first.traits;
    this.maxBytes = first.maxBytes;
    this.maxMemory = first.maxMemory;
    this.concurrency = this.#members.reduce((sum, { embedder }) => sum + embedder.concurrency, 0);
  }

  embedPicture(source: PictureSource, signal?: AbortSignal): Promise<EmbeddedPicture> {
    return this.#onLeastBusy((embedder) => embedder.embedPicture(source, signal));
  }

  embedIfWanted(source: PictureSource, isWanted: IsWanted, signal?: AbortSignal): Promise<IdentifiedPicture> {
    return this.#onLeastBusy((embedder) => embedder.embedIfWanted(source, isWanted, signal));
  }

  async #onLeastBusy<Result>(work: (embedder: OnnxEmbedder) => Promise<Result>): Promise<Result> {
    const [leastBusy] = this.#useful().toSorted((a, b) => a.inFlight - b.inFlight);
    if (!leastBusy) return work(this.#first);
    leastBusy.inFlight += 1;
    return work(leastBusy.embedder).finally(() => {
      leastBusy.inFlight -= 1;
    });
  }

  /** One whose device was refused has only the processor, which the others need for decoding. */
  #useful() {
    const useful = this.#members.filter(({ embedder }) => embedder.device().refused.length === 0);
    return useful.length > 0 ? useful : this.#members.slice(0, 1);
  }

  embedTexts(texts: readonly string[], signal?: AbortSignal): Promise<EmbeddedText[]> {
    return this.#first.embedTexts(texts, signal);
  }

  render(rendering: Rendering, signal?: AbortSignal): Promise<RenderedImage> {
    return this.#first.render(rendering, signal);
  }

  inspectPicture(source: PictureSource, signal?: AbortSignal): Promise<InspectedPicture> {
    return this.#first.inspectPicture(source, signal);
  }

  measurePicture(source: PictureSource, signal?: AbortSignal): Promise<MeasuredPicture> {
    return this.#first.measurePicture(source, signal);
  }

  compare(
    pictures: readonly ComparablePicture[],
    pairs: readonly (readonly [first: number, second: number])[],
    signal?: AbortSignal,
  ): Promise<PictureComparison[]> {
    return this.#first.compare(pictures, pairs, signal);
  }

  trainingCounts(words: readonly string[]): Promise<readonly number[] | undefined> {
    return this.#first.trainingCounts(words);
  }

  readsFilms(): Promise<boolean> {
    return this.#first.readsFilms();
  }

  readText(reading: Parameters<OnnxEmbedder["readText"]>[0], signal?: AbortSignal): Promise<ReadPictureText> {
    return this.#first.readText(reading, signal);
  }

  check(signal?: AbortSignal): Promise<CheckResult[]> {
    return this.#first.check(signal);
  }

  async chooseDevice(signal?: AbortSignal): Promise<readonly DeviceChoice[]> {
    return (await Promise.all(this.#members.map(({ embedder }) => embedder.chooseDevice(signal)))).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ embedder }) => embedder.close()));
  }
}
