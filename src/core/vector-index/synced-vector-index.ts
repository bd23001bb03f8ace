import { setTimeout as delay } from "node:timers/promises";
import type { ChildProcessOptions } from "../child-process.ts";
import type {
  Change,
  ChangeToken,
  EmbeddingStore,
  ImageKey,
  LeaseStore,
  Match,
  NearestRequest,
  VectorSearch,
  VectorSearchStatus,
} from "../ports.ts";
import type { Embedding, EmbeddingSpace, Scope } from "../types.ts";
import { CHANGES_AT_ONCE } from "./change-sequence.ts";
import { ExactIndex } from "./exact-index.ts";
import { type BuildSource, GraphStore } from "./graph-store.ts";
import { HnswIndex } from "./hnsw-index.ts";
import { type HnswLibrary, loadHnswLibrary } from "./hnsw-library.ts";
import { purgeErased } from "./purge-erased.ts";
import { staleGraphKeys } from "./stale-graph-keys.ts";
import type { KeySet, VectorIndex } from "./vector-index.ts";

/** What the index reads of the catalog. */
export interface VectorSource {
  readonly embeddings: Pick<
    EmbeddingStore,
    "read" | "readParts" | "count" | "keys" | "changeToken" | "changesSince"
  >;
  readonly leases: LeaseStore;
  /** The images visible in a scope; undefined when it is every image. */
  keysInScope(scope: Scope): Promise<KeySet | undefined>;
}

interface IndexDependencies {
  readonly catalog: VectorSource;
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  /** For the index files of all spaces; created when needed. */
  readonly directory: string;
  readonly options?: Partial<SyncedVectorIndexOptions>;
}

export interface SyncedVectorIndexOptions {
  /** Vectors from which a graph is used. Default 200,000: below, comparing all of them takes about 15 ms. */
  readonly hnswFrom: number;
  /** Delay before a graph is built by itself, so that short commands never begin. Default 10 seconds. */
  readonly buildAfterMs: number;
  /**
   * Embeddings of some dozens of typical texts, computed when a graph is built. Texts are distant from all pictures:
   * a graph that was not built for them cannot serve them, and every vector is compared.
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

/** Up to this many vectors, and this share of all, are read for one question instead of loading every vector first. */
const NARROW = 4096;
const NARROW_SHARE = 1 / 8;
/** A graph of which more than this share is stale is rebuilt. */
const MAX_STALE_SHARE = 1 / 32;
/** Pause after a build that failed, or that another process is running. */
const RETRY_MS = 30_000;

/**
 * Vector search in memory, loaded by the first question that is about more than a small part of the library: before every query it applies the changes since the last one from the catalog's change sequence,
 * so that several processes with one library see each other's work. Large libraries get a graph, read or built in the
 * background; until then every vector is compared.
 */
export class SyncedVectorIndex implements VectorSearch {
  readonly #dependencies: IndexDependencies;
  readonly #options: SyncedVectorIndexOptions;
  readonly #closing = new AbortController();
  readonly #buildNow = new AbortController();
  #exact: ExactIndex;
  #hnsw: HnswIndex | undefined;
  #graphToken: ChangeToken | undefined;
  /** The state of the embeddings that the index holds; undefined before the first load. */
  #token: ChangeToken | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** While nothing is loaded: what the last narrow scope was answered from. */
  #narrow: { readonly within: KeySet; readonly token: ChangeToken; readonly exact: ExactIndex } | undefined;
  #maintenance: Promise<void> | undefined;
  /** On the monotonic clock: the wall clock may be set back. */
  #retryAt = 0;
  #note: string | undefined;

  constructor(dependencies: IndexDependencies) {
    this.#dependencies = dependencies;
    this.#options = { ...defaults, ...dependencies.options };
    this.#exact = new ExactIndex(dependencies.dimensions);
  }

  async status(): Promise<VectorSearchStatus> {
    const { kind, size } = this.#index;
    return { kind, size, note: this.#hnsw ? undefined : this.#note };
  }

  /** Catches up with everything committed before this call. */
  async refresh(): Promise<void> {
    await this.#runExclusive(() => this.#catchUp());
    this.#maintainGraph();
  }

  async nearest({ vector, scope, limit, signal }: NearestRequest): Promise<Match[]> {
    const within = await this.#dependencies.catalog.keysInScope(scope);
    if (within && (await this.#isNarrow(within.size)))
      return (await this.#readNarrow(within)).search(vector, { limit, signal });
    await this.refresh();
    return this.#index.search(vector, { limit, within, signal });
  }

  async embeddings(keys: readonly ImageKey[]): Promise<Map<ImageKey, Embedding>> {
    const exact = (await this.#isNarrow(keys.length)) ? await this.#readSome(keys) : await this.#loaded();
    const found = new Map<ImageKey, Embedding>();
    for (const key of keys) {
      const embedding = exact.get(key);
      if (embedding) found.set(key, embedding);
    }
    return found;
  }

  /**
   * Resolves when the graph is as current as it should be, building it now if necessary, or could not be built: the
   * status has the reason. The signal ends the wait, not the build, which serves every caller.
   */
  async ready(signal?: AbortSignal): Promise<void> {
    this.#buildNow.abort();
    // A small library keeps no graph; its vectors need not be read to know that.
    if (this.#token === undefined && (await this.#isSmall())) return;
    await this.refresh();
    await orAborted(this.#maintenance, signal);
    // What was built just now may have been begun before the latest changes.
    this.#maintainGraph();
    await orAborted(this.#maintenance, signal);
  }

  purgeErased(): Promise<void> {
    const { catalog, directory } = this.#dependencies;
    return purgeErased(catalog, directory);
  }

  /** Ends background work too; a graph that is being built is abandoned. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#maintenance;
    await this.#queue;
    this.#exact.close();
    this.#narrow = undefined;
  }

  get #index(): VectorIndex {
    return this.#hnsw ?? this.#exact;
  }

  /** Changes of the index are serialized. */
  #runExclusive<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  // ---------------------------------------------------------------- part of the library

  /** Whether so many of the vectors are read from the catalog: as long as nobody needed all of them in memory. */
  async #isNarrow(images: number): Promise<boolean> {
    if (this.#token !== undefined || images > NARROW) return false;
    const { catalog, space } = this.#dependencies;
    return images <= (await catalog.embeddings.count(space)) * NARROW_SHARE;
  }

  /** One question asks several times within the same scope. */
  async #readNarrow(within: KeySet): Promise<ExactIndex> {
    const { catalog, space } = this.#dependencies;
    // Read first: what changes while the vectors are read makes the next question read them again.
    const token = await catalog.embeddings.changeToken(space);
    if (this.#narrow?.within !== within || this.#narrow.token !== token)
      this.#narrow = { within, token, exact: await this.#readSome([...within]) };
    return this.#narrow.exact;
  }

  async #readSome(keys: readonly ImageKey[]): Promise<ExactIndex> {
    const { catalog, space, dimensions } = this.#dependencies;
    const exact = new ExactIndex(dimensions);
    for await (const batch of catalog.embeddings.read(space, keys)) {
      for (const { key, embedding } of batch) exact.put(key, embedding);
    }
    for await (const batch of catalog.embeddings.readParts(space, keys)) {
      for (const { key, embedding, part } of batch) exact.put(key, embedding, part);
    }
    return exact;
  }

  // ---------------------------------------------------------------- synchronization

  async #loaded(): Promise<ExactIndex> {
    await this.refresh();
    return this.#exact;
  }

  async #catchUp(): Promise<void> {
    if (this.#token === undefined) return this.#reload();
    const { catalog, space } = this.#dependencies;
    if ((await catalog.embeddings.changeToken(space)) === this.#token) return;
    await this.#applyChangesSince(this.#token);
  }

  async #reload(): Promise<void> {
    const { catalog, space, dimensions } = this.#dependencies;
    const exact = new ExactIndex(dimensions);
    // Read first: what changes while the vectors are read is applied again afterwards.
    const token = await catalog.embeddings.changeToken(space);
    for await (const batch of catalog.embeddings.read(space)) {
      for (const { key, embedding } of batch) exact.put(key, embedding);
    }
    for await (const batch of catalog.embeddings.readParts(space)) {
      for (const { key, embedding, part } of batch) exact.put(key, embedding, part);
    }
    this.#exact = exact;
    this.#hnsw = undefined;
    this.#graphToken = undefined;
    this.#token = token;
    this.#narrow = undefined;
    await this.#catchUp();
  }

  async #applyChangesSince(from: ChangeToken): Promise<void> {
    const { catalog, space } = this.#dependencies;
    const batch = await catalog.embeddings.changesSince(space, from, CHANGES_AT_ONCE);
    // Of another catalog, such as an older copy put in its place, or too far behind.
    if (!batch) return this.#reload();
    await this.#apply(batch.changes);
    this.#token = batch.token;
    if (batch.more) await this.#applyChangesSince(batch.token);
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    const { catalog, space } = this.#dependencies;
    const keys = new Set(changes.map(({ key }) => key));
    // The catalog is read as it is now: what was removed since the change is not there.
    for await (const batch of catalog.embeddings.read(space, [...keys])) {
      for (const { key, embedding } of batch) {
        this.#index.put(key, embedding);
        keys.delete(key);
      }
    }
    for (const key of keys) this.#index.remove(key);
    const left = changes.map(({ key }) => key).filter((key) => !keys.has(key));
    for await (const batch of catalog.embeddings.readParts(space, left)) {
      for (const { key, embedding, part } of batch) this.#index.put(key, embedding, part);
    }
  }

  // ---------------------------------------------------------------- graph

  async #isSmall(): Promise<boolean> {
    const { catalog, space } = this.#dependencies;
    return (await catalog.embeddings.count(space)) < this.#options.hnswFrom;
  }

  #wantsGraph(): boolean {
    if (this.#exact.size < this.#options.hnswFrom) return false;
    return !this.#hnsw || this.#hnsw.changes > this.#exact.size * MAX_STALE_SHARE;
  }

  /** In the background; if it fails, every vector is compared. */
  #maintainGraph(): void {
    if (this.#maintenance || performance.now() < this.#retryAt || this.#closing.signal.aborted) return;
    if (!this.#wantsGraph()) return;
    this.#maintenance = this.#updateGraph()
      .catch((error: unknown) => {
        this.#retryAt = performance.now() + RETRY_MS;
        this.#note = `The index file could not be made (${String(error)}): every vector is compared.`;
      })
      .finally(() => {
        this.#maintenance = undefined;
      });
  }

  async #updateGraph(): Promise<void> {
    const store = await this.#graphStore();
    if (!store) {
      this.#note = "hnswlib-node is not installed: every vector is compared.";
      this.#retryAt = Number.POSITIVE_INFINITY;
      return;
    }
    if (await this.#loadGraph(store)) return;
    await this.#debounce();
    const built = await store.build((signal) => this.#buildSource(signal), this.#closing.signal);
    if (!built) this.#retryAt = performance.now() + RETRY_MS;
    await this.#loadGraph(store);
  }

  /** Waits some seconds before a build, unless `ready` was called. */
  async #debounce(): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, this.#buildNow.signal]);
    await delay(this.#options.buildAfterMs, undefined, { signal, ref: false }).catch(() => {});
    this.#closing.signal.throwIfAborted();
  }

  async #graphStore(): Promise<GraphStore | undefined> {
    const library = await this.#options.loadLibrary();
    const { childProcess } = this.#options;
    return library && new GraphStore({ ...this.#dependencies, library, childProcess });
  }

  async #buildSource(signal: AbortSignal): Promise<BuildSource> {
    const sampleQueries = await this.#options.sampleQueries(signal);
    const [exact, token] = [this.#exact, this.#token];
    if (token === undefined) throw new Error("A graph is built of what was loaded, and nothing was yet.");
    return {
      token,
      keys: exact.keys(),
      vector: (key: ImageKey) => exact.get(key),
      sampleQueries,
    };
  }

  /** Whether the file had a graph that is as current as it should be. */
  async #loadGraph(store: GraphStore): Promise<boolean> {
    const stored = await store.read({ unless: this.#graphToken });
    if (!stored) return false;
    return this.#runExclusive(async () => {
      await this.#catchUp();
      const { catalog, space } = this.#dependencies;
      const held = { exact: this.#exact, catalog, space };
      const stale = await staleGraphKeys(stored, held, this.#closing.signal);
      if (!stale) return false;
      this.#hnsw = new HnswIndex({ exact: this.#exact, graph: stored.graph, stale });
      this.#graphToken = stored.token;
      return !this.#wantsGraph();
    });
  }
}

/** Resolves when the work is done or the signal aborts, whichever comes first. */
async function orAborted(work: Promise<void> | undefined, signal: AbortSignal | undefined): Promise<void> {
  if (!work || signal?.aborted) return;
  let abandon = () => {};
  const abandoned = new Promise<void>((resolve) => (abandon = resolve));
  signal?.addEventListener("abort", abandon);
  await Promise.race([work, abandoned]).finally(() => signal?.removeEventListener("abort", abandon));
}
