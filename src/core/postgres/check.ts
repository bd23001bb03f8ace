import type { Connection } from "./connection.ts";

/** Half-precision models round: their unit vectors are off by less than this. */
const UNIT_TOLERANCE = 0.01;

/** What must not be there, each with the query that counts it. */
const invariants: readonly (readonly [what: string, count: string])[] = [
  [
    "images without a placement",
    `SELECT count(*) FROM images i WHERE NOT EXISTS (SELECT 1 FROM files WHERE image = i.key)
      AND NOT EXISTS (SELECT 1 FROM posts WHERE image = i.key)`,
  ],
  [
    "images without a thumbnail",
    "SELECT count(*) FROM images i WHERE NOT EXISTS (SELECT 1 FROM thumbnails WHERE image = i.key)",
  ],
  [
    "images without any embedding",
    "SELECT count(*) FROM images i WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE image = i.key)",
  ],
  ["copies into this library that were not finished", "SELECT count(*) FROM cursors WHERE name = 'copying'"],
  ["images that lost a placement and were not looked at", "SELECT count(*) FROM orphan_candidates"],
  [
    "folders without a file",
    "SELECT count(*) FROM folders o WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.folder = o.id)",
  ],
  [
    "names missing from the words that are searched",
    `SELECT (SELECT count(*) FROM files f WHERE NOT EXISTS (SELECT 1 FROM texts t WHERE t.file = f.id AND t.source = 'name'))
      + (SELECT count(*) FROM posts p WHERE NOT EXISTS (SELECT 1 FROM texts t WHERE t.post = p.id))`,
  ],
  [
    "words of another image than the placement that shows them",
    `SELECT (SELECT count(*) FROM texts t JOIN files f ON f.id = t.file WHERE f.image <> t.image)
      + (SELECT count(*) FROM texts t JOIN posts p ON p.id = t.post WHERE p.image <> t.image OR t.guild IS DISTINCT FROM p.guild)`,
  ],
  [
    "images that keep text which may not be read in them",
    `SELECT count(*) FROM readings r WHERE NOT EXISTS (SELECT 1 FROM files WHERE image = r.image)
      AND NOT EXISTS (SELECT 1 FROM posts p JOIN reading_guilds g ON g.guild = p.guild WHERE p.image = r.image)`,
  ],
  [
    "damaged vectors, whose length is not 1",
    `SELECT count(*) FROM vectors WHERE NOT abs(vector_norm(vector) - 1) < ${UNIT_TOLERANCE}`,
  ],
  [
    "vectors of the wrong size",
    "SELECT count(*) FROM vectors v JOIN spaces s ON s.id = v.space WHERE vector_dims(v.vector) IS DISTINCT FROM s.dimensions",
  ],
  [
    "files whose vectors cannot be found, or not as they are",
    difference(
      "SELECT space, file, part, image, folder, date, is_clock, near::text FROM near_files",
      `SELECT v.space, f.id, v.part, f.image, f.folder, f.date, f.is_clock, (v.vector::halfvec)::text
      FROM files f JOIN vectors v ON v.image = f.image`,
    ),
  ],
  [
    "posts whose vectors cannot be found, or not as they are",
    difference(
      `SELECT space, post, part, image, guild, channel, author, posted_at, age_restricted, near::text FROM near_posts`,
      `SELECT v.space, p.id, v.part, p.image, p.guild, p.channel, p.author, p.posted_at, p.age_restricted,
        (v.vector::halfvec)::text
      FROM posts p JOIN vectors v ON v.image = p.image`,
    ),
  ],
  [
    "words that files carry and that belong to no file, or to one with another picture",
    `SELECT (SELECT count(*) FROM texts WHERE source IN ('keyword', 'title') AND file IS NULL)
      + (SELECT count(*) FROM carried_tags c JOIN files f ON f.id = c.file WHERE f.image <> c.image) AS count`,
  ],
  [
    "tags of files that no file carries, or that stand under none",
    `SELECT (SELECT count(*) FROM tags t WHERE t.source = 'file'
        AND NOT EXISTS (SELECT 1 FROM carried_tags c WHERE c.image = t.image AND c.tag = t.tag))
      + (SELECT count(*) FROM carried_tags c WHERE NOT EXISTS (SELECT 1 FROM tags t
        WHERE t.image = c.image AND t.tag = c.tag AND t.source <> 'model')) AS count`,
  ],
  [
    "facts of pictures that are in no file, or of a file with another picture",
    `SELECT (SELECT count(*) FROM facts x WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.image = x.image))
      + (SELECT count(*) FROM facts x JOIN files f ON f.id = x.file WHERE f.image <> x.image) AS count`,
  ],
  [
    "embeddings missing from the change sequence",
    `SELECT count(*) FROM vectors v WHERE NOT EXISTS
      (SELECT 1 FROM changes c WHERE c.space = v.space AND c.image = v.image AND NOT c.gone)`,
  ],
  [
    "steps of the change sequence of embeddings that do not exist",
    `SELECT count(*) FROM changes c WHERE NOT c.gone AND NOT EXISTS
      (SELECT 1 FROM vectors v WHERE v.space = c.space AND v.image = c.image)`,
  ],
  [
    "totals of the library that are not what a count gives",
    difference(
      "SELECT name, sum(total) FROM tallies WHERE name NOT IN ('verdict changes', 'erasures') GROUP BY name HAVING sum(total) <> 0",
      `SELECT name, count FROM (
        SELECT 'images' AS name, count(*) FROM images UNION ALL SELECT 'failures', count(*) FROM failures
        UNION ALL SELECT 'placements', (SELECT count(*) FROM files) + (SELECT count(*) FROM posts)
        UNION ALL SELECT 'readings', count(*) FROM readings
        UNION ALL SELECT 'reading_queue', count(*) FROM reading_queue
        UNION ALL SELECT 'embedded:' || space, count(*) FROM vectors WHERE part = '["whole"]' GROUP BY space
        UNION ALL SELECT 'tag:' || source || ':' || tag, count(*) FROM tags GROUP BY source, tag
      ) x WHERE count <> 0`,
    ),
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
];

/** Counts the rows that only one of two queries gives. */
function difference(one: string, other: string): string {
  return `SELECT (SELECT count(*) FROM ((${one}) EXCEPT (${other})) a) + (SELECT count(*) FROM ((${other}) EXCEPT (${one})) b)
    AS count`;
}

/** Problems of the library, each a sentence; empty when it is sound. Reads all of it. */
export function checkLibrary(db: Connection): Promise<string[]> {
  return db.read(async (session) => {
    const problems: string[] = [];
    for (const [what, count] of invariants) {
      const [row] = await session.rows<{ count: number }>(`SELECT (${count})::bigint AS count`);
      if (row && row.count !== 0) problems.push(`There are ${what}: ${row.count}.`);
    }
    return problems;
  });
}
