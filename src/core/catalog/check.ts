import type { Connection } from "./connection/connection.ts";
import { hasExpectedSchema } from "./expected-schema.ts";

/** Problems of the catalog, each a sentence; empty when it is sound. */
export function checkCatalog(db: Connection): Promise<string[]> {
  return db.read(() => [...damage(db), ...broken(db)]);
}

/** What SQLite itself finds wrong with the file. */
function damage(db: Connection): string[] {
  const found = db.statement<string>("PRAGMA quick_check").pluck().all();
  const dangling = db.statement<{ table: string }>("PRAGMA foreign_key_check").all();
  return [
    ...found.filter((line) => line !== "ok").map((line) => `The catalog's file is damaged: ${line}.`),
    ...(hasExpectedSchema((sql) => db.statement(sql).all())
      ? []
      : ["The catalog's tables are not as Glimpse made them."]),
    ...dangling.map(({ table }) => `A row of ${table} belongs to nothing.`),
  ];
}

/** What must not be there, each with the query that counts it. */
const invariants: readonly (readonly [what: string, count: string])[] = [
  [
    "images without a placement",
    `SELECT count(*) FROM images WHERE NOT EXISTS (SELECT 1 FROM files WHERE image = key)
      AND NOT EXISTS (SELECT 1 FROM posts WHERE image = key)`,
  ],
  [
    "images without a thumbnail",
    "SELECT count(*) FROM images WHERE NOT EXISTS (SELECT 1 FROM thumbnails WHERE image = key)",
  ],
  [
    "images without any embedding",
    "SELECT count(*) FROM images WHERE NOT EXISTS (SELECT 1 FROM embeddings WHERE image = key)",
  ],
  ["copies into this library that were not finished", "SELECT count(*) FROM cursors WHERE name = 'copying'"],
  [
    "hashes of images that do not exist",
    "SELECT count(*) FROM hashes WHERE NOT EXISTS (SELECT 1 FROM images WHERE key = image)",
  ],
  [
    "names missing from the words that are searched",
    `SELECT CASE WHEN EXISTS (SELECT 1 FROM text_backlog) THEN 0 ELSE
      (SELECT count(*) FROM files f WHERE NOT EXISTS (SELECT 1 FROM texts t WHERE t.file = f.path AND t.source = 'name'))
      + (SELECT count(*) FROM posts p WHERE NOT EXISTS (SELECT 1 FROM texts t WHERE t.post = p.id)) END`,
  ],
  [
    "words of another image than the placement that shows them",
    `SELECT (SELECT count(*) FROM texts t JOIN files f ON f.path = t.file WHERE f.image <> t.image)
      + (SELECT count(*) FROM texts t JOIN posts p ON p.id = t.post WHERE p.image <> t.image)`,
  ],
  [
    "words that files carry and that belong to no file, or to one with another picture",
    `SELECT (SELECT count(*) FROM texts WHERE source IN ('keyword', 'title') AND file IS NULL)
      + (SELECT count(*) FROM carried_tags c JOIN files f ON f.path = c.file WHERE f.image <> c.image)`,
  ],
  [
    "tags of files that no file carries, or that stand under none",
    `SELECT (SELECT count(*) FROM tags t WHERE t.source = 'file'
        AND NOT EXISTS (SELECT 1 FROM carried_tags c WHERE c.image = t.image AND c.tag = t.tag))
      + (SELECT count(*) FROM carried_tags c WHERE NOT EXISTS (SELECT 1 FROM tags t
        WHERE t.image = c.image AND t.tag = c.tag AND t.source <> 'model'))`,
  ],
  [
    "facts of pictures that are in no file, or of a file with another picture",
    `SELECT (SELECT count(*) FROM facts x WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.image = x.image))
      + (SELECT count(*) FROM facts x JOIN files f ON f.path = x.file WHERE f.image <> x.image)`,
  ],
  [
    "images that keep text which may not be read in them",
    `SELECT count(*) FROM readings r WHERE NOT EXISTS (SELECT 1 FROM files WHERE image = r.image)
      AND NOT EXISTS (SELECT 1 FROM posts p JOIN reading_guilds g ON g.guild = p.guild WHERE p.image = r.image)`,
  ],
  [
    "lines of text without a reading",
    "SELECT count(*) FROM ocr_lines WHERE NOT EXISTS (SELECT 1 FROM readings r WHERE r.image = ocr_lines.image)",
  ],
  ["vectors of the wrong size", countVectors("length(vector) <> 4 * dimensions")],
  [
    "damaged vectors, whose length is not 1",
    countVectors("length(vector) = 4 * dimensions AND NOT has_unit_length(vector)"),
  ],
  [
    "embeddings missing from the change sequence",
    `SELECT count(*) FROM embeddings e WHERE NOT EXISTS
      (SELECT 1 FROM changes c WHERE c.space = e.space AND c.image = e.image AND c.gone = 0)`,
  ],
  [
    "steps of the change sequence of embeddings that do not exist",
    `SELECT count(*) FROM changes c WHERE c.gone = 0 AND NOT EXISTS
      (SELECT 1 FROM embeddings e WHERE e.space = c.space AND e.image = c.image)`,
  ],
  [
    "totals of the catalog that are not what a count gives",
    difference(
      "SELECT name, total FROM tallies WHERE name NOT IN ('visibility', 'verdict changes')",
      `SELECT 'images', count(*) FROM images UNION ALL SELECT 'failures', count(*) FROM failures
        UNION ALL SELECT 'placements', (SELECT count(*) FROM files) + (SELECT count(*) FROM posts)
        UNION ALL SELECT 'read', count(*) FROM readings
        UNION ALL SELECT 'waiting to be read', count(*) FROM reading_queue
        UNION ALL SELECT 'companions ' || k.column1, (SELECT count(*) FROM companions c WHERE c.kind = k.column1)
          FROM (VALUES ('raw'), ('video'), ('sidecar')) k`,
    ),
  ],
  [
    "totals of embedding spaces that are not what a count gives",
    "SELECT count(*) FROM spaces s WHERE embedded <> (SELECT count(*) FROM embeddings e WHERE e.space = s.id)",
  ],
  [
    "totals of channels that are not what a count gives",
    difference(
      "SELECT guild, channel, posts, images, newest FROM places",
      `SELECT guild, channel, count(*), count(DISTINCT image), max(posted_at) FROM posts GROUP BY guild, channel`,
    ),
  ],
  [
    "totals of guilds that are not what a count gives",
    difference(
      "SELECT guild, posts, images FROM guilds",
      "SELECT guild, count(*), count(DISTINCT image) FROM posts GROUP BY guild",
    ),
  ],
  [
    "totals of tags that are not what a count gives",
    difference(
      "SELECT tag, source, images FROM tag_tallies",
      "SELECT tag, source, count(*) FROM tags GROUP BY tag, source",
    ),
  ],
];

/** Counts vectors of images and of their parts. */
function countVectors(condition: string): string {
  const among = (table: string) =>
    `(SELECT count(*) FROM ${table} e JOIN spaces s ON s.id = e.space WHERE ${condition})`;
  return `SELECT ${among("embeddings")} + ${among("part_embeddings")}`;
}

/** Counts the rows that only one of two queries gives. */
function difference(one: string, other: string): string {
  return `SELECT (SELECT count(*) FROM (SELECT * FROM (${one}) EXCEPT SELECT * FROM (${other})))
    + (SELECT count(*) FROM (SELECT * FROM (${other}) EXCEPT SELECT * FROM (${one})))`;
}

function broken(db: Connection): string[] {
  return invariants.flatMap(([what, count]) => {
    const found = Number(db.statement(count).pluck().get());
    return found === 0 ? [] : `There are ${what}: ${found}.`;
  });
}
