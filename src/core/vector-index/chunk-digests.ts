import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ByteRange } from "./graph-file.ts";

/** Bytes under one digest: what a change of one byte makes to be read again. */
const CHUNK_BYTES = 1 << 20;

/** SHA-256 of each piece of a file, in order. */
export async function digestFile(file: FileHandle): Promise<string[]> {
  const { size } = await file.stat();
  return digestChunks(
    file,
    Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, (_, piece) => piece),
  );
}

export async function digestChunks(file: FileHandle, pieces: readonly number[]): Promise<string[]> {
  const sums: string[] = [];
  const bytes = Buffer.alloc(CHUNK_BYTES);
  for (const piece of pieces) {
    const { bytesRead } = await file.read(bytes, 0, CHUNK_BYTES, piece * CHUNK_BYTES);
    sums.push(createHash("sha256").update(bytes.subarray(0, bytesRead)).digest("hex"));
    await nextTurn();
  }
  return sums;
}

/** The pieces that these bytes lie in, each once. */
export function chunksOf(ranges: readonly ByteRange[]): number[] {
  const pieces = ranges.flatMap(({ start, length }) => [
    Math.floor(start / CHUNK_BYTES),
    Math.floor((start + length - 1) / CHUNK_BYTES),
  ]);
  return [...new Set(pieces)];
}
