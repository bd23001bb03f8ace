import type { ImageKey, IndexQuery, KeySet, Neighbor, VectorIndex } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { type ExactIndex, PICKED_ROW_COST } from "./exact-index.ts";
import type { Graph } from "./graph.ts";

/** Candidates for the wanted neighbours: the sketch blurs the order of those that lie close together. */
const candidatesFor = (limit: number) => 96 + 4 * limit;
/** A candidate from the graph costs about thirty rows of the straight scan (measured at 100,000 vectors). */
const CANDIDATE_COST = 30;
/** A node kept in view costs about twenty-five (measured at a million vectors). */
const NODE_COST = 25;
/** Far questions, whose best answers the graph may overlook, are compared with every vector if that costs at most so much more. */
const WORTH_BEING_SURE = 2;
/** Questions of which the sketches leave out more are compared with every vector: 0.02 to 0.1 is usual. */
const MAX_LOST = 0.3;

/**
 * A graph proposes candidates, the exact vectors decide. The graph stays as it was built: what was put in since is
 * always among the candidates, what was removed is no candidate, and when the graph would have to propose too many
 * (narrow scopes, long lists, many changes) every vector is compared instead. So scores are always exact, and only
 * a neighbour that the graph overlooked can be missing.
 */
export class HnswIndex implements VectorIndex {
  readonly kind = "hnsw";
  readonly #exact: ExactIndex;
  readonly #graph: Graph;
  /** Keys that the graph does not have, or has with another embedding. */
  readonly #fresh: Set<ImageKey>;

  constructor(parts: { exact: ExactIndex; graph: Graph; fresh: Iterable<ImageKey> }) {
    this.#exact = parts.exact;
    this.#graph = parts.graph;
    this.#fresh = new Set(parts.fresh);
  }

  get size(): number {
    return this.#exact.size;
  }

  /** Changes since the graph was built. */
  get behind(): number {
    return this.#fresh.size + this.gone;
  }

  /** Vectors in the graph that are no longer held. */
  get gone(): number {
    return Math.max(0, this.#graph.size - this.#known);
  }

  put(key: ImageKey, embedding: Embedding): void {
    this.#exact.put(key, embedding);
    this.#fresh.add(key);
  }

  remove(key: ImageKey): void {
    this.#exact.remove(key);
    this.#fresh.delete(key);
  }

  get(key: ImageKey): Embedding | undefined {
    return this.#exact.get(key);
  }

  async search(query: Embedding, question: IndexQuery): Promise<Neighbor[]> {
    const candidates = this.#candidates(query, question);
    return this.#exact.search(query, candidates ? { ...question, within: candidates } : question);
  }

  close(): void {
    this.#exact.close();
    this.#fresh.clear();
  }

  get #known(): number {
    return this.#exact.size - this.#fresh.size;
  }

  /** @returns undefined when comparing everything is cheaper, or the only way to be sure. */
  #candidates(query: Embedding, { limit, within }: IndexQuery): Set<ImageKey> | undefined {
    if (query.length !== this.#graph.sketch.dimensions || this.#known === 0) return undefined;
    const needed = candidatesFor(limit);
    const inScope = within ? Math.min(1, within.size / this.#exact.size) : 1;
    const asked = Math.ceil((needed / inScope) * (this.#graph.size / this.#known));
    const exactCost = this.#exactCost(within);
    if (this.#graphCost(asked) >= exactCost) return undefined;
    if (this.#graph.sketch.residual(query) > MAX_LOST) return undefined;
    const proposed = this.#graph.candidates(query, asked, exactCost / NODE_COST / WORTH_BEING_SURE);
    if (!proposed) return undefined;

    const candidates = new Set<ImageKey>();
    for (const key of proposed) {
      if (this.#exact.has(key) && (within?.has(key) ?? true)) candidates.add(key);
    }
    // The scope lies away from the query, as cats do when dogs are asked for: what was proposed may not be its best.
    if (candidates.size < needed / 2 && asked < this.#graph.size) return undefined;
    for (const key of this.#fresh) if (within?.has(key) ?? true) candidates.add(key);
    return candidates;
  }

  /** Both in rows of the straight scan. */
  #graphCost(asked: number): number {
    return asked * CANDIDATE_COST + this.#fresh.size * PICKED_ROW_COST;
  }

  #exactCost(within: KeySet | undefined): number {
    return Math.min(this.#exact.size, (within?.size ?? Number.POSITIVE_INFINITY) * PICKED_ROW_COST);
  }
}
