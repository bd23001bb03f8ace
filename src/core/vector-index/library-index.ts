import type { Catalog, Change, ImageKey, IndexQuery, Neighbor, VectorIndex } from "../ports.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import { ExactIndex } from "./exact-index.ts";

/** What the index reads of the catalog. */
export type VectorSource = Pick<
  Catalog,
  "embeddings" | "countEmbeddings" | "latestSeq" | "changesSince" | "lease"
>;

/** Changes read and applied in one go. */
const CHANGES_AT_ONCE = 1000;

/**
 * The vectors of one space of a library, always as the catalog has them now: every answer first follows the
 * catalog's change sequence, so that several processes with one library see each other's work.
 */
export class LibraryIndex {
  readonly #catalog: VectorSource;
  readonly #space: EmbeddingSpace;
  readonly #dimensions: number;
  #index: VectorIndex;
  /** Last step of the change sequence that the index holds; undefined before the first load. */
  #seq: number | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: { catalog: VectorSource; space: EmbeddingSpace; dimensions: number }) {
    this.#catalog = parts.catalog;
    this.#space = parts.space;
    this.#dimensions = parts.dimensions;
    this.#index = new ExactIndex(parts.dimensions);
  }

  get kind(): VectorIndex["kind"] {
    return this.#index.kind;
  }

  get size(): number {
    return this.#index.size;
  }

  open(): Promise<void> {
    return this.refresh();
  }

  /** Catches up with everything committed before this call. Calls wait for each other. */
  refresh(): Promise<void> {
    const caughtUp = this.#turn.then(() => this.#catchUp());
    this.#turn = caughtUp.catch(() => {});
    return caughtUp;
  }

  async search(query: Embedding, question: IndexQuery): Promise<Neighbor[]> {
    await this.refresh();
    return this.#index.search(query, question);
  }

  /** The embeddings of these images, without those that have none. */
  async vectors(keys: readonly ImageKey[]): Promise<Map<ImageKey, Embedding>> {
    await this.refresh();
    const found = new Map<ImageKey, Embedding>();
    for (const key of keys) {
      const embedding = this.#index.get(key);
      if (embedding) found.set(key, embedding);
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#index.close();
  }

  async #catchUp(): Promise<void> {
    if (this.#seq === undefined) return this.#load();
    const latest = await this.#catalog.latestSeq(this.#space);
    if (latest === this.#seq) return;
    // A sequence that went back belongs to another catalog, such as a restored copy.
    if (latest < this.#seq) return this.#load();
    await this.#follow(this.#seq);
  }

  async #load(): Promise<void> {
    const index = new ExactIndex(this.#dimensions);
    // Read first: what changes while the vectors are read is applied again afterwards.
    const seq = await this.#catalog.latestSeq(this.#space);
    for await (const batch of this.#catalog.embeddings(this.#space)) {
      for (const { key, embedding } of batch) index.put(key, embedding);
    }
    this.#index = index;
    this.#seq = seq;
    await this.#catchUp();
  }

  async #follow(from: number): Promise<void> {
    const changes = await this.#catalog.changesSince(this.#space, from, CHANGES_AT_ONCE);
    if (!changes) return this.#load();
    await this.#apply(changes);
    const seq = changes.at(-1)?.seq ?? from;
    this.#seq = seq;
    if (changes.length === CHANGES_AT_ONCE) await this.#follow(seq);
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    const keys = new Set(changes.map(({ key }) => key));
    // The catalog is asked for what it holds now: a vector that has meanwhile gone is not there.
    for await (const batch of this.#catalog.embeddings(this.#space, [...keys])) {
      for (const { key, embedding } of batch) {
        this.#index.put(key, embedding);
        keys.delete(key);
      }
    }
    for (const key of keys) this.#index.remove(key);
  }
}
