import { endianness } from "node:os";
import type { Embedding } from "./types.ts";

/** The cosine, of two vectors of unit length. */
export function dotProduct(a: Embedding, b: Embedding): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** The vector at unit length; undefined for one without direction: all zero, or not numbers. */
export function toUnit(vector: Float32Array): Embedding | undefined {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm > 0 && norm < Number.POSITIVE_INFINITY ? vector.map((value) => value / norm) : undefined;
}

/** @returns the zero vector when the vectors cancel each other out or there is none */
export function unitMean(vectors: readonly Embedding[]): Embedding {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (vector[at] ?? 0);
  }
  const length = Math.hypot(...sum);
  return Float32Array.from(sum, (value) => (length > 0 ? value / length : 0));
}

/** Little-endian float32, whichever machine the bytes travel to. */
export function encodeVector(vector: Embedding): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}

/** May be a view of the given bytes. */
export function decodeVector(bytes: Uint8Array): Embedding {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  if (endianness() === "BE") Buffer.from(aligned.buffer, aligned.byteOffset, aligned.byteLength).swap32();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

export const vectorToBase64 = (vector: Embedding): string => encodeVector(vector).toString("base64");

/** A vector of its own memory: decoded text lies in a pool that Node shares among buffers. */
export const vectorFromBase64 = (text: string): Embedding =>
  decodeVector(Uint8Array.from(Buffer.from(text, "base64")));
