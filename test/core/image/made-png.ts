import { crc32 } from "node:zlib";

export function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const HEADER_BYTES = 8 + 25;

/** The PNG with one more chunk right behind its header. */
export const withChunk = (png: Uint8Array, type: string, content: Uint8Array) =>
  Buffer.concat([png.subarray(0, HEADER_BYTES), chunk(type, content), png.subarray(HEADER_BYTES)]);
