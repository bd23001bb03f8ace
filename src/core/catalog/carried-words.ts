import type { TagStore, WordsOfFile } from "../ports.ts";
import { joinLines } from "../words/searched-lines.ts";
import type { Connection } from "./connection/connection.ts";
import { eraseInPlace } from "./erase.ts";
import { findKey } from "./image-keys.ts";

/** Files in one write, which blocks every other writer. */
const FILES_AT_ONCE = 256;

/** What files say of their pictures: tags and words to search follow from it by triggers (schema.ts). */
export function carriedWords(
  db: Connection,
): Pick<TagStore, "setFromFiles" | "carriedBy" | "filesWithUnreadWords"> {
  return {
    setFromFiles: async (carried) => {
      for (let start = 0; start < carried.length; start += FILES_AT_ONCE) {
        const some = carried.slice(start, start + FILES_AT_ONCE);
        await eraseInPlace(db, () => some.reduce((rows, words) => rows + setWords(db, words), 0));
      }
    },
    carriedBy: (paths) => db.read(() => carriedBy(db, paths)),
    filesWithUnreadWords: (after, limit) =>
      db.read(() =>
        db
          .statement<string>("SELECT file FROM unread_words WHERE file > ? ORDER BY file LIMIT ?")
          .pluck()
          .all(after, limit),
      ),
  };
}

/** @returns how many rows were overwritten, for `eraseInPlace` */
function setWords(db: Connection, { path, id, tags, titles }: WordsOfFile): number {
  const image = findKey(db, id);
  if (image === undefined) return 0;
  if (!db.statement("SELECT 1 FROM files WHERE path = ? AND image = ?").get(path, image)) return 0;
  const erased = [
    db
      .statement("DELETE FROM carried_tags WHERE file = ? AND tag NOT IN (SELECT value FROM json_each(?))")
      .run(path, JSON.stringify(tags)),
    db.statement("DELETE FROM texts WHERE file = ? AND source = 'title'").run(path),
  ].reduce((rows, { changes }) => rows + changes, 0);
  for (const tag of tags)
    db.statement(
      "INSERT INTO carried_tags (file, image, tag) VALUES (?, ?, ?) ON CONFLICT (file, tag) DO NOTHING",
    ).run(path, image, tag);
  if (titles.length > 0)
    db.statement("INSERT INTO texts (image, source, file, words) VALUES (?, 'title', ?, ?)").run(
      image,
      path,
      joinLines(titles),
    );
  db.statement("DELETE FROM unread_words WHERE file = ?").run(path);
  return erased;
}

const carriedBy = (db: Connection, paths: readonly string[]): Map<string, string[]> =>
  tagsByFile(
    db
      .statement<{ path: string; tag: string }>(
        `SELECT c.file AS path, c.tag FROM json_each(?) p JOIN carried_tags c ON c.file = p.value
        WHERE NOT EXISTS (SELECT 1 FROM tags t WHERE t.image = c.image AND t.tag = c.tag AND t.source = 'rejected')
        ORDER BY c.file, c.tag`,
      )
      .all(JSON.stringify(paths)),
  );

/** In the order of the rows. */
export function tagsByFile(
  rows: readonly { readonly path: string; readonly tag: string }[],
): Map<string, string[]> {
  const carried = new Map<string, string[]>();
  for (const { path, tag } of rows) carried.set(path, [...(carried.get(path) ?? []), tag]);
  return carried;
}
