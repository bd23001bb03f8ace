import type { FileStore } from "../ports.ts";
import type { Connection } from "./connection.ts";

const companionsOfFile = (...columns: string[]) => {
  const object = columns.map((column) => `'${column}', c.${column}`).join(", ");
  return `(SELECT json_agg(json_strip_nulls(json_build_object(${object})) ORDER BY c.path)
  FROM companions c WHERE digest_of(c.file) = digest_of(f.path))`;
};

/** SQL: those of a row `f` of files, in order of path; null for none. */
export const COMPANIONS_OF_FILE = companionsOfFile("kind", "path");

/** SQL: the same, with the stamps of those that have one. */
export const FOUND_COMPANIONS_OF_FILE = companionsOfFile("kind", "path", "stamp");

export function companions(
  db: Connection,
): Pick<FileStore, "putCompanions" | "companionCounts" | "ofCompanion"> {
  return {
    putCompanions: (files) =>
      db.write(async (session) => {
        await session.run(
          `DELETE FROM companions c WHERE digest_of(c.file) IN (SELECT digest_of(p) FROM unnest($1::text[]) p)`,
          [files.map(({ path }) => path)],
        );
        const all = files.flatMap(({ path, companions }) =>
          companions.map((companion) => ({ file: path, ...companion })),
        );
        await session.run(
          `INSERT INTO companions (path, file, kind, stamp) SELECT n.path, n.file, n.kind, n.stamp
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS n (path, file, kind, stamp)
            WHERE EXISTS (SELECT 1 FROM files f WHERE digest_of(f.path) = digest_of(n.file))
          ON CONFLICT (digest_of(path)) DO UPDATE SET file = excluded.file, kind = excluded.kind, stamp = excluded.stamp`,
          [
            all.map(({ path }) => path),
            all.map(({ file }) => file),
            all.map(({ kind }) => kind),
            all.map(({ stamp }) => stamp ?? null),
          ],
        );
        const paths = [files.map(({ path }) => path)];
        await session.run(SIDECARS_AGAIN, paths);
        await session.run(WORDS_AGAIN, paths);
      }),
    companionCounts: async () => {
      const rows = await db.rows<{ kind: string; files: number }>(
        "SELECT kind, count(*) AS files FROM companions GROUP BY kind",
      );
      return Object.fromEntries(rows.map(({ kind, files }) => [kind, files]));
    },
    ofCompanion: async (path) => {
      const [row] = await db.rows<{ file: string }>(
        "SELECT file FROM companions WHERE digest_of(path) = digest_of($1::text)",
        [path],
      );
      return row?.file;
    },
  };
}

/** What sidecars said that are gone, or say no longer, must go too. Words that nobody had read stay unread. */
const SIDECARS_AGAIN = `INSERT INTO unread_sidecars (file) SELECT f.id
  FROM unnest($1::text[]) AS n (path) JOIN files f ON digest_of(f.path) = digest_of(n.path) ON CONFLICT DO NOTHING`;
const WORDS_AGAIN = `INSERT INTO unread_words (file) SELECT f.id
  FROM unnest($1::text[]) AS n (path) JOIN files f ON digest_of(f.path) = digest_of(n.path)
  WHERE EXISTS (SELECT 1 FROM carried_tags WHERE file = f.id)
    OR EXISTS (SELECT 1 FROM texts WHERE file = f.id AND source = 'title')
  ON CONFLICT DO NOTHING`;
