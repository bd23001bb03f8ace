import { DECODER_VERSION } from "../image/decoder-version.ts";
import type { ImageKey, ImageStore, RereadImage } from "../ports.ts";
import type { CaptureTime, FilePlacement, Picture } from "../types.ts";
import { captureRow } from "./capture-columns.ts";
import type { Connection } from "./connection/connection.ts";
import { replaceEmbedding, spaceFor } from "./embeddings.ts";
import { putFacts } from "./facts.ts";
import { findKey } from "./image-keys.ts";
import { readImages } from "./image-rows.ts";
import { replaceParts } from "./parts.ts";
import { dateFile } from "./placement-rows.ts";
import { QUALITY_ASSIGNMENTS, qualityRow } from "./quality-row.ts";

/** Of a row of images, for the partial index. */
export const IS_OUTDATED = `decoder < ${DECODER_VERSION}`;

export function outdatedImages(db: Connection) {
  return {
    outdated: async (after, limit) => readImages(db, await db.read(() => outdatedKeys(db, after, limit))),
    isOutdated: (id) =>
      db.read(() => {
        const row = db.statement(`SELECT 1 FROM images WHERE key = ? AND ${IS_OUTDATED}`);
        return row.get(findKey(db, id) ?? 0) !== undefined;
      }),
    putReread: (images) =>
      db.write(() => {
        for (const image of images) putReread(db, image);
      }),
  } satisfies Partial<ImageStore>;
}

function outdatedKeys(db: Connection, after: ImageKey, limit: number): ImageKey[] {
  const keys = [
    `SELECT key FROM images WHERE ${IS_OUTDATED} AND key > ?
        AND EXISTS (SELECT 1 FROM files WHERE image = key) ORDER BY key LIMIT ?`,
    "SELECT image FROM unread_facts WHERE image > ? ORDER BY image LIMIT ?",
  ].flatMap((sql) => db.statement<ImageKey>(sql).pluck().all(after, limit));
  return [...new Set(keys)].sort((a, b) => a - b).slice(0, limit);
}

function putReread(db: Connection, { id, takenAt, facts, replacement }: RereadImage): void {
  const key = findKey(db, id);
  if (key === undefined) return;
  db.statement("UPDATE images SET decoder = ? WHERE key = ?").run(DECODER_VERSION, key);
  putFacts(db, key, facts);
  if (!replacement) return putCaptureTime(db, key, takenAt);
  const { picture, space, embedding, parts } = replacement;
  const spaceId = spaceFor(db, space, embedding);
  replacePicture(db, key, picture);
  replaceEmbedding(db, spaceId, key, embedding);
  replaceParts(db, spaceId, key, parts);
  // What other models made of the picture as it was is missing until they are used again.
  db.statement("DELETE FROM embeddings WHERE image = ? AND space <> ?").run(key, spaceId);
}

/** Its files are dated again, and its comparisons are dropped. Tags, verdicts and placements stay. */
export function replacePicture(db: Connection, key: ImageKey, picture: Picture): void {
  db.statement(
    `UPDATE images SET format = @format, width = @width, height = @height, ${QUALITY_ASSIGNMENTS}, fingerprint = @fingerprint, decoder = @decoder, cut = @cut,
      pages = @pages, duration_ms = @durationMs, cover_ms = @coverAtMs WHERE key = @key`,
  ).run({
    key,
    format: picture.format,
    width: picture.width,
    height: picture.height,
    fingerprint: picture.fingerprint,
    ...qualityRow(picture.quality),
    ...decodedRow(picture),
  });
  db.statement("UPDATE thumbnails SET webp = ? WHERE image = ?").run(picture.thumbnail, key);
  db.statement("DELETE FROM comparisons WHERE first = ? OR second = ?").run(key, key);
  putCaptureTime(db, key, picture.takenAt);
}

/** Its files are dated again. */
function putCaptureTime(db: Connection, key: ImageKey, takenAt: CaptureTime | null): void {
  db.statement(
    `UPDATE images SET taken_at = @takenAt, taken_offset = @takenOffset, taken_source = @takenSource WHERE key = @key`,
  ).run({ key, ...captureRow(takenAt) });
  const files = db
    .statement<Pick<FilePlacement, "path" | "modifiedAt">>(
      "SELECT path, modified_at AS modifiedAt FROM files WHERE image = ?",
    )
    .all(key);
  for (const file of files) dateFile(db, key, file);
}

/** What `images` holds of how a picture was decoded. */
export const decodedRow = ({ cut, pages, durationMs, coverAtMs }: Picture) => ({
  decoder: DECODER_VERSION,
  cut: cut ? 1 : 0,
  pages: pages ?? 1,
  durationMs: durationMs ?? null,
  coverAtMs: coverAtMs ?? null,
});
