import type Database from "better-sqlite3";
import type { Connection } from "./connection/connection.ts";

/** Collects which images lost a placement to another image. */
export function trackOrphanedImages(database: Database.Database): void {
  database.exec(`
    CREATE TEMP TABLE orphaned_images (image INTEGER NOT NULL);
    CREATE TEMP TRIGGER note_orphans_of_files AFTER UPDATE OF image ON main.files
    BEGIN INSERT INTO orphaned_images (image) VALUES (old.image); END;
    CREATE TEMP TRIGGER note_orphans_of_posts AFTER UPDATE OF image ON main.posts
    BEGIN INSERT INTO orphaned_images (image) VALUES (old.image); END;
  `);
}

/**
 * Inside a write that moves placements: when two files have changed places, the place that one image leaves comes
 * back to it later in the same step. An image that has none in the end is erased.
 */
export function reassignPlacements(db: Connection, move: () => void): void {
  move();
  db.statement(
    `DELETE FROM images WHERE key IN (SELECT image FROM temp.orphaned_images)
      AND NOT EXISTS (SELECT 1 FROM files WHERE image = key) AND NOT EXISTS (SELECT 1 FROM posts WHERE image = key)`,
  ).run();
  db.statement("DELETE FROM temp.orphaned_images").run();
}
