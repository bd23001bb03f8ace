import { ModelError } from "../errors.ts";
import type { LocatedReader } from "../models/located-model.ts";
import { READING_VERSION } from "../ocr/reading-version.ts";
import type { PictureSource, ReadingEngine, ReadPictureText, TextReader } from "../ports.ts";
import type { LocalEmbedder } from "./open-embedder.ts";

/** Reads text in the process that the embedder runs in. */
export class OnnxTextReader implements TextReader {
  readonly #embedder: Pick<LocalEmbedder, "readText">;
  readonly #installed: () => Promise<readonly LocatedReader[]>;
  #readers: Promise<readonly LocatedReader[]> | undefined;

  /** @param installed the readers that are installed now, the one that finds lines first */
  constructor(embedder: Pick<LocalEmbedder, "readText">, installed: () => Promise<readonly LocatedReader[]>) {
    this.#embedder = embedder;
    this.#installed = installed;
  }

  async engine(): Promise<ReadingEngine | undefined> {
    this.#readers = this.#installed();
    const readers = await this.#readers;
    if (readers.length === 0) return undefined;
    return [String(READING_VERSION), ...readers.map(({ engine }) => engine)].join(" ");
  }

  async read(
    source: PictureSource,
    signal?: AbortSignal,
    moments?: readonly number[],
  ): Promise<ReadPictureText> {
    this.#readers ??= this.#installed();
    const readers = await this.#readers;
    if (readers.length === 0)
      throw new ModelError("No reader of text is installed. Install the program again with its packages.");
    return this.#embedder.readText({ source, readers, moments }, signal);
  }
}
