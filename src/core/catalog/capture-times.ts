import type { CaptureTime, FilePlacement, ImageId } from "../types.ts";
import { captureRow } from "./capture-columns.ts";
import type { Connection } from "./connection.ts";
import { findKey } from "./image-keys.ts";
import { dateFile } from "./placement-rows.ts";

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
