import type { ImageKey, TagDecision, TagStore } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageId, ImageTag, Scope, TagState, TagSummary } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { carriedWords } from "./carried-words.ts";
import type { Connection } from "./connection/connection.ts";
import { findKey, requireKey } from "./image-keys.ts";
import type { KeyBits } from "./scope/key-set.ts";
import { hiddenTagRange, spellingsOf, tagRange } from "./scope/keys-in-scope.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";
import type { VisibleKeys } from "./scope/visible-keys.ts";
import { type RowSource, sourceOf, stateOf, strengthOf, summariesOf, type TagTally } from "./tag-sources.ts";

export function tagStore(db: Connection, visible: VisibleKeys): TagStore {
  return {
    setFromModel: (tagged) =>
      db.write(() => {
        for (const { key, tags } of tagged) setModelTags(db, key, tags);
      }),
    put: (id, tag) => db.write(() => setTagSource(db, "user", requireKey(db, id), tag)),
    reject: (id, tag) => db.write(() => setTagSource(db, "rejected", requireKey(db, id), tag)),
    putAll: (ids, tag) => inSteps(ids, (some) => db.write(() => putAll(db, some, tag))),
    ...carriedWords(db),
    rename: (from, to) => untilDone(db, () => rename(db, from, to)),
    remove: (tag) => untilDone(db, () => remove(db, tag)),
    summaries: (scope) => tagSummaries(db, visible, scope ?? ENTIRE_LIBRARY),
    replace: (id, tag, state) => db.write(() => replace(db, id, { tag, state })),
    said: (tag, scope) => said(db, tag, scope),
  };
}

function setModelTags(db: Connection, key: ImageKey, tags: readonly Omit<ImageTag, "by">[]): void {
  db.statement("DELETE FROM tags WHERE image = ? AND source = 'model'").run(key);
  db.statement("UPDATE tags SET model_score = NULL WHERE image = ? AND model_score IS NOT NULL").run(key);
  for (const { tag, score } of tags) {
    // An image erased meanwhile is skipped; a tag that a user set or rejected is kept, and so is one of a file.
    db.statement(
      `INSERT INTO tags (image, tag, source, score) SELECT key, @tag, 'model', @score FROM images WHERE key = @key
      ON CONFLICT (image, tag) DO UPDATE SET model_score = excluded.score WHERE source = 'file'`,
    ).run({ key, tag, score });
  }
}

function setTagSource(db: Connection, source: "user" | "rejected", key: ImageKey, tag: string): void {
  db.statement(
    `INSERT INTO tags (image, tag, source, score) VALUES (?, ?, ?, 1)
    ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = 1`,
  ).run(key, tag, source);
}

/** Images in one write, which blocks every other writer. */
const IMAGES_AT_ONCE = 256;

async function inSteps<Item>(
  items: readonly Item[],
  write: (some: readonly Item[]) => Promise<number>,
): Promise<number> {
  const yielder = new YieldController();
  let count = 0;
  for (let start = 0; start < items.length; start += IMAGES_AT_ONCE) {
    count += await write(items.slice(start, start + IMAGES_AT_ONCE));
    await yielder.yieldIfDue();
  }
  return count;
}

/** Repeats a step that returns how many images it changed, at most IMAGES_AT_ONCE, until none is left. */
async function untilDone(db: Connection, step: () => { images: number; carried: number }): Promise<number> {
  const yielder = new YieldController();
  for (let count = 0; ; ) {
    const { images, carried } = await db.write(step);
    count += carried;
    if (images < IMAGES_AT_ONCE) return count;
    await yielder.yieldIfDue();
  }
}

function putAll(db: Connection, ids: readonly ImageId[], tag: string): number {
  const source = db.statement<string>("SELECT source FROM tags WHERE image = ? AND tag = ?").pluck();
  const keys = ids.flatMap((id) => findKey(db, id) ?? []).filter((key) => source.get(key, tag) !== "user");
  for (const key of keys) setTagSource(db, "user", key, tag);
  return keys.length;
}

function replace(
  db: Connection,
  id: ImageId,
  { tag, state }: { tag: string; state: TagState | undefined },
): TagState | undefined {
  const key = requireKey(db, id);
  const before = db
    .statement<{ source: RowSource; score: number }>(
      "SELECT source, score FROM tags WHERE image = ? AND tag = ?",
    )
    .get(key, tag);
  const carried = db.statement("SELECT 1 FROM carried_tags WHERE image = ? AND tag = ?").get(key, tag);
  const isSaid = state?.by === "person" || state?.by === "rejected";
  if (carried && !isSaid)
    db.statement(
      `UPDATE tags SET source = 'file', score = 1, model_score = coalesce(?, model_score)
      WHERE image = ? AND tag = ?`,
    ).run(state?.by === "model" ? state.score : null, key, tag);
  else if (state === undefined || state.by === "file")
    db.statement("DELETE FROM tags WHERE image = ? AND tag = ?").run(key, tag);
  else
    db.statement(
      `INSERT INTO tags (image, tag, source, score) VALUES (?, ?, ?, ?)
      ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = excluded.score`,
    ).run(key, tag, sourceOf(state.by), state.score);
  return before && stateOf(before);
}

const SAID_BY: readonly RowSource[] = ["rejected", "user", "file"];

/** Of two spellings on one image, a withdrawal counts. */
async function* said(db: Connection, tag: string, scope: Scope): AsyncIterable<TagDecision[]> {
  const yielder = new YieldController();
  const before = new Set<ImageKey>();
  const spellings = await spellingsOf(db, [tag]);
  for (const source of SAID_BY)
    for (const spelled of spellings) {
      const range = tagRange(spelled, source, scope);
      for await (const keys of slices<ImageKey>(db, range, { columns: ["t.image"], yielder })) {
        const fresh = keys.filter((key) => !before.has(key));
        for (const key of fresh) before.add(key);
        yield fresh.map((key) => ({ key, isRight: source !== "rejected" }));
      }
    }
}

function rename(db: Connection, tag: string, to: string) {
  const rows = tagged(db, tag);
  const keys = JSON.stringify(rows.map(({ image }) => image));
  db.statement(
    `INSERT INTO tags (image, tag, source, score, model_score)
      SELECT image, @to, source, score, model_score FROM tags
      WHERE tag = @tag AND image IN (SELECT value FROM json_each(@keys))
    ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = excluded.score,
        model_score = CASE source WHEN 'model' THEN score ELSE model_score END
      WHERE ${strengthOf("excluded.source")} > ${strengthOf("tags.source")}`,
  ).run({ tag, to, keys });
  db.statement(
    `INSERT INTO carried_tags (file, image, tag) SELECT file, image, @to FROM carried_tags
      WHERE tag = @tag AND image IN (SELECT value FROM json_each(@keys))
    ON CONFLICT (file, tag) DO NOTHING`,
  ).run({ tag, to, keys });
  return erased(db, tag, rows);
}

const remove = (db: Connection, tag: string) => erased(db, tag, tagged(db, tag));

interface TaggedRow {
  readonly image: ImageKey;
  readonly source: RowSource;
}

const tagged = (db: Connection, tag: string) =>
  db
    .statement<TaggedRow>(
      `SELECT image, source FROM tags WHERE tag = ? ORDER BY source, image LIMIT ${IMAGES_AT_ONCE}`,
    )
    .all(tag);

function erased(db: Connection, tag: string, rows: readonly TaggedRow[]) {
  const keys = JSON.stringify(rows.map(({ image }) => image));
  // What files carry first: the tag that follows from it goes along, or is the model's again.
  for (const table of ["carried_tags", "tags"])
    db.statement(`DELETE FROM ${table} WHERE tag = ? AND image IN (SELECT value FROM json_each(?))`).run(
      tag,
      keys,
    );
  return { images: rows.length, carried: rows.filter(({ source }) => source !== "rejected").length };
}

async function tagSummaries(db: Connection, visible: VisibleKeys, scope: Scope): Promise<TagSummary[]> {
  const tallies = await db.read(() => tagTallies(db));
  const within = await visible.unlessAll(scope);
  if (!within) return summariesOf(tallies);
  const yielder = new YieldController();
  const counted: TagTally[] = [];
  for (const { tag, source } of tallies) {
    const count = (range: RowRange) => countTagged(db, range, within, yielder);
    counted.push({ tag, source, images: await count(tagRange(tag, source, scope)) });
    if (source === "file")
      counted.push({ tag, source: "model", images: await count(hiddenTagRange(tag, scope)) });
  }
  return summariesOf(counted);
}

const tagTallies = (db: Connection) =>
  db
    .statement<TagTally>(
      "SELECT tag, source, images FROM tag_tallies WHERE source <> 'rejected' ORDER BY tag",
    )
    .all();

async function countTagged(
  db: Connection,
  range: RowRange,
  within: KeyBits,
  yielder: YieldController,
): Promise<number> {
  let count = 0;
  for await (const keys of slices<ImageKey>(db, range, { columns: ["t.image"], yielder })) {
    for (const key of keys) if (within.has(key)) count++;
  }
  return count;
}
