import type { CompanionsOf, FileStore, FoundCompanion } from "../ports.ts";
import type { Companion, CompanionCounts, CompanionKind } from "../types.ts";
import type { Connection } from "./connection/connection.ts";

const companionsOfFile = (
  ...columns: string[]
) => `(SELECT json_group_array(json_array(${columns.join(", ")}))
  FROM (SELECT ${columns.join(", ")} FROM companions WHERE file = f.path ORDER BY path) HAVING count(*) > 0)`;

/** SQL: those of a row `f` of files, for `readCompanions`; null for none. */
export const COMPANIONS_OF_FILE = companionsOfFile("kind", "path");

/** In order of path. */
export const readCompanions = (json: string): Companion[] =>
  (JSON.parse(json) as [CompanionKind, string][]).map(([kind, path]) => ({ kind, path }));

/** SQL: the same with their stamps, for `readFoundCompanions`. */
export const FOUND_COMPANIONS_OF_FILE = companionsOfFile("kind", "path", "stamp");

/** In order of path. */
export const readFoundCompanions = (json: string): FoundCompanion[] =>
  (JSON.parse(json) as [CompanionKind, string, string | null][]).map(([kind, path, stamp]) => ({
    kind,
    path,
    ...(stamp !== null && { stamp }),
  }));

export function companions(
  db: Connection,
): Pick<FileStore, "putCompanions" | "companionCounts" | "ofCompanion"> {
  return {
    putCompanions: (files) =>
      db.write(() => {
        for (const file of files) replace(db, file);
      }),
    companionCounts: () => db.read(() => counts(db)),
    ofCompanion: (path) =>
      db.read(
        () => db.statement<{ file: string }>("SELECT file FROM companions WHERE path = ?").get(path)?.file,
      ),
  };
}

function replace(db: Connection, { path, companions }: CompanionsOf): void {
  db.statement("DELETE FROM companions WHERE file = ?").run(path);
  const insert = db.statement(
    `INSERT INTO companions (path, file, kind, stamp) SELECT @companion, path, @kind, @stamp FROM files WHERE path = @path
    ON CONFLICT (path) DO UPDATE SET file = excluded.file, kind = excluded.kind, stamp = excluded.stamp`,
  );
  for (const { kind, path: companion, stamp = null } of companions)
    insert.run({ companion, kind, stamp, path });
  db.statement(SIDECARS_AGAIN).run({ path });
  db.statement(WORDS_AGAIN).run({ path });
}

/** What sidecars said that are gone, or say no longer, must go too. Words that nobody had read stay unread. */
const SIDECARS_AGAIN =
  "INSERT INTO unread_sidecars (file) SELECT path FROM files WHERE path = @path ON CONFLICT (file) DO NOTHING";
const WORDS_AGAIN = `INSERT INTO unread_words (file) SELECT path FROM files
  WHERE path = @path AND (EXISTS (SELECT 1 FROM carried_tags WHERE file = @path)
    OR EXISTS (SELECT 1 FROM texts WHERE file = @path AND source = 'title'))
  ON CONFLICT (file) DO NOTHING`;

function counts(db: Connection): CompanionCounts {
  const rows = db
    .statement<[string, number]>(
      "SELECT substr(name, length('companions ') + 1), total FROM tallies WHERE name LIKE 'companions %' AND total > 0",
    )
    .raw()
    .all() as [string, number][];
  return Object.fromEntries(rows);
}
