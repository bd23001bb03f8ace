import type { Change, ChangeBatch, ImageKey, Lease, StoredEmbedding } from "../../src/core/ports.ts";
import type { Embedding, Scope } from "../../src/core/types.ts";
import type { VectorSource } from "../../src/core/vector-index/synced-vector-index.ts";

/** The part of a catalog that the vector index follows, in memory, for one space. */
export class FakeVectorSource implements VectorSource {
  readonly embeddingsByKey = new Map<ImageKey, Embedding>();
  readonly #batchSize: number;
  #changes: (Change & { readonly seq: number })[] = [];
  #seq = 0;
  #leases = new Set<string>();
  /** Calls of each method so far, and vectors read. */
  readonly calls = { changeToken: 0, changesSince: 0, read: 0, vectors: 0 };
  /** What a scope with folders shows. */
  inFolders = new Set<ImageKey>();
  /** Runs between two batches of `embeddings.read`. */
  betweenBatches: () => void = () => {};

  constructor(batchSize = 100) {
    this.#batchSize = batchSize;
  }

  put(key: ImageKey, embedding: Embedding): void {
    this.embeddingsByKey.set(key, embedding);
    this.#changes.push({ seq: ++this.#seq, key, removed: false });
  }

  remove(key: ImageKey): void {
    this.embeddingsByKey.delete(key);
    this.#changes.push({ seq: ++this.#seq, key, removed: true });
  }

  /** Drops the steps so far, like a catalog that trims its sequence. */
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

  readonly embeddings: VectorSource["embeddings"] = {
    read: (_space, keys) => this.#read(keys),
    async *readParts() {},
    count: async () => this.embeddingsByKey.size,
    keys: async () => this.#keys(),
    changeToken: async () => {
      this.calls.changeToken++;
      return String(this.#seq);
    },
    changesSince: async (_space, token, limit) => {
      this.calls.changesSince++;
      return this.#changesSince(Number(token), limit);
    },
  };

  readonly keysInScope = async ({ files }: Scope) => (files === "all" ? undefined : this.inFolders);

  readonly leases = {
    acquire: async (name: string): Promise<Lease | undefined> => {
      if (this.#leases.has(name)) return undefined;
      this.#leases.add(name);
      return {
        renew: async () => true,
        release: async () => {
          this.#leases.delete(name);
        },
      };
    },
  };

  #keys(): ImageKey[] {
    return [...this.embeddingsByKey.keys()].sort((a, b) => a - b);
  }

  async *#read(keys: readonly ImageKey[] = this.#keys()): AsyncGenerator<readonly StoredEmbedding[]> {
    this.calls.read++;
    for (let at = 0; at < keys.length; at += this.#batchSize) {
      yield keys.slice(at, at + this.#batchSize).flatMap((key) => {
        const embedding = this.embeddingsByKey.get(key);
        if (embedding) this.calls.vectors++;
        return embedding ? [{ key, embedding }] : [];
      });
      this.betweenBatches();
    }
  }

  #changesSince(seq: number, limit: number): ChangeBatch | undefined {
    const oldest = this.#changes[0]?.seq ?? this.#seq + 1;
    if (seq + 1 < oldest || seq > this.#seq) return undefined;
    const changes = this.#changes.filter((change) => change.seq > seq).slice(0, limit);
    return { changes, token: String(changes.at(-1)?.seq ?? seq), more: changes.length === limit };
  }
}
