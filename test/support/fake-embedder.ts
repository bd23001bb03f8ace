import { createHash } from "node:crypto";
import { compareBatch, PreparedPictures } from "../../src/core/embedder/compare-batch.ts";
import { readPictureBytes } from "../../src/core/embedder/picture-source.ts";
import { renderPicture } from "../../src/core/embedder/render-picture.ts";
import { PictureError } from "../../src/core/errors.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../src/core/image/picture-limits.ts";
import type {
  ComparablePicture,
  EmbeddedPart,
  EmbeddedPicture,
  EmbeddedText,
  Embedder,
  IdentifiedPicture,
  InspectedPicture,
  IsWanted,
  MeasuredPicture,
  PictureComparison,
  PictureSource,
  Rendering,
} from "../../src/core/ports.ts";
import type { CarriedWords, Embedding, ModelTraits, Picture, RenderedImage } from "../../src/core/types.ts";

export interface FakeEmbedderOptions {
  /** Default 128. */
  readonly dimensions?: number;
  /** Default "fake@00000000". */
  readonly space?: string;
  /**
   * Predefined vectors (normalised to unit length; shorter ones are zero-padded). The key is a text, the
   * content of a picture read as text, or an image id. Everything else gets the vector of its words.
   */
  readonly vectors?: Readonly<Record<string, readonly number[]>>;
  /** Facts of a picture that matter to a test: size, capture time, fingerprint, thumbnail. */
  readonly facts?: (bytes: Uint8Array) => Partial<Picture>;
  /** Runs before each picture is embedded: wait here to test cancelling, throw a PictureError to refuse it. */
  readonly beforePicture?: (bytes: Uint8Array) => Promise<void> | void;
  readonly traits?: Partial<ModelTraits>;
  /** What the shots of a film show, and when. */
  readonly shots?: (bytes: Uint8Array) => Readonly<Record<number, string>> | undefined;
  /** Whether films can be read. Default: yes. */
  readonly readsFilms?: () => boolean;
  /** In how many pictures of its training each word was said; words that are not here, in none. Default: nobody counted. */
  readonly trainingCounts?: Readonly<Record<string, number>>;
  /** What the picture with this id carries. Default: nothing. */
  readonly carried?: (id: string) => CarriedWords;
  /** Whether an older decoder made something else of the picture with this id. Default: no. */
  readonly decodesDifferently?: (id: string) => boolean;
}

const MAX_WORDS = 32;
const STOP_WORDS = new Set(["a", "an", "the", "of", "photo", "picture"]);

/**
 * An embedder without a model. The bytes of a picture are its description: bytes that read `cat sleeping` are a picture
 * of a sleeping cat, near the text "cat" (cosine about 0.7) and far from "dog" (about 0). Bytes that are no UTF-8
 * (a real picture) get a vector unlike all others, unless `vectors` places their id or
 * `place(bytes, "cat")` gives them one.
 *
 * Empty bytes are refused as "empty", bytes starting with `broken` as "damaged", bytes starting with `text` as
 * "not-a-picture", a missing file as "unreadable", as the real embedder does with such files. Texts longer than
 * 32 words are cut and marked as truncated. `calls` counts what was embedded.
 *
 *     const embedder = new FakeEmbedder({ vectors: { east: [1, 0], west: [-1, 0] } });
 */
export class FakeEmbedder implements Embedder {
  readonly space: string;
  readonly dimensions: number;
  readonly traits: ModelTraits;
  readonly maxBytes = DEFAULT_PICTURE_LIMITS.maxBytes;
  readonly concurrency = 4;
  readonly calls = { read: 0, pictures: 0, texts: 0, compared: 0, closed: 0 };
  readonly #options: FakeEmbedderOptions;
  readonly #shown = new Map<string, string>();

  constructor(options: FakeEmbedderOptions = {}) {
    this.#options = options;
    this.dimensions = options.dimensions ?? 128;
    this.space = options.space ?? "fake@00000000";
    this.traits = {
      id: "fake",
      name: "Fake",
      score: { kind: "softmax", scale: 20 },
      templates: ["{}"],
      thresholds: { none: 0.2, tag: 0.4, alike: 0.98, similar: 0.9 },
      ...options.traits,
    };
  }

  /** From now on these bytes show what the words describe. */
  place(bytes: Uint8Array, words: string): void {
    this.#shown.set(sha256(bytes), words);
  }

  async trainingCounts(words: readonly string[]): Promise<number[] | undefined> {
    const known = this.#options.trainingCounts;
    return known && words.map((word) => known[word] ?? 0);
  }

  async embedIfWanted(
    source: PictureSource,
    isWanted: IsWanted,
    signal?: AbortSignal,
  ): Promise<IdentifiedPicture> {
    signal?.throwIfAborted();
    const bytes = await readPictureBytes(source, DEFAULT_PICTURE_LIMITS);
    this.calls.read += 1;
    const id = sha256(bytes);
    return (await isWanted(id)) ? { id, embedded: await this.#embed(bytes, signal) } : { id };
  }

  async embedPicture(source: PictureSource, signal?: AbortSignal): Promise<EmbeddedPicture> {
    signal?.throwIfAborted();
    return this.#embed(await readPictureBytes(source, DEFAULT_PICTURE_LIMITS), signal);
  }

  async #embed(bytes: Uint8Array, signal?: AbortSignal): Promise<EmbeddedPicture> {
    await this.#options.beforePicture?.(bytes);
    signal?.throwIfAborted();
    refuseBad(bytes);
    this.calls.pictures += 1;
    const id = sha256(bytes);
    const shots = Object.entries(this.#options.shots?.(bytes) ?? {});
    return {
      ...(shots.length > 0 && { parts: shots.map(([atMs, shows]) => this.#shot(Number(atMs), shows)) }),
      picture: { ...plainFacts(id, bytes), ...this.#options.facts?.(bytes) },
      embedding: this.#vectorOf(this.#shown.get(id) ?? asText(bytes) ?? id, id),
    };
  }

  #shot(atMs: number, shows: string): EmbeddedPart {
    const id = sha256(`${atMs} ${shows}`);
    return {
      part: { kind: "frame", atMs },
      thumbnail: Buffer.from(`thumbnail of ${shows}`),
      fingerprint: Buffer.from(id, "hex"),
      embedding: this.#vectorOf(shows),
    };
  }

  async readsFilms(): Promise<boolean> {
    return this.#options.readsFilms?.() ?? true;
  }

  async embedTexts(texts: readonly string[], signal?: AbortSignal): Promise<EmbeddedText[]> {
    signal?.throwIfAborted();
    this.calls.texts += texts.length;
    return texts.map((text) => ({
      embedding: this.#vectorOf(text),
      truncated: wordsOf(text).length > MAX_WORDS,
    }));
  }

  /** Renders in this process what the embedding process would: needs a real picture. */
  async render(rendering: Rendering, signal?: AbortSignal): Promise<RenderedImage> {
    signal?.throwIfAborted();
    return renderPicture(rendering, DEFAULT_PICTURE_LIMITS);
  }

  async inspectPicture(source: PictureSource, signal?: AbortSignal): Promise<InspectedPicture> {
    const { picture } = await this.embedPicture(source, signal);
    this.calls.pictures -= 1;
    const { id, takenAt } = picture;
    const carried = this.#options.carried?.(id) ?? { keywords: [], titles: [] };
    return { id, takenAt, carried, decodesDifferently: this.#options.decodesDifferently?.(id) ?? false };
  }

  async measurePicture(source: PictureSource, signal?: AbortSignal): Promise<MeasuredPicture> {
    const { picture } = await this.embedPicture(source, signal);
    this.calls.pictures -= 1;
    return { id: picture.id, quality: picture.quality };
  }

  /** Compares in this process as the embedding process would: thumbnails that are no pictures are all different. */
  async compare(
    pictures: readonly ComparablePicture[],
    pairs: readonly (readonly [number, number])[],
    signal?: AbortSignal,
  ): Promise<PictureComparison[]> {
    signal?.throwIfAborted();
    this.calls.compared += pairs.length;
    return compareBatch({ pictures, pairs }, new PreparedPictures(DEFAULT_PICTURE_LIMITS));
  }

  async close(): Promise<void> {
    this.calls.closed += 1;
  }

  #vectorOf(text: string, id?: string): Embedding {
    const placed = this.#options.vectors?.[text] ?? (id && this.#options.vectors?.[id]);
    if (placed) return unit(Float32Array.from({ length: this.dimensions }, (_, at) => placed[at] ?? 0));
    const words = wordsOf(text).slice(0, MAX_WORDS);
    const meaningful = words.filter((word) => !STOP_WORDS.has(word));
    const sum = new Float32Array(this.dimensions);
    for (const word of meaningful.length > 0 ? meaningful : words.length > 0 ? words : [text])
      addWord(sum, word);
    return unit(sum);
  }
}

function refuseBad(bytes: Uint8Array): void {
  const start = Buffer.from(bytes.subarray(0, 6)).toString("latin1");
  if (bytes.length === 0) throw new PictureError("empty", "The file is empty.");
  if (start === "broken") throw new PictureError("damaged", "The picture is damaged.");
  if (start.startsWith("text")) throw new PictureError("not-a-picture", "This is no picture.");
}

function plainFacts(id: string, bytes: Uint8Array): Picture {
  return {
    id,
    format: "png",
    width: 640,
    height: 480,
    bytes: bytes.length,
    takenAt: null,
    quality: { jpegQuality: null, detail: 200, measuredSide: 560 },
    thumbnail: Buffer.from(`thumbnail of ${id}`),
    fingerprint: Buffer.from(id, "hex"),
  };
}

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Adds the direction of the word: deterministic, and nearly orthogonal to those of other words. */
function addWord(sum: Float32Array, word: string): void {
  for (let block = 0; block * 32 < sum.length; block++) {
    const noise = createHash("sha256").update(`${word}#${block}`).digest();
    for (let at = 0; at < 32 && block * 32 + at < sum.length; at++) {
      sum[block * 32 + at] = (sum[block * 32 + at] ?? 0) + ((noise[at] ?? 0) - 127.5) / 127.5;
    }
  }
}

function unit(vector: Float32Array): Embedding {
  const norm = Math.hypot(...vector);
  return norm === 0 ? vector : vector.map((value) => value / norm);
}
