import type { Change, ImageKey, Lease, StoredEmbedding } from "../../src/core/ports.ts";
import type { Embedding } from "../../src/core/types.ts";
import type { VectorSource } from "../../src/core/vector-index/synced-vector-index.ts";

/** The part of a catalog that the vector index follows, in memory, for one space. */
export class FakeVectorSource implements VectorSource {
  readonly embeddingsByKey = new Map<ImageKey, Embedding>();
  readonly #batchSize: number;
  #changes: Change[] = [];
  #seq = 0;
  #leases = new Set<string>();
  /** Calls of each method so far. */
  readonly calls = { latestSeq: 0, changesSince: 0, embeddings: 0 };
  /** Runs between two batches of `embeddings`. */
  betweenBatches: () => void = () => {};

  constructor(batchSize = 100) {
    this.#batchSize = batchSize;
  }

  put(key: ImageKey, embedding: Embedding): void {
    this.embeddingsByKey.set(key, embedding);
    this.#changes.push({ seq: ++this.#seq, key, gone: false });
  }

  remove(key: ImageKey): void {
    this.embeddingsByKey.delete(key);
    this.#changes.push({ seq: ++this.#seq, key, gone: true });
  }

  /** Forgets the steps so far, as a catalog does that trims its sequence. */
  trim(): void {
    this.#changes = [];
  }

  /** As if an older copy of the catalog had been put in its place. */
  restart(embeddings: ReadonlyMap<ImageKey, Embedding>): void {
    this.embeddingsByKey.clear();
    this.#changes = [];
    this.#seq = 0;
    for (const [key, embedding] of embeddings) this.put(key, embedding);
  }

  async *embeddings(_space: string, keys?: readonly ImageKey[]): AsyncGenerator<readonly StoredEmbedding[]> {
    this.calls.embeddings++;
    const wanted = keys ?? [...this.embeddingsByKey.keys()].sort((a, b) => a - b);
    for (let at = 0; at < wanted.length; at += this.#batchSize) {
      yield wanted.slice(at, at + this.#batchSize).flatMap((key) => {
        const embedding = this.embeddingsByKey.get(key);
        return embedding ? [{ key, embedding }] : [];
      });
      this.betweenBatches();
    }
  }

  async countEmbeddings(): Promise<number> {
    return this.embeddingsByKey.size;
  }

  async embeddedKeys(): Promise<ImageKey[]> {
    return [...this.embeddingsByKey.keys()].sort((a, b) => a - b);
  }

  async latestSeq(): Promise<number> {
    this.calls.latestSeq++;
    return this.#seq;
  }

  async changesSince(_space: string, seq: number, limit: number): Promise<Change[] | undefined> {
    this.calls.changesSince++;
    const oldest = this.#changes[0]?.seq ?? this.#seq + 1;
    if (seq + 1 < oldest || seq > this.#seq) return undefined;
    return this.#changes.filter((change) => change.seq > seq).slice(0, limit);
  }

  async lease(name: string): Promise<Lease | undefined> {
    if (this.#leases.has(name)) return undefined;
    this.#leases.add(name);
    return {
      renew: async () => true,
      release: async () => {
        this.#leases.delete(name);
      },
    };
  }
}
