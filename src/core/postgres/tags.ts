import {
  type RowSource,
  sourceOf,
  stateOf,
  strengthOf,
  summariesOf,
  type TagTally,
} from "../catalog/tag-sources.ts";
import { foldLabel } from "../fold-case.ts";
import type { ImageKey, TagDecision, TagStore } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageId, Scope, TagState } from "../types.ts";
import { carriedWords } from "./carried-words.ts";
import type { Connection, Session } from "./connection.ts";
import { lockedKeysOf, requireKey } from "./image-keys.ts";
import { isEverything, scopeConditions } from "./scope-conditions.ts";
import { seenTags } from "./seen-tags.ts";
import { shownImages } from "./shown-images.ts";
import { nameTags } from "./texts.ts";
import { Values } from "./values.ts";

export function tagStore(db: Connection): TagStore {
  return {
    setFromModel: (tagged) => db.write((session) => setFromModel(session, tagged)),
    put: (id, tag) => db.write((session) => setSource(session, "user", id, tag)),
    reject: (id, tag) => db.write((session) => setSource(session, "rejected", id, tag)),
    putAll: (ids, tag) => inSteps(ids, (some) => db.write((session) => putAll(session, some, tag))),
    ...carriedWords(db),
    rename: (from, to) => untilDone(() => db.write((session) => rename(session, from, to))),
    remove: (tag) =>
      untilDone(() => db.write(async (session) => erased(session, tag, await taggedSome(session, tag)))),
    summaries: async (scope) => summariesOf(await tallies(db, scope ?? ENTIRE_LIBRARY)),
    replace: (id, tag, state) => db.write((session) => replace(session, id, { tag, state })),
    said: (tag, scope) => said(db, tag, scope),
  };
}

async function setFromModel(
  session: Session,
  tagged: Parameters<TagStore["setFromModel"]>[0],
): Promise<void> {
  const images = [...new Set(tagged.map(({ key }) => key))];
  await session.rows("SELECT key FROM images WHERE key = ANY($1::bigint[]) ORDER BY key FOR NO KEY UPDATE", [
    images,
  ]);
  await session.run("DELETE FROM tags WHERE source = 'model' AND image = ANY($1::bigint[])", [images]);
  await session.run(
    "UPDATE tags SET model_score = NULL WHERE model_score IS NOT NULL AND image = ANY($1::bigint[])",
    [images],
  );
  const rows = tagged.flatMap(({ key, tags }) => tags.map((tag) => ({ key, ...tag })));
  // An image erased meanwhile is skipped; a tag that a user set or rejected is kept, and so is one of a file.
  await session.run(
    `INSERT INTO tags (image, tag, folded, source, score) SELECT n.image, n.tag, n.folded, 'model', n.score
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[]) AS n (image, tag, folded, score)
      JOIN images i ON i.key = n.image
    ON CONFLICT (image, tag) DO UPDATE SET model_score = excluded.score WHERE tags.source = 'file'`,
    [
      rows.map(({ key }) => key),
      rows.map(({ tag }) => tag),
      rows.map(({ tag }) => foldLabel(tag)),
      rows.map(({ score }) => score),
    ],
  );
}

async function setSource(
  session: Session,
  source: "user" | "rejected",
  id: ImageId,
  tag: string,
): Promise<void> {
  const key: ImageKey = requireKey(await lockedKeysOf(session, [id]), id);
  await session.run(
    `INSERT INTO tags (image, tag, folded, source, score) VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = 1`,
    [key, tag, foldLabel(tag), source],
  );
  await nameTags(session, key);
}

/** Images in one write. */
const IMAGES_AT_ONCE = 256;

async function inSteps<Item>(
  items: readonly Item[],
  write: (some: readonly Item[]) => Promise<number>,
): Promise<number> {
  let count = 0;
  for (let start = 0; start < items.length; start += IMAGES_AT_ONCE)
    count += await write(items.slice(start, start + IMAGES_AT_ONCE));
  return count;
}

/** Repeats a step that changes at most IMAGES_AT_ONCE images, until none is left. */
async function untilDone(step: () => Promise<{ images: number; carried: number }>): Promise<number> {
  for (let count = 0; ; ) {
    const { images, carried } = await step();
    count += carried;
    if (images < IMAGES_AT_ONCE) return count;
  }
}

async function putAll(session: Session, ids: readonly ImageId[], tag: string): Promise<number> {
  const keys = [...(await lockedKeysOf(session, ids)).values()];
  const changed = await session.rows<{ image: ImageKey }>(
    `INSERT INTO tags (image, tag, folded, source, score) SELECT key, $2, $3, 'user', 1 FROM unnest($1::bigint[]) AS k (key)
    ON CONFLICT (image, tag) DO UPDATE SET source = 'user', score = 1 WHERE tags.source <> 'user' RETURNING image`,
    [keys, tag, foldLabel(tag)],
  );
  for (const { image } of changed) await nameTags(session, image);
  return changed.length;
}

async function replace(
  session: Session,
  id: ImageId,
  { tag, state }: { tag: string; state: TagState | undefined },
): Promise<TagState | undefined> {
  const key: ImageKey = requireKey(await lockedKeysOf(session, [id]), id);
  const [before] = await session.rows<{ source: RowSource; score: number }>(
    "SELECT source, score FROM tags WHERE image = $1 AND tag = $2",
    [key, tag],
  );
  const [carried] = await session.rows(
    "SELECT 1 AS file FROM carried_tags WHERE image = $1 AND tag = $2 LIMIT 1",
    [key, tag],
  );
  const isSaid = state?.by === "person" || state?.by === "rejected";
  if (carried && !isSaid)
    await session.run(
      `UPDATE tags SET source = 'file', score = 1, model_score = coalesce($3, model_score)
      WHERE image = $1 AND tag = $2`,
      [key, tag, state?.by === "model" ? state.score : null],
    );
  else if (state === undefined || state.by === "file")
    await session.run("DELETE FROM tags WHERE image = $1 AND tag = $2", [key, tag]);
  else
    await session.run(
      `INSERT INTO tags (image, tag, folded, source, score) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = excluded.score`,
      [key, tag, foldLabel(tag), sourceOf(state.by), state.score],
    );
  await nameTags(session, key);
  return before && stateOf(before);
}

const SAID_AT_ONCE = 5000;

/** Of two spellings on one image, a withdrawal counts. */
async function* said(db: Connection, tag: string, scope: Scope): AsyncIterable<TagDecision[]> {
  for (let after: ImageKey = -1; ; ) {
    const values = new Values();
    const { carried } = scopeConditions(scope, values);
    const rows = await db.rows<{ image: ImageKey; right: boolean }>(
      `SELECT t.image, bool_and(t.source <> 'rejected') AS "right" FROM tags t
      WHERE t.folded = ${values.bind(foldLabel(tag))} AND t.source <> 'model' AND t.image > ${values.bind(after)}
        AND (t.source <> 'file' OR ${carried()})
      GROUP BY t.image ORDER BY t.image LIMIT ${SAID_AT_ONCE}`,
      values.list,
    );
    if (rows.length > 0) yield rows.map(({ image, right }) => ({ key: image, isRight: right }));
    if (rows.length < SAID_AT_ONCE) return;
    after = rows.at(-1)?.image ?? after;
  }
}

interface TaggedRow {
  readonly image: ImageKey;
  readonly source: RowSource;
}

/** Some of those that carry or rejected it, locked. */
async function taggedSome(session: Session, tag: string): Promise<TaggedRow[]> {
  return session.rows<TaggedRow>(
    `SELECT t.image, t.source FROM tags t JOIN images i ON i.key = t.image WHERE t.folded = $1 AND t.tag = $2
    ORDER BY t.image LIMIT ${IMAGES_AT_ONCE} FOR NO KEY UPDATE OF i`,
    [foldLabel(tag), tag],
  );
}

async function rename(session: Session, tag: string, to: string) {
  const rows = await taggedSome(session, tag);
  await session.run(
    `INSERT INTO tags (image, tag, folded, source, score, model_score)
      SELECT image, $2, $3, source, score, model_score FROM tags WHERE tag = $1 AND image = ANY($4::bigint[])
    ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = excluded.score,
        model_score = CASE tags.source WHEN 'model' THEN tags.score ELSE tags.model_score END
      WHERE ${strengthOf("excluded.source")} > ${strengthOf("tags.source")}`,
    [tag, to, foldLabel(to), rows.map(({ image }) => image)],
  );
  await session.run(
    `INSERT INTO carried_tags (file, image, tag)
      SELECT file, image, $2 FROM carried_tags WHERE tag = $1 AND image = ANY($3::bigint[])
    ON CONFLICT DO NOTHING`,
    [tag, to, rows.map(({ image }) => image)],
  );
  return erased(session, tag, rows);
}

async function erased(session: Session, tag: string, rows: readonly TaggedRow[]) {
  // What files carry first: the tag that follows from it goes along, or is the model's again.
  for (const table of ["carried_tags", "tags"])
    await session.run(`DELETE FROM ${table} WHERE tag = $1 AND image = ANY($2::bigint[])`, [
      tag,
      rows.map(({ image }) => image),
    ]);
  for (const { image } of rows) await nameTags(session, image);
  return { images: rows.length, carried: rows.filter(({ source }) => source !== "rejected").length };
}

function tallies(db: Connection, scope: Scope): Promise<TagTally[]> {
  if (isEverything(scope))
    return db.rows<TagTally>(
      `SELECT s.* FROM (
        SELECT split_part(name, ':', 2) AS source, substr(name, 1 + length('tag:' || split_part(name, ':', 2) || ':')) AS tag,
          sum(total)::bigint AS images
        FROM tallies WHERE name LIKE 'tag:user:%' OR name LIKE 'tag:file:%' OR name LIKE 'tag:model:%'
        GROUP BY name HAVING sum(total) > 0
      ) s ORDER BY s.tag COLLATE "C", s.source`,
    );
  const values = new Values();
  return db.rows<TagTally>(
    `SELECT s.tag, s.source, count(*) AS images
      FROM (${seenTags(scopeConditions(scope, values).carried(), `t.image IN (${shownImages(scope, values)})`)}) s
      GROUP BY s.tag, s.source ORDER BY s.tag COLLATE "C"`,
    values.list,
  );
}
