import type { ImageKey } from "../ports.ts";
import type { Embedding } from "../types.ts";
import type { HnswLibrary, NativeGraph } from "./hnsw-library.ts";
import type { PcaProjection } from "./pca-projection.ts";

/** Measured: m 32 and efConstruction 200 take 2.7 times as long to build and find one in a hundred more, for words only. */
const GRAPH_SETTINGS = { m: 16, efConstruction: 150 } as const;
/** Nodes kept in view beyond the candidates asked for: half as many again, for a long list less. */
const efFor = (count: number) => count + Math.min(Math.ceil(count / 2), 100);
/**
 * A question whose best answer scores less lies away from all vectors, as words do from pictures. Paths between
 * vectors do not lead straight to what is best for it, so many more nodes are kept in view: with a factor of 6 it
 * finds 0.979 of the best ten, with 9 it finds 0.989, in a fifth more time (10,000 vectors, bench/search.ts).
 */
const FAR_BELOW = 0.6;
const wideEf = (size: number) => Math.ceil(9 * Math.sqrt(size));
const SEED = 100;

/** A navigable graph over the sketches of many vectors. It proposes; exact vectors decide. */
export class Graph {
  readonly sketch: PcaProjection;
  readonly #native: NativeGraph;

  constructor(sketch: PcaProjection, native: NativeGraph) {
    this.sketch = sketch;
    this.#native = native;
  }

  /** An empty graph with room for `capacity` vectors. */
  static create(library: HnswLibrary, sketch: PcaProjection, capacity: number): Graph {
    const native = new library.HierarchicalNSW("ip", sketch.length);
    native.initIndex({ maxElements: Math.max(1, capacity), ...GRAPH_SETTINGS, randomSeed: SEED });
    return new Graph(sketch, native);
  }

  /** The file must have been verified: the native loader trusts every byte of it. */
  static async read(library: HnswLibrary, sketch: PcaProjection, path: string): Promise<Graph> {
    const native = new library.HierarchicalNSW("ip", sketch.length);
    await native.readIndex(path);
    return new Graph(sketch, native);
  }

  get size(): number {
    return this.#native.getCurrentCount();
  }

  keys(): ImageKey[] {
    return this.#native.getIdsList();
  }

  add(key: ImageKey, embedding: Embedding): void {
    this.#native.addPoint(this.sketch.project(embedding), key);
  }

  /**
   * About the nearest `count` keys, in no order that matters; undefined when the question lies so far away that more
   * than `widest` nodes would have to be kept in view.
   */
  candidates(query: Embedding, count: number, widest: number): ImageKey[] | undefined {
    const wanted = Math.min(count, this.size);
    if (wanted === 0) return [];
    const sketch = this.sketch.project(query);
    const view = efFor(wanted);
    this.#native.setEf(view);
    const { distances, neighbors } = this.#native.searchKnn(sketch, wanted);
    const isNear = 1 - (distances[0] ?? 0) >= FAR_BELOW;
    const wide = wideEf(this.size);
    if (isNear || view >= wide) return neighbors;
    if (wide > widest) return undefined;
    this.#native.setEf(wide);
    return this.#native.searchKnn(sketch, wanted).neighbors;
  }

  /** Whether this key was added with this embedding. */
  holds(key: ImageKey, embedding: Embedding): boolean {
    const held = this.#native.getPoint(key);
    return this.sketch
      .project(embedding)
      .every((value, i) => Math.abs(value - (held[i] ?? Number.NaN)) < 1e-4);
  }

  async write(path: string): Promise<void> {
    await this.#native.writeIndex(path);
  }
}
