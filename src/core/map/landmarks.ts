import type { Embedding } from "../types.ts";
import { toUnit } from "../vector.ts";
import { PcaProjection } from "../vector-index/pca-projection.ts";
import { TopK } from "../vector-index/top-k.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";

export interface Neighbour {
  /** Index of the landmark. */
  readonly at: number;
  /** One less the cosine. */
  readonly distance: number;
}

/** The pictures that a map is laid out by, in the principal components of their embeddings. */
export class Landmarks {
  /** Unit vectors. */
  readonly projected: readonly Embedding[];
  readonly #projection: PcaProjection;
  readonly #matrix: VectorMatrix;

  constructor(embeddings: readonly Embedding[]) {
    this.#projection = PcaProjection.fit(embeddings[0]?.length ?? 1, embeddings);
    this.projected = embeddings.map((embedding) => this.project(embedding));
    this.#matrix = new VectorMatrix(this.projected);
  }

  project(embedding: Embedding): Embedding {
    const projected = Float32Array.from(this.#projection.project(embedding));
    return toUnit(projected) ?? projected;
  }

  /** Nearest first, of a projected vector; a landmark is its own nearest. */
  nearest(projected: Embedding, count: number): Neighbour[] {
    const best = new TopK(count);
    for (const [key, score] of this.#matrix.cosines(projected).entries())
      if (score > best.threshold) best.push({ key, score });
    return best.sorted().map(({ key, score }) => ({ at: key, distance: Math.max(0, 1 - score) }));
  }
}
