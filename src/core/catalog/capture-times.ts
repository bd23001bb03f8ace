import type { ImageKey, ImageStore } from "../ports.ts";
import type { CaptureTime, FilePlacement, ImageId } from "../types.ts";
import { captureRow } from "./capture-columns.ts";
import type { Connection } from "./connection.ts";
import { findKey } from "./image-keys.ts";
import { readImages } from "./image-rows.ts";
import { dateFile } from "./placement-rows.ts";

export function captureTimes(db: Connection) {
  return {
    withUnreadDate: async (after, limit) => readImages(db, await db.read(() => unreadKeys(db, after, limit))),
    putCaptureTimes: (read) =>
      db.write(() => {
        for (const { id, takenAt } of read) putCaptureTime(db, id, takenAt);
      }),
  } satisfies Partial<ImageStore>;
}

const unreadKeys = (db: Connection, after: ImageKey, limit: number): ImageKey[] =>
  db
    .statement<ImageKey>(`SELECT key FROM images WHERE taken_source IS NULL AND key > ?
        AND EXISTS (SELECT 1 FROM files WHERE image = key) ORDER BY key LIMIT ?`)
    .pluck()
    .all(after, limit);

/** Its files are dated again. */
export function putCaptureTime(db: Connection, id: ImageId, takenAt: CaptureTime | null): void {
  const key = findKey(db, id);
  if (key === undefined) return;
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
