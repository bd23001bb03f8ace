import type { ImageKey, TagStore } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageTag, Scope, TagSummary } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { requireKey } from "./image-keys.ts";
import type { KeyBits } from "./key-set.ts";
import { tagRange } from "./keys-in-scope.ts";
import { type RowRange, slices } from "./row-ranges.ts";
import type { VisibleKeys } from "./visible-keys.ts";

export function tagStore(db: Connection, visible: VisibleKeys): TagStore {
  return {
    setFromModel: (tagged) =>
      db.write(() => {
        for (const { key, tags } of tagged) setModelTags(db, key, tags);
      }),
    put: (id, tag) => db.write(() => setTagSource(db, "user", requireKey(db, id), tag)),
    reject: (id, tag) => db.write(() => setTagSource(db, "rejected", requireKey(db, id), tag)),
    summaries: (scope) => tagSummaries(db, visible, scope ?? ENTIRE_LIBRARY),
  };
}

function setModelTags(db: Connection, key: ImageKey, tags: readonly Omit<ImageTag, "by">[]): void {
  db.statement("DELETE FROM tags WHERE image = ? AND source = 'model'").run(key);
  for (const { tag, score } of tags) {
    // An image erased meanwhile is skipped; a tag that a user set or rejected is kept.
    db.statement(
      `INSERT INTO tags (image, tag, source, score) SELECT key, @tag, 'model', @score FROM images WHERE key = @key
      ON CONFLICT (image, tag) DO NOTHING`,
    ).run({ key, tag, score });
  }
}

function setTagSource(db: Connection, source: "user" | "rejected", key: ImageKey, tag: string): void {
  db.statement(
    `INSERT INTO tags (image, tag, source, score) VALUES (?, ?, ?, 1)
    ON CONFLICT (image, tag) DO UPDATE SET source = excluded.source, score = 1`,
  ).run(key, tag, source);
}

/** Most used first. */
async function tagSummaries(db: Connection, visible: VisibleKeys, scope: Scope): Promise<TagSummary[]> {
  const tallies = await db.read(() => tagTallies(db));
  const within = await visible.unlessAll(scope);
  const yielder = new YieldController();
  const summaries = new Map<string, TagSummary>();
  for (const { tag, source, images } of tallies) {
    const { byPerson, byModel } = summaries.get(tag) ?? { byPerson: 0, byModel: 0 };
    const count = within ? await countTagged(db, tagRange(tag, source), within, yielder) : images;
    summaries.set(
      tag,
      source === "user"
        ? { tag, byPerson: byPerson + count, byModel }
        : { tag, byPerson, byModel: byModel + count },
    );
  }
  const uses = ({ byPerson, byModel }: TagSummary) => byPerson + byModel;
  return [...summaries.values()].filter((tag) => uses(tag) > 0).sort((a, b) => uses(b) - uses(a));
}

const tagTallies = (db: Connection) =>
  db
    .statement<{ tag: string; source: "user" | "model"; images: number }>(
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
