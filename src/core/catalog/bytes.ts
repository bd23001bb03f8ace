import type { ImageId } from "../types.ts";

/** The id's 32 bytes; undefined for anything but 64 hex digits. */
export function idBytes(id: ImageId): Buffer | undefined {
  return /^[0-9a-f]{64}$/i.test(id) ? Buffer.from(id, "hex") : undefined;
}
