import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { setImmediate as nextIteration } from "node:timers/promises";
import type { ByteRange } from "./graph-file.ts";

/** Bytes per digest: a change of one byte costs reading as many again. */
const CHUNK_BYTES = 1 << 20;

/** SHA-256 of each chunk of a file, in order. */
export async function digestFile(file: FileHandle): Promise<string[]> {
  const { size } = await file.stat();
  return digestChunks(
    file,
    Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, (_, chunk) => chunk),
  );
}

export async function digestChunks(file: FileHandle, chunks: readonly number[]): Promise<string[]> {
  const digests: string[] = [];
  const bytes = Buffer.alloc(CHUNK_BYTES);
  for (const chunk of chunks) {
    const { bytesRead } = await file.read(bytes, 0, CHUNK_BYTES, chunk * CHUNK_BYTES);
    digests.push(createHash("sha256").update(bytes.subarray(0, bytesRead)).digest("hex"));
    await nextIteration();
  }
  return digests;
}

/** The chunks that overlap these ranges, each once. */
export function chunksOf(ranges: readonly ByteRange[]): number[] {
  const chunks = ranges.flatMap(({ start, length }) => [
    Math.floor(start / CHUNK_BYTES),
    Math.floor((start + length - 1) / CHUNK_BYTES),
  ]);
  return [...new Set(chunks)];
}
