import { tagsByFile } from "../catalog/carried-words.ts";
import { foldLabel } from "../fold-case.ts";
import type { ImageKey, TagStore, WordsOfFile } from "../ports.ts";
import { joinLines } from "../words/searched-lines.ts";
import type { Connection, Session } from "./connection.ts";
import { lockedKeysOf } from "./image-keys.ts";
import { addTexts, nameTags } from "./texts.ts";

/** Files in one write. */
const FILES_AT_ONCE = 256;

/** What files say of their pictures: tags follow from it, here and, once a file goes, by a trigger (schema.ts). */
export function carriedWords(
  db: Connection,
): Pick<TagStore, "setFromFiles" | "carriedBy" | "filesWithUnreadWords"> {
  return {
    setFromFiles: async (carried) => {
      for (let start = 0; start < carried.length; start += FILES_AT_ONCE) {
        const some = carried.slice(start, start + FILES_AT_ONCE);
        await db.write((session) => setWords(session, some));
      }
    },
    carriedBy: (paths) => carriedBy(db, paths),
    filesWithUnreadWords: async (after, limit) => {
      const rows = await db.rows<{ path: string }>(
        "SELECT f.path FROM unread_words u JOIN files f ON f.id = u.file WHERE f.path > $1 ORDER BY f.path LIMIT $2",
        [after, limit],
      );
      return rows.map(({ path }) => path);
    },
  };
}

async function setWords(session: Session, carried: readonly WordsOfFile[]): Promise<void> {
  const keys = await lockedKeysOf(
    session,
    carried.map(({ id }) => id),
  );
  const changed = new Set<ImageKey>();
  for (const words of carried) {
    const image = keys.get(words.id.toLowerCase());
    const [file] = await session.rows<{ id: number }>(
      "SELECT id FROM files WHERE digest_of(path) = digest_of($1) AND image = $2",
      [words.path, image ?? null],
    );
    if (image === undefined || file === undefined) continue;
    await session.run("DELETE FROM carried_tags WHERE file = $1 AND tag <> ALL($2::text[])", [
      file.id,
      words.tags,
    ]);
    await addCarriedTags(session, { file: file.id, image, tags: words.tags });
    await session.run("DELETE FROM texts WHERE file = $1 AND source = 'title'", [file.id]);
    if (words.titles.length > 0)
      await addTexts(session, [{ image, file: file.id, source: "title", words: joinLines(words.titles) }]);
    await session.run("DELETE FROM unread_words WHERE file = $1", [file.id]);
    changed.add(image);
  }
  for (const image of changed) await nameTags(session, image);
}

/** With the tags of the image that follow, but not their words: see `nameTags`. */
export async function addCarriedTags(
  session: Session,
  {
    file,
    image,
    tags,
  }: { readonly file: number; readonly image: ImageKey; readonly tags: readonly string[] },
): Promise<void> {
  await session.run(
    `INSERT INTO carried_tags (file, image, tag) SELECT $1, $2, n.tag FROM unnest($3::text[]) AS n (tag)
    ON CONFLICT DO NOTHING`,
    [file, image, tags],
  );
  await session.run(
    `INSERT INTO tags (image, tag, folded, source, score)
      SELECT $1, n.tag, n.folded, 'file', 1 FROM unnest($2::text[], $3::text[]) AS n (tag, folded)
    ON CONFLICT (image, tag) DO UPDATE SET source = 'file', model_score = tags.score, score = 1
      WHERE tags.source = 'model'`,
    [image, tags, tags.map(foldLabel)],
  );
}

const carriedBy = async (db: Connection, paths: readonly string[]): Promise<Map<string, string[]>> =>
  tagsByFile(
    await db.rows<{ path: string; tag: string }>(
      `SELECT f.path, c.tag FROM unnest($1::text[]) AS p (path) JOIN files f ON digest_of(f.path) = digest_of(p.path)
        JOIN carried_tags c ON c.file = f.id
      WHERE NOT EXISTS (SELECT 1 FROM tags t WHERE t.image = c.image AND t.tag = c.tag AND t.source = 'rejected')
      ORDER BY f.path, c.tag`,
      [paths],
    ),
  );
