import { NotFoundError } from "../errors.ts";
import type { ImageKey } from "../ports.ts";
import type { ImageId } from "../types.ts";
import type { Connection } from "./connection/connection.ts";

/** The id's 32 bytes; undefined for anything but 64 hex digits. */
export function idBytes(id: ImageId): Buffer | undefined {
  return /^[0-9a-f]{64}$/i.test(id) ? Buffer.from(id, "hex") : undefined;
}

export function findKey(db: Connection, id: ImageId): ImageKey | undefined {
  const bytes = idBytes(id);
  return bytes && db.statement<ImageKey>("SELECT key FROM images WHERE id = ?").pluck().get(bytes);
}

/** @throws NotFoundError */
export function requireKey(db: Connection, id: ImageId): ImageKey {
  const key = findKey(db, id);
  if (key === undefined) throw new NotFoundError(`No image ${id.slice(0, 12)} is in the library (any more).`);
  return key;
}

/** No image has a higher key yet; 0 in an empty catalog. */
export function highestKey(db: Connection): Promise<ImageKey> {
  return db.read(() => db.statement<ImageKey | null>("SELECT max(key) FROM images").pluck().get() ?? 0);
}
