import { setTimeout as delay } from "node:timers/promises";
import type { ChildProcessOptions } from "../child-process.ts";
import type {
  Change,
  EmbeddingStore,
  ImageKey,
  IndexQuery,
  LeaseStore,
  Neighbor,
  VectorIndex,
} from "../ports.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import { ExactIndex } from "./exact-index.ts";
import { type BuildSource, GraphStore } from "./graph-store.ts";
import { HnswIndex } from "./hnsw-index.ts";
import { type HnswLibrary, loadHnswLibrary } from "./hnsw-library.ts";
import { staleGraphKeys } from "./stale-graph-keys.ts";

/** What the index reads of the catalog. */
export interface VectorSource {
  readonly embeddings: Pick<EmbeddingStore, "read" | "count" | "keys" | "latestSeq" | "changesSince">;
  readonly leases: LeaseStore;
}

export interface SyncedVectorIndexOptions {
  /** Vectors from which a graph is used. Default 200,000: below, comparing all of them takes about 15 ms. */
  readonly hnswFrom: number;
  /** Rest before a graph is built by itself, so that short commands never begin. Default 10 seconds. */
  readonly buildAfterMs: number;
  /**
   * Embeddings of some dozens of texts as people ask for them; asked for when a graph is built. Words lie away from
   * all pictures: a graph that was not made for them cannot serve them, and every vector is compared.
   */
  readonly sampleQueries: (signal: AbortSignal) => Promise<readonly Embedding[]>;
  readonly loadLibrary: () => Promise<HnswLibrary | undefined>;
  /** Of the process that builds graphs. */
  readonly childProcess?: ChildProcessOptions | undefined;
}

const defaults: SyncedVectorIndexOptions = {
  hnswFrom: 200_000,
  buildAfterMs: 10_000,
  sampleQueries: async () => [],
  loadLibrary: loadHnswLibrary,
};

/** Changes read and applied in one go. */
const CHANGES_AT_ONCE = 1000;
/** A graph that lags behind by more than this share of the library is built anew. */
const MAX_BEHIND = 1 / 32;
/** Pause after a build that failed, or that another process was at. */
const RETRY_MS = 30_000;

/**
 * The vectors of one space of a library, always as the catalog has them now: every answer first follows the
 * catalog's change sequence, so that several processes with one library see each other's work. Large libraries
 * get a graph, read or built in the background; until it is there every vector is compared.
 */
export class SyncedVectorIndex {
  readonly #parts: { catalog: VectorSource; space: EmbeddingSpace; dimensions: number; directory: string };
  readonly #options: SyncedVectorIndexOptions;
  readonly #closing = new AbortController();
  readonly #buildNow = new AbortController();
  #exact: ExactIndex;
  #hnsw: HnswIndex | undefined;
  #graphSeq = -1;
  /** Last step of the change sequence that the index holds; undefined before the first load. */
  #seq: number | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #maintenance: Promise<void> | undefined;
  /** On the monotonic clock: the other one may be set back by a year. */
  #notBefore = 0;
  #note: string | undefined;

  constructor(parts: {
    catalog: VectorSource;
    space: EmbeddingSpace;
    dimensions: number;
    /** For the index files of all spaces; made when needed. */
    directory: string;
    options?: Partial<SyncedVectorIndexOptions>;
  }) {
    this.#parts = parts;
    this.#options = { ...defaults, ...parts.options };
    this.#exact = new ExactIndex(parts.dimensions);
  }

  get kind(): VectorIndex["kind"] {
    return this.#index.kind;
  }

  get size(): number {
    return this.#exact.size;
  }

  /** Why a large library is searched without a graph, in a sentence. */
  get note(): string | undefined {
    return this.#hnsw ? undefined : this.#note;
  }

  open(): Promise<void> {
    return this.refresh();
  }

  /** Catches up with everything committed before this call. */
  async refresh(): Promise<void> {
    await this.#runExclusive(() => this.#catchUp());
    this.#maintainGraph();
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
      const embedding = this.#exact.get(key);
      if (embedding) found.set(key, embedding);
    }
    return found;
  }

  /**
   * Resolves when the graph is as new as it should be, building it now if need be, or could not be made: `note` says
   * why. The signal ends the waiting, not the building: that is every caller's, and ends with the index.
   */
  async ready(signal?: AbortSignal): Promise<void> {
    this.#buildNow.abort();
    // A small library keeps no graph; its vectors need not be read to know that.
    if (this.#seq === undefined && (await this.#isSmall())) return;
    await this.refresh();
    await orAborted(this.#maintenance, signal);
    // What was built just now may have been begun before the latest changes.
    this.#maintainGraph();
    await orAborted(this.#maintenance, signal);
  }

  /** Ends background work too; a graph that is being built is given up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#maintenance;
    await this.#queue;
    this.#exact.close();
  }

  get #index(): VectorIndex {
    return this.#hnsw ?? this.#exact;
  }

  /** Changes of the index wait for each other. */
  #runExclusive<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  // ---------------------------------------------------------------- following the catalog

  async #catchUp(): Promise<void> {
    if (this.#seq === undefined) return this.#load();
    const latest = await this.#parts.catalog.embeddings.latestSeq(this.#parts.space);
    if (latest === this.#seq) return;
    // A sequence that went back belongs to another catalog, such as a restored copy.
    if (latest < this.#seq) return this.#load();
    await this.#follow(this.#seq);
  }

  async #load(): Promise<void> {
    const { catalog, space, dimensions } = this.#parts;
    const exact = new ExactIndex(dimensions);
    // Read first: what changes while the vectors are read is applied again afterwards.
    const seq = await catalog.embeddings.latestSeq(space);
    for await (const batch of catalog.embeddings.read(space)) {
      for (const { key, embedding } of batch) exact.put(key, embedding);
    }
    this.#exact = exact;
    this.#hnsw = undefined;
    this.#graphSeq = -1;
    this.#seq = seq;
    await this.#catchUp();
  }

  async #follow(from: number): Promise<void> {
    const changes = await this.#parts.catalog.embeddings.changesSince(
      this.#parts.space,
      from,
      CHANGES_AT_ONCE,
    );
    if (!changes) return this.#load();
    await this.#apply(changes);
    const seq = changes.at(-1)?.seq ?? from;
    this.#seq = seq;
    if (changes.length === CHANGES_AT_ONCE) await this.#follow(seq);
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    const keys = new Set(changes.map(({ key }) => key));
    // The catalog is asked for what it holds now: a vector that has meanwhile gone is not there.
    for await (const batch of this.#parts.catalog.embeddings.read(this.#parts.space, [...keys])) {
      for (const { key, embedding } of batch) {
        this.#index.put(key, embedding);
        keys.delete(key);
      }
    }
    for (const key of keys) this.#index.remove(key);
  }

  // ---------------------------------------------------------------- keeping a graph

  async #isSmall(): Promise<boolean> {
    const { catalog, space } = this.#parts;
    return (await catalog.embeddings.count(space)) < this.#options.hnswFrom;
  }

  #wantsGraph(): boolean {
    if (this.size < this.#options.hnswFrom) return false;
    return !this.#hnsw || this.#hnsw.behind > this.size * MAX_BEHIND;
  }

  /** In the background: nobody waits for it, and failing only means that every vector is compared. */
  #maintainGraph(): void {
    if (this.#maintenance || performance.now() < this.#notBefore || this.#closing.signal.aborted) return;
    if (!this.#wantsGraph()) return;
    this.#maintenance = this.#renewGraph()
      .catch((error: unknown) => {
        this.#notBefore = performance.now() + RETRY_MS;
        this.#note = `The index file could not be made (${String(error)}): every vector is compared.`;
      })
      .finally(() => {
        this.#maintenance = undefined;
      });
  }

  async #renewGraph(): Promise<void> {
    const keeper = await this.#graphStore();
    if (!keeper) {
      this.#note = "hnswlib-node is not installed: every vector is compared.";
      this.#notBefore = Number.POSITIVE_INFINITY;
      return;
    }
    if (await this.#adoptFile(keeper)) return;
    await this.#debounce();
    const built = await keeper.build((signal) => this.#buildSource(signal), this.#closing.signal);
    if (!built) this.#notBefore = performance.now() + RETRY_MS;
    await this.#adoptFile(keeper);
  }

  /** Until a graph may be built: some seconds, unless somebody waits for it. */
  async #debounce(): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, this.#buildNow.signal]);
    await delay(this.#options.buildAfterMs, undefined, { signal, ref: false }).catch(() => {});
    this.#closing.signal.throwIfAborted();
  }

  async #graphStore(): Promise<GraphStore | undefined> {
    const library = await this.#options.loadLibrary();
    return library && new GraphStore({ ...this.#parts, library, childProcess: this.#options.childProcess });
  }

  async #buildSource(signal: AbortSignal): Promise<BuildSource> {
    const probes = await this.#options.sampleQueries(signal);
    const exact = this.#exact;
    return {
      seq: this.#seq ?? 0,
      keys: exact.keys(),
      vector: (key: ImageKey) => exact.get(key),
      probes,
    };
  }

  /** Whether the file had a graph that is as new as it should be. */
  async #adoptFile(keeper: GraphStore): Promise<boolean> {
    const stored = await keeper.read(this.#graphSeq);
    if (!stored) return false;
    return this.#runExclusive(async () => {
      await this.#catchUp();
      const { catalog, space } = this.#parts;
      const held = { exact: this.#exact, seq: this.#seq ?? 0, catalog, space };
      const fresh = await staleGraphKeys(stored, held, this.#closing.signal);
      if (!fresh) return false;
      this.#hnsw = new HnswIndex({ exact: this.#exact, graph: stored.graph, fresh });
      this.#graphSeq = stored.seq;
      return !this.#wantsGraph();
    });
  }
}

/** When the work is done or is no longer waited for, whichever comes first. */
async function orAborted(work: Promise<void> | undefined, signal: AbortSignal | undefined): Promise<void> {
  if (!work || signal?.aborted) return;
  let abandon = () => {};
  const abandoned = new Promise<void>((resolve) => (abandon = resolve));
  signal?.addEventListener("abort", abandon);
  await Promise.race([work, abandoned]).finally(() => signal?.removeEventListener("abort", abandon));
}
