import { NotFoundError } from "../errors.ts";
import type { ImageKey } from "../ports.ts";
import type { ImageId } from "../types.ts";
import type { Session } from "./connection.ts";

/** The id's 32 bytes; undefined for anything but 64 hex digits. */
export const idBytes = (id: ImageId): Buffer | undefined =>
  /^[0-9a-f]{64}$/i.test(id) ? Buffer.from(id, "hex") : undefined;

/** SQL: the id that a column holds, as hex digits. */
export const hexOf = (column: string): string => `encode(${column}, 'hex')`;

/** The keys of those that are there, by id in lower case. */
export async function keysOf(
  session: Pick<Session, "rows">,
  ids: readonly ImageId[],
): Promise<Map<ImageId, ImageKey>> {
  const known = ids.flatMap((id) => idBytes(id) ?? []);
  if (known.length === 0) return new Map();
  const rows = await session.rows<{ id: ImageId; key: ImageKey }>(
    `SELECT ${hexOf("id")} AS id, key FROM images WHERE id = ANY($1::bytea[])`,
    [known],
  );
  return new Map(rows.map(({ id, key }) => [id, key]));
}

/**
 * The same, and until this transaction ends no other puts placements on these images or takes any away: whether an
 * image has one left is only certain under its lock.
 */
export async function lockedKeysOf(
  session: Session,
  ids: readonly ImageId[],
): Promise<Map<ImageId, ImageKey>> {
  const rows = await session.rows<{ id: ImageId; key: ImageKey }>(
    `SELECT ${hexOf("id")} AS id, key FROM images WHERE id = ANY($1::bytea[]) ORDER BY key FOR NO KEY UPDATE`,
    [ids.flatMap((id) => idBytes(id) ?? [])],
  );
  return new Map(rows.map(({ id, key }) => [id, key]));
}

/** @throws NotFoundError */
export function requireKey(keys: ReadonlyMap<ImageId, ImageKey>, id: ImageId): ImageKey {
  const key = keys.get(id.toLowerCase());
  if (key === undefined) throw new NotFoundError(`No image ${id.slice(0, 12)} is in the library (any more).`);
  return key;
}
