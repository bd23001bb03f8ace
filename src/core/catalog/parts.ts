import { decodePart, encodePart } from "../part.ts";
import type { EmbeddedPart, ImageKey, StoredShot } from "../ports.ts";
import type { Part } from "../types.ts";
import type { Connection } from "./connection/connection.ts";
import { putPart } from "./part-embeddings.ts";

/** Keeps those that are there. */
export function addParts(
  db: Connection,
  space: number,
  key: ImageKey,
  parts: readonly EmbeddedPart[] = [],
): void {
  for (const { part, thumbnail, fingerprint, embedding } of parts) {
    db.statement(
      "INSERT INTO parts (image, part, webp, fingerprint) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    ).run(key, encodePart(part), thumbnail, fingerprint);
    putPart(db, { space, key, part }, embedding);
  }
}

/** In place of what any model knew of its parts. */
export function replaceParts(
  db: Connection,
  space: number,
  key: ImageKey,
  parts: readonly EmbeddedPart[] = [],
): void {
  db.statement("DELETE FROM parts WHERE image = ?").run(key);
  db.statement("DELETE FROM part_embeddings WHERE space = ? AND image = ?").run(space, key);
  addParts(db, space, key, parts);
}

/** Of a frame that is not known: of the last one before it. */
export function partThumbnail(db: Connection, key: ImageKey, part: Part): Uint8Array | undefined {
  const exact = db
    .statement<Buffer>("SELECT webp FROM parts WHERE image = ? AND part = ?")
    .pluck()
    .get(key, encodePart(part));
  if (exact || part.kind !== "frame") return exact;
  return db
    .statement<Buffer>(
      `SELECT webp FROM parts WHERE image = ? AND part ->> 0 = 'frame' AND part ->> 1 <= ?
        AND part ->> 1 > (SELECT coalesce(cover_ms, 0) FROM images WHERE key = image)
      ORDER BY part ->> 1 DESC LIMIT 1`,
    )
    .pluck()
    .get(key, part.atMs);
}

interface ShotRow {
  readonly key: ImageKey;
  /** Null for the one that stands for the whole. */
  readonly part: string | null;
  readonly atMs: number;
  readonly fingerprint: Uint8Array;
}

export function shotsOf(
  db: Connection,
  keys: readonly ImageKey[],
): (readonly [ImageKey, readonly StoredShot[]])[] {
  const moving = "key IN (SELECT value FROM json_each(@keys)) AND duration_ms IS NOT NULL";
  const rows = db
    .statement<ShotRow>(
      `SELECT key, NULL AS part, coalesce(cover_ms, 0) AS atMs, fingerprint FROM images WHERE ${moving}
      UNION ALL SELECT image, part, 0, fingerprint FROM parts WHERE image IN (SELECT key FROM images WHERE ${moving})`,
    )
    .all({ keys: JSON.stringify(keys) });
  return [...shotsByImage(rows)];
}

/** In order of time. */
export function shotsByImage(rows: readonly ShotRow[]): Map<ImageKey, StoredShot[]> {
  const shots = new Map<ImageKey, StoredShot[]>();
  for (const { key, part, atMs, fingerprint } of rows) {
    const decoded = part === null ? ({ kind: "frame", atMs } as const) : decodePart(part);
    if (decoded.kind !== "frame") continue;
    const known = shots.get(key) ?? [];
    known.push({ atMs: decoded.atMs, fingerprint });
    shots.set(key, known);
  }
  for (const known of shots.values()) known.sort((a, b) => a.atMs - b.atMs);
  return shots;
}
