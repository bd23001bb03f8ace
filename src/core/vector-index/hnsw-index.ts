import type { ImageKey, Match } from "../ports.ts";
import type { Embedding, Part } from "../types.ts";
import { type ExactIndex, GATHERED_ROW_COST } from "./exact-index.ts";
import type { Graph } from "./graph.ts";
import type { IndexSearchOptions, KeySet, VectorIndex } from "./vector-index.ts";

/** Candidates for the wanted neighbours: the projection blurs the order of those that lie close together. */
const candidatesFor = (limit: number) => 96 + 4 * limit;
/** A candidate from the graph costs about thirty rows of the straight scan (measured at 100,000 vectors). */
const CANDIDATE_COST = 30;
/** A node of `ef` costs about twenty-five (measured at a million vectors). */
const EF_COST = 25;
/** Distant queries, whose nearest the graph may miss, are compared with every vector if that costs at most this factor more. */
const EXACT_COST_TOLERANCE = 2;
/** Queries of which the projection leaves out more are compared with every vector: 0.02 to 0.1 is usual. */
const MAX_RESIDUAL = 0.3;

/**
 * A graph proposes candidates, the exact vectors decide. The graph stays as it was built: what was put in since is
 * always among the candidates, what was removed is no candidate, and when the graph would have to propose too many
 * (narrow scopes, high limits, many changes) every vector is compared instead. So scores are always exact, and only
 * a neighbour that the graph missed can be missing. The graph has one vector of each image: images with several parts
 * are always candidates.
 */
export class HnswIndex implements VectorIndex {
  readonly kind = "hnsw";
  readonly #exact: ExactIndex;
  readonly #graph: Graph;
  /** Keys that the graph does not have, or has with another embedding. */
  readonly #stale: Set<ImageKey>;

  constructor(dependencies: { exact: ExactIndex; graph: Graph; stale: Iterable<ImageKey> }) {
    this.#exact = dependencies.exact;
    this.#graph = dependencies.graph;
    this.#stale = new Set(dependencies.stale);
  }

  get size(): number {
    return this.#exact.size;
  }

  /** Changes since the graph was built. */
  get changes(): number {
    return this.#stale.size + this.removed;
  }

  /** Images in the graph that are no longer here. */
  get removed(): number {
    return Math.max(0, this.#graph.size - this.#current);
  }

  put(key: ImageKey, embedding: Embedding, part?: Part): void {
    this.#exact.put(key, embedding, part);
    this.#stale.add(key);
  }

  remove(key: ImageKey): void {
    this.#exact.remove(key);
    this.#stale.delete(key);
  }

  get(key: ImageKey): Embedding | undefined {
    return this.#exact.get(key);
  }

  async search(query: Embedding, options: IndexSearchOptions): Promise<Match[]> {
    const candidates = this.#candidates(query, options);
    return this.#exact.search(query, candidates ? { ...options, within: candidates } : options);
  }

  close(): void {
    this.#exact.close();
    this.#stale.clear();
  }

  get #current(): number {
    return this.#exact.size - this.#stale.size;
  }

  /** @returns undefined when comparing everything is cheaper, or the only way to be sure. */
  #candidates(query: Embedding, { limit, within }: IndexSearchOptions): Set<ImageKey> | undefined {
    if (query.length !== this.#graph.projection.dimensions || this.#current === 0) return undefined;
    const needed = candidatesFor(limit);
    const inScope = within ? Math.min(1, within.size / this.#exact.size) : 1;
    const count = Math.ceil((needed / inScope) * (this.#graph.size / this.#current));
    const exactCost = this.#exactCost(within);
    if (this.#graphCost(count) >= exactCost) return undefined;
    if (this.#graph.projection.residual(query) > MAX_RESIDUAL) return undefined;
    const proposed = this.#graph.candidates(query, count, exactCost / EF_COST / EXACT_COST_TOLERANCE);
    if (!proposed) return undefined;

    const candidates = new Set<ImageKey>();
    for (const key of proposed) {
      if (this.#exact.has(key) && (within?.has(key) ?? true)) candidates.add(key);
    }
    // The scope lies away from the query, as cats do from "dog": what was proposed may not be its best.
    if (candidates.size < needed / 2 && count < this.#graph.size) return undefined;
    for (const keys of [this.#stale, this.#exact.multipart]) {
      for (const key of keys) if (within?.has(key) ?? true) candidates.add(key);
    }
    return candidates;
  }

  /** Both in rows of the straight scan. */
  #graphCost(count: number): number {
    const others = this.#stale.size + this.#exact.multipart.size;
    return count * CANDIDATE_COST + others * GATHERED_ROW_COST;
  }

  #exactCost(within: KeySet | undefined): number {
    return Math.min(this.#exact.rows, (within?.size ?? Number.POSITIVE_INFINITY) * GATHERED_ROW_COST);
  }
}
