/**
 * Vectors distributed like real picture embeddings: `npx tsx bench/real-geometry.ts` prints their similarities.
 *
 * Each lies between a real CLIP vector and two of its neighbours, as far from the mean as that vector, plus noise:
 * so dense regions stay dense and sparse ones sparse. Without the real vectors (../shared) a random cone with the
 * same mean and spread is used instead.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Embedding } from "../src/core/types.ts";
import { normal, normalized, randomEmbedding, seededRandom } from "../test/support/random-embeddings.ts";

export const DIMENSIONS = 512;
const REAL_VECTORS = fileURLToPath(new URL("../../shared/golden/clip-vectors/vectors.f32", import.meta.url));
/** Measured on 541 CLIP ViT-B/32 image vectors: the mean of all pairwise cosines. */
const MEAN_COSINE = 0.6405;
/** Directions that a cone needs for pairwise cosines to spread like the real ones (standard deviation 0.09). */
const CONE_DIRECTIONS = 16;
/** Neighbours that a vector may be mixed with. */
const NEIGHBORHOOD = 32;
/** Minimum and maximum share of the noise in the squared deviation from the mean. */
const NOISE = [0.15, 0.5] as const;

const NOISE_PARENTS = 12;
/** How far texts are from pictures: a separate direction, plus this much of the picture's subject. */
const WORDS_ABOUT = 0.35;

export interface Geometry {
  readonly source: string;
  readonly real: readonly Embedding[];
  /** A new picture on every call. */
  readonly draw: () => Embedding;
  /** A new text on every call: away from all pictures, as CLIP's texts are, and towards some of them. */
  readonly drawWords: () => Embedding;
}

export function realGeometry(seed: number, useReal = existsSync(REAL_VECTORS)): Geometry {
  const random = seededRandom(seed);
  const real = useReal ? readVectors(REAL_VECTORS) : cone(random, 541);
  const mean = meanOf(real);
  const deviations = real.map((vector) => combine([vector, mean], [1, -1]));
  const lengths = deviations.map(lengthOf);
  const neighbors = real.map((vector) => neighborsOf(vector, real));
  const drawNoise = noiseSource(deviations, random);
  const drawDeviation = () => {
    const first = Math.floor(random() * real.length);
    const pick = () => neighbors[first]?.[Math.floor(random() * NEIGHBORHOOD)] ?? first;
    const parents = [first, pick(), pick()].map((index) => deviations[index] ?? mean);
    const middle = normalized(combine(parents, [1, random(), random()]));
    const share = NOISE[0] + (NOISE[1] - NOISE[0]) * random();
    const length = lengths[first] ?? 1;
    return combine([middle, drawNoise()], [length * Math.sqrt(1 - share), length * Math.sqrt(share)]);
  };
  const words = randomEmbedding(random, DIMENSIONS);
  return {
    source: useReal ? "541 CLIP ViT-B/32 vectors" : "a drawn cone",
    real,
    draw: () => normalized(combine([mean, drawDeviation()], [1, 1])),
    drawWords: () => normalized(combine([words, drawDeviation()], [1, WORDS_ABOUT])),
  };
}

/** Directions spread like the real ones: sums of many, with random weights. */
function noiseSource(deviations: readonly Float32Array[], random: () => number): () => Float32Array {
  const some = Array.from({ length: NOISE_PARENTS }, () => 0);
  return () => {
    const parents = some.map(
      () => deviations[Math.floor(random() * deviations.length)] ?? new Float32Array(),
    );
    return normalized(
      combine(
        parents,
        some.map(() => normal(random)),
      ),
    );
  };
}

function combine(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const sum = new Float32Array(DIMENSIONS);
  for (const [n, vector] of vectors.entries()) {
    const weight = weights[n] ?? 0;
    for (let i = 0; i < DIMENSIONS; i++) sum[i] = (sum[i] ?? 0) + weight * (vector[i] ?? 0);
  }
  return sum;
}

function neighborsOf(vector: Embedding, all: readonly Embedding[]): number[] {
  const scores = all.map((other) => dot(vector, other));
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  return order.slice(1, NEIGHBORHOOD + 1);
}

function readVectors(path: string): Embedding[] {
  const bytes = readFileSync(path);
  const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return Array.from({ length: floats.length / DIMENSIONS }, (_, i) =>
    floats.slice(i * DIMENSIONS, (i + 1) * DIMENSIONS),
  );
}

function cone(random: () => number, count: number): Embedding[] {
  const axis = randomEmbedding(random, DIMENSIONS);
  const directions = Array.from({ length: CONE_DIRECTIONS }, () => randomEmbedding(random, DIMENSIONS));
  const width = Math.sqrt((1 - MEAN_COSINE) / MEAN_COSINE / CONE_DIRECTIONS);
  return Array.from({ length: count }, () => {
    const vector = axis.slice();
    for (const direction of directions) {
      const amount = width * normal(random);
      for (let i = 0; i < DIMENSIONS; i++) vector[i] = (vector[i] ?? 0) + amount * (direction[i] ?? 0);
    }
    return normalized(vector);
  });
}

function meanOf(vectors: readonly Embedding[]): Float32Array {
  return combine(
    vectors,
    vectors.map(() => 1 / vectors.length),
  );
}

/** Mean, spread and percentiles of the pairwise cosines, and of each vector's nearest and tenth other. */
export function distribution(vectors: readonly Embedding[]): Record<string, string> {
  const pairs: number[] = [];
  const nearest: number[] = [];
  const tenth: number[] = [];
  for (const [i, a] of vectors.entries()) {
    const row = vectors.flatMap((b, j) => (i === j ? [] : [dot(a, b)]));
    pairs.push(...row.slice(0, i));
    row.sort((x, y) => y - x);
    nearest.push(row[0] ?? 0);
    tenth.push(row[9] ?? 0);
  }
  return { "all pairs": summary(pairs), nearest: summary(nearest), tenth: summary(tenth) };
}

function summary(values: number[]): string {
  values.sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const at = (share: number) => (values[Math.floor(share * (values.length - 1))] ?? 0).toFixed(3);
  return `mean ${mean.toFixed(3)} std ${std.toFixed(3)} 1% ${at(0.01)} 5% ${at(0.05)} 50% ${at(0.5)} 95% ${at(0.95)} 99% ${at(0.99)}`;
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function print(name: string, vectors: readonly Embedding[]): void {
  for (const [what, text] of Object.entries(distribution(vectors))) {
    console.log(`${name.padEnd(12)} ${what.padEnd(10)} ${text}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { source, real, draw } of [realGeometry(1), realGeometry(1, false)]) {
    console.log(
      `Pairwise cosines among ${real.length} vectors of ${source}, and among as many drawn after them`,
    );
    print("source", real);
    print("drawn", Array.from({ length: real.length }, draw));
  }
}
