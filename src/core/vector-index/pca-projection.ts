import type { Embedding } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { compileDotKernel } from "./dot-kernel.ts";
import { VectorBlock } from "./vector-block.ts";

/** Enough for the nearest neighbours to be among the first hundred candidates (bench/search.ts). */
const PROJECTED_DIMENSIONS = 128;
/** Rounds of orthogonal iteration; the components need to span the right subspace, not to be exact. */
const ROUNDS = 8;

/**
 * Embeddings in a quarter of their length: their coordinates on the principal components of a sample. Dot products of
 * projections are close to those of the embeddings, so a graph over them proposes candidates with a quarter of the
 * memory and of the building time; the exact vectors then decide.
 */
export class PcaProjection {
  /** Row by row, `length` unit vectors of `dimensions` numbers. */
  readonly components: Float32Array;
  readonly dimensions: number;
  readonly length: number;
  readonly #block: VectorBlock;

  constructor(dimensions: number, components: Float32Array) {
    this.components = components;
    this.dimensions = dimensions;
    this.length = components.length / dimensions;
    this.#block = new VectorBlock(dimensions, compileDotKernel());
    for (let i = 0; i < this.length; i++) this.#block.set(i, rowOf(components, i, dimensions));
  }

  static lengthFor(dimensions: number): number {
    return Math.min(PROJECTED_DIMENSIONS, dimensions);
  }

  /** Principal components of a sample by orthogonal iteration (Golub and Van Loan, Matrix Computations, 7.3.2). */
  static fit(dimensions: number, sample: readonly Embedding[]): PcaProjection {
    const length = PcaProjection.lengthFor(dimensions);
    const moments = secondMoments(dimensions, sample);
    let components = orthonormal(initialComponents(length, dimensions), dimensions);
    for (let round = 0; round < ROUNDS; round++) {
      const rotated = new Float32Array(components.length);
      for (let i = 0; i < length; i++) {
        rotated.set(moments.scores(rowOf(components, i, dimensions), 0, dimensions), i * dimensions);
      }
      components = orthonormal(rotated, dimensions);
    }
    return new PcaProjection(dimensions, components);
  }

  project(embedding: Embedding): number[] {
    return Array.from(this.#block.scores(embedding, 0, this.length));
  }

  /** Share of a unit vector's squared length that its projection leaves out, from 0 to 1. */
  residual(embedding: Embedding): number {
    const kept = this.#block.scores(embedding, 0, this.length).reduce((sum, value) => sum + value * value, 0);
    return Math.max(0, 1 - kept);
  }
}

/** The matrix of mean products of any two coordinates, by rows. */
function secondMoments(dimensions: number, sample: readonly Embedding[]): VectorBlock {
  const kernel = compileDotKernel();
  const columns = new VectorBlock(sample.length, kernel);
  for (let i = 0; i < dimensions; i++) {
    columns.set(
      i,
      Float32Array.from(sample, (embedding) => (embedding[i] ?? 0) / Math.sqrt(sample.length)),
    );
  }
  const moments = new VectorBlock(dimensions, kernel);
  for (let i = 0; i < dimensions; i++) moments.set(i, columns.scores(columns.get(i), 0, dimensions).slice());
  return moments;
}

/** Unrelated directions, the same at every call. */
function initialComponents(length: number, dimensions: number): Float32Array {
  return Float32Array.from({ length: length * dimensions }, (_, i) => Math.sin(i * i * 0.7 + i));
}

/** Gram-Schmidt; rows that add no direction of their own become zero. */
function orthonormal(rows: Float32Array, dimensions: number): Float32Array {
  for (let i = 0; i < rows.length / dimensions; i++) {
    const row = rowOf(rows, i, dimensions);
    const before = Math.hypot(...row);
    for (let j = 0; j < i; j++) {
      const earlier = rowOf(rows, j, dimensions);
      const share = dotProduct(row, earlier);
      for (let n = 0; n < dimensions; n++) row[n] = (row[n] ?? 0) - share * (earlier[n] ?? 0);
    }
    const left = Math.hypot(...row);
    const scale = left > before * 1e-4 ? 1 / left : 0;
    for (let n = 0; n < dimensions; n++) row[n] = (row[n] ?? 0) * scale;
  }
  return rows;
}

function rowOf(rows: Float32Array, index: number, dimensions: number): Float32Array {
  return rows.subarray(index * dimensions, (index + 1) * dimensions);
}
