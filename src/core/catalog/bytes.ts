import { endianness } from "node:os";
import type { Embedding, ImageId } from "../types.ts";

/** The id's 32 bytes; undefined for anything but 64 hex digits. */
export function idBytes(id: ImageId): Buffer | undefined {
  return /^[0-9a-f]{64}$/i.test(id) ? Buffer.from(id, "hex") : undefined;
}

/** Little-endian float32, whatever machine the catalog travels to. */
export function encodeVector(embedding: Embedding): Buffer {
  const bytes = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}

export function decodeVector(bytes: Buffer): Embedding {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  if (endianness() === "BE") Buffer.from(aligned.buffer, aligned.byteOffset, aligned.byteLength).swap32();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
