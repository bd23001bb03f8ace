import type Database from "better-sqlite3";
import type { Connection } from "./connection.ts";

/** Collects which images lost a placement to another image. */
export function trackOrphanedImages(database: Database.Database): void {
  database.exec(`
    CREATE TEMP TABLE left_behind (image INTEGER NOT NULL);
    CREATE TEMP TRIGGER note_left_by_file AFTER UPDATE OF image ON main.files
    BEGIN INSERT INTO left_behind (image) VALUES (old.image); END;
    CREATE TEMP TRIGGER note_left_by_post AFTER UPDATE OF image ON main.posts
    BEGIN INSERT INTO left_behind (image) VALUES (old.image); END;
  `);
}

/**
 * Inside a write that moves placements: when two files have changed places, the place that one image leaves comes
 * back to it later in the same step. An image that has none in the end is erased.
 */
export function reassignPlacements(db: Connection, move: () => void): void {
  move();
  db.statement(
    `DELETE FROM images WHERE key IN (SELECT image FROM temp.left_behind)
      AND NOT EXISTS (SELECT 1 FROM files WHERE image = key) AND NOT EXISTS (SELECT 1 FROM posts WHERE image = key)`,
  ).run();
  db.statement("DELETE FROM temp.left_behind").run();
}
