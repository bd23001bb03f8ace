import { foldLabel } from "../fold-label.ts";
import type { ImageKey } from "../ports.ts";
import type { Scope } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { findKey, highestKey } from "./image-keys.ts";
import { KeyBits } from "./key-set.ts";
import { placementStretches } from "./placement-stretches.ts";
import { scopeQuery, seesAllPlacements } from "./scope-query.ts";
import { type Stretch, slices } from "./stretches.ts";

/** Up to this many images are looked up one by one; of more, the scope's placements are gone through. */
const FEW = 20_000;
const LOOKED_UP_AT_ONCE = 500;

/** The images that have a placement in scope and are as it wants them. */
export async function keysInScope(db: Connection, scope: Scope, turns: YieldController): Promise<KeyBits> {
  const { wanted, unwanted } = await imageFilter(db, scope, turns);
  const inside = new KeyBits(await highestKey(db));
  const take = (keys: readonly ImageKey[]) => {
    for (const key of keys) if (isWanted(key, { wanted, unwanted })) inside.add(key);
  };
  if (wanted && wanted.size <= FEW) {
    for await (const keys of visibleAmong(db, wanted, scope, turns)) take(keys);
    return inside;
  }
  for (const stretch of seesAllPlacements(scope) ? [EVERY_IMAGE] : placementStretches(scope)) {
    for await (const keys of slices<ImageKey>(db, stretch, { columns: [stretch.image], turns })) take(keys);
  }
  return inside;
}

/** Each has a placement. */
const EVERY_IMAGE: Stretch & { image: string } = {
  from: "images i",
  image: "i.key",
  range: "TRUE",
  order: ["i.key"],
  parameters: {},
};

/** What a scope wants of an image itself, wherever it was seen. */
export interface ImageFilter {
  readonly wanted: KeyBits | undefined;
  readonly unwanted: KeyBits | undefined;
}

export const isWanted = (key: ImageKey, { wanted, unwanted }: ImageFilter): boolean =>
  (wanted?.has(key) ?? true) && !unwanted?.has(key);

export async function imageFilter(
  db: Connection,
  scope: Scope,
  turns: YieldController,
): Promise<ImageFilter> {
  const { tags = [], notTags = [], ids } = scope;
  let wanted = ids && (await keysOfIds(db, ids, turns));
  for (const tag of new Set(tags.map(foldLabel))) wanted = both(wanted, await tagged(db, [tag], turns));
  return { wanted, unwanted: notTags.length > 0 ? await tagged(db, notTags, turns) : undefined };
}

async function keysOfIds(db: Connection, ids: readonly string[], turns: YieldController): Promise<KeyBits> {
  const keys = new KeyBits();
  for (let start = 0; start < ids.length; start += LOOKED_UP_AT_ONCE) {
    const some = ids.slice(start, start + LOOKED_UP_AT_ONCE);
    keys.addAll(await db.read(() => some.flatMap((id) => findKey(db, id) ?? [])));
    await turns.yieldIfDue();
  }
  return keys;
}

/** Images that carry any of these tags, in any spelling. */
async function tagged(db: Connection, tags: readonly string[], turns: YieldController): Promise<KeyBits> {
  const keys = new KeyBits(await highestKey(db));
  for (const tag of await spellingsOf(db, tags)) {
    for (const source of ["user", "model"] as const) {
      const stretch = tagStretch(tag, source);
      for await (const some of slices<ImageKey>(db, stretch, { columns: ["t.image"], turns }))
        keys.addAll(some);
    }
  }
  return keys;
}

/** Tags in use that are these but for their case. */
async function spellingsOf(db: Connection, tags: readonly string[]): Promise<string[]> {
  const folded = new Set(tags.map(foldLabel));
  const used = await db.read(() =>
    db.statement<string>("SELECT DISTINCT tag FROM tag_tallies").pluck().all(),
  );
  return used.filter((tag) => folded.has(foldLabel(tag)));
}

export const tagStretch = (tag: string, source: "user" | "model"): Stretch => ({
  from: "tags t",
  range: "t.tag = @tag AND t.source = @source",
  order: ["t.image"],
  parameters: { tag, source },
});

function both(a: KeyBits | undefined, b: KeyBits): KeyBits {
  if (a === undefined) return b;
  const keys = new KeyBits();
  for (const key of a) if (b.has(key)) keys.add(key);
  return keys;
}

async function* visibleAmong(
  db: Connection,
  keys: Iterable<ImageKey>,
  scope: Scope,
  turns: YieldController,
): AsyncIterable<ImageKey[]> {
  const asked = [...keys];
  for (let start = 0; start < asked.length; start += LOOKED_UP_AT_ONCE) {
    const some = asked.slice(start, start + LOOKED_UP_AT_ONCE);
    yield await db.read(() => visible(db, some, scope));
    await turns.yieldIfDue();
  }
}

/** Which of these images the scope shows, in the order asked. */
function visible(db: Connection, keys: readonly ImageKey[], scope: Scope): ImageKey[] {
  const { parameters } = scopeQuery(scope);
  return db
    .statement<ImageKey>(
      `SELECT i.key FROM json_each(@keys) a JOIN images i ON i.key = a.value
      WHERE ${isVisible(scope)} ORDER BY a.key`,
    )
    .pluck()
    .all({ ...parameters, keys: JSON.stringify(keys) });
}

/** Condition on a row `i` of images. */
export function isVisible(scope: Scope): string {
  const { file, post, image } = scopeQuery(scope);
  const placed = `EXISTS (SELECT 1 FROM files f WHERE f.image = i.key AND ${file})
      OR EXISTS (SELECT 1 FROM posts p WHERE p.image = i.key AND ${post})`;
  return seesAllPlacements(scope) ? image : `(${placed}) AND ${image}`;
}
