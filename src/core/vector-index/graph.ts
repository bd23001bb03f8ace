import type { ImageKey } from "../ports.ts";
import type { Embedding } from "../types.ts";
import type { HnswLibrary, NativeGraph } from "./hnsw-library.ts";
import type { PcaProjection } from "./pca-projection.ts";

/** Measured: m 32 and efConstruction 200 take 2.7 times as long to build, for 0.01 more recall@10 on texts only. */
const GRAPH_SETTINGS = { m: 16, efConstruction: 150 } as const;
/** hnswlib keeps `ef` nodes in view: half as many again as the candidates wanted, for many candidates less. */
const efFor = (count: number) => count + Math.min(Math.ceil(count / 2), 100);
/**
 * A query whose nearest vector scores less is distant from all of them, as texts are from pictures. Paths between
 * vectors do not lead straight to its nearest, so ef is much wider: with a factor of 6 recall@10 is 0.979, with 9 it
 * is 0.989, in a fifth more time (10,000 vectors, bench/search.ts).
 */
const NEAR_SCORE = 0.6;
const wideEf = (size: number) => Math.ceil(9 * Math.sqrt(size));
const SEED = 100;

/** A navigable graph over the projections of many vectors. It proposes candidates; exact vectors decide. */
export class Graph {
  readonly projection: PcaProjection;
  readonly #native: NativeGraph;

  constructor(projection: PcaProjection, native: NativeGraph) {
    this.projection = projection;
    this.#native = native;
  }

  /** An empty graph with room for `capacity` vectors. */
  static create(library: HnswLibrary, projection: PcaProjection, capacity: number): Graph {
    const native = new library.HierarchicalNSW("ip", projection.length);
    native.initIndex({ maxElements: Math.max(1, capacity), ...GRAPH_SETTINGS, randomSeed: SEED });
    return new Graph(projection, native);
  }

  /** The file must have been verified: the native loader trusts every byte of it. */
  static async read(library: HnswLibrary, projection: PcaProjection, path: string): Promise<Graph> {
    const native = new library.HierarchicalNSW("ip", projection.length);
    await native.readIndex(path);
    return new Graph(projection, native);
  }

  get size(): number {
    return this.#native.getCurrentCount();
  }

  keys(): ImageKey[] {
    return this.#native.getIdsList();
  }

  add(key: ImageKey, embedding: Embedding): void {
    this.#native.addPoint(this.projection.project(embedding), key);
  }

  /**
   * About the nearest `count` keys, in no particular order; undefined when the query is so distant that it takes an
   * ef of more than `maxEf`.
   */
  candidates(query: Embedding, count: number, maxEf: number): ImageKey[] | undefined {
    const wanted = Math.min(count, this.size);
    if (wanted === 0) return [];
    const projected = this.projection.project(query);
    const ef = efFor(wanted);
    this.#native.setEf(ef);
    const { distances, neighbors } = this.#native.searchKnn(projected, wanted);
    const isNear = 1 - (distances[0] ?? 0) >= NEAR_SCORE;
    const wide = wideEf(this.size);
    if (isNear || ef >= wide) return neighbors;
    if (wide > maxEf) return undefined;
    this.#native.setEf(wide);
    return this.#native.searchKnn(projected, wanted).neighbors;
  }

  /** Whether this key was added with this embedding. */
  holds(key: ImageKey, embedding: Embedding): boolean {
    const held = this.#native.getPoint(key);
    return this.projection
      .project(embedding)
      .every((value, i) => Math.abs(value - (held[i] ?? Number.NaN)) < 1e-4);
  }

  async write(path: string): Promise<void> {
    await this.#native.writeIndex(path);
  }
}
