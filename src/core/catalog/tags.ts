import type { Catalog, ImageKey } from "../ports.ts";
import type { ImageTag, Scope, TagSummary } from "../types.ts";
import type { Connection } from "./connection.ts";
import { keyOf } from "./image-keys.ts";
import { isEverything, scopeQuery } from "./scope-query.ts";

export function tags(db: Connection) {
  return {
    setModelTags: (tagged) =>
      db.write(() => {
        for (const { key, tags } of tagged) setModelTags(db, key, tags);
      }),
    putPersonTag: (id, tag) => db.write(() => say(db, "person", keyOf(db, id), tag)),
    withdrawTag: (id, tag) => db.write(() => say(db, "withdrawn", keyOf(db, id), tag)),
    tagSummaries: (scope) => db.read(() => tagSummaries(db, scope)),
  } satisfies Partial<Catalog>;
}

function setModelTags(db: Connection, key: ImageKey, tags: readonly Omit<ImageTag, "by">[]): void {
  db.statement("DELETE FROM tags WHERE image = ? AND said_by = 'model'").run(key);
  for (const { tag, score } of tags) {
    // An image erased meanwhile is passed over; a person's word, either way, is left as it is.
    db.statement(
      `INSERT INTO tags (image, tag, said_by, score) SELECT key, @tag, 'model', @score FROM images WHERE key = @key
      ON CONFLICT (image, tag) DO NOTHING`,
    ).run({ key, tag, score });
  }
}

function say(db: Connection, saidBy: "person" | "withdrawn", key: ImageKey, tag: string): void {
  db.statement(
    `INSERT INTO tags (image, tag, said_by, score) VALUES (?, ?, ?, 1)
    ON CONFLICT (image, tag) DO UPDATE SET said_by = excluded.said_by, score = 1`,
  ).run(key, tag, saidBy);
}

/** Most used first. */
function tagSummaries(db: Connection, scope: Scope | undefined): TagSummary[] {
  const query = scope && !isEverything(scope) ? scopeQuery(scope) : undefined;
  const inside = query
    ? `image IN (SELECT image FROM (${query.placements}) WHERE image IS NOT NULL AND ${query.image})`
    : "TRUE";
  return db
    .statement<TagSummary>(
      `SELECT tag, sum(said_by = 'person') AS byPerson, sum(said_by = 'model') AS byModel FROM tags
      WHERE said_by <> 'withdrawn' AND ${inside} GROUP BY tag ORDER BY count(*) DESC, tag`,
    )
    .all(query?.parameters ?? {});
}
