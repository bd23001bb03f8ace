import { foldLabel } from "../../fold-case.ts";
import type { ImageKey } from "../../ports.ts";
import type { CompanionKind, PictureFilter, Scope } from "../../types.ts";
import type { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";
import { findKey, highestKey } from "../image-keys.ts";
import { type RowSource, TAG_SOURCES } from "../tag-sources.ts";
import { type FactsCondition, factsConditions } from "./facts-query.ts";
import { KeyBits } from "./key-set.ts";
import { placementRanges } from "./placement-ranges.ts";
import { type RowRange, slices } from "./row-ranges.ts";
import { pictureCondition, pictureParameters, scopeQuery, seesAllPlacements } from "./scope-query.ts";

/** Up to this many images are looked up one by one; beyond that, the scope's placements are scanned. */
const FEW = 20_000;
const LOOKED_UP_AT_ONCE = 500;

/** The images that have a placement in scope and pass its filters. */
export async function keysInScope(db: Connection, scope: Scope, yielder: YieldController): Promise<KeyBits> {
  const { wanted, unwanted } = await imageFilter(db, scope, yielder);
  const inside = new KeyBits(await highestKey(db));
  const take = (keys: readonly ImageKey[]) => {
    for (const key of keys) if (isWanted(key, { wanted, unwanted })) inside.add(key);
  };
  if (wanted && wanted.size <= FEW) {
    for await (const keys of visibleAmong(db, wanted, scope, yielder)) take(keys);
    return inside;
  }
  for (const range of seesAllPlacements(scope) ? [EVERY_IMAGE] : placementRanges(scope)) {
    for await (const keys of slices<ImageKey>(db, range, { columns: [range.image], yielder })) take(keys);
  }
  return inside;
}

/** Each has a placement. */
const EVERY_IMAGE: RowRange & { image: string } = {
  from: "images i",
  image: "i.key",
  prefix: "TRUE",
  order: ["i.key"],
  parameters: {},
};

/** A scope's filters on the image itself, whatever its placements. */
export interface ImageFilter {
  readonly wanted: KeyBits | undefined;
  readonly unwanted: KeyBits | undefined;
}

export const isWanted = (key: ImageKey, { wanted, unwanted }: ImageFilter): boolean =>
  (wanted?.has(key) ?? true) && !unwanted?.has(key);

export async function imageFilter(
  db: Connection,
  scope: Scope,
  yielder: YieldController,
): Promise<ImageFilter> {
  const { tags = [], notTags = [], has = [], ids, picture, facts = {} } = scope;
  let wanted = ids && (await keysOfIds(db, ids, yielder));
  if (picture) wanted = both(wanted, await keysOfPictures(db, picture, yielder));
  for (const kind of has) wanted = both(wanted, await keysWithCompanions(db, kind, scope, yielder));
  for (const condition of factsConditions(facts))
    wanted = both(wanted, await keysOfFacts(db, condition, scope, yielder));
  const withAny = (names: readonly string[]) => tagged(db, names, scope, yielder);
  for (const tag of new Set(tags.map(foldLabel))) wanted = both(wanted, await withAny([tag]));
  return { wanted, unwanted: notTags.length > 0 ? await withAny(notTags) : undefined };
}

async function keysOfIds(db: Connection, ids: readonly string[], yielder: YieldController): Promise<KeyBits> {
  const keys = new KeyBits();
  for (let start = 0; start < ids.length; start += LOOKED_UP_AT_ONCE) {
    const some = ids.slice(start, start + LOOKED_UP_AT_ONCE);
    keys.addAll(await db.read(() => some.flatMap((id) => findKey(db, id) ?? [])));
    await yielder.yieldIfDue();
  }
  return keys;
}

/** Along an index that holds all that is asked for, so that no row of an image is read. */
async function keysOfPictures(
  db: Connection,
  picture: PictureFilter,
  yielder: YieldController,
): Promise<KeyBits> {
  const keys = new KeyBits(await highestKey(db));
  const range: RowRange = {
    from: "images i",
    prefix: "TRUE",
    lower: picture.minWidth === undefined ? undefined : "i.width >= @minWidth",
    order: ["i.width", "i.height", "i.format", "i.key"],
    where: pictureCondition(picture),
    parameters: pictureParameters(picture),
  };
  for await (const some of slices<ImageKey>(db, range, { columns: ["i.key"], yielder })) keys.addAll(some);
  return keys;
}

/** Of images with such a companion beside a file that the scope shows, and of raw files that are images themselves. */
async function keysWithCompanions(
  db: Connection,
  kind: CompanionKind,
  scope: Scope,
  yielder: YieldController,
): Promise<KeyBits> {
  const keys = new KeyBits(await highestKey(db));
  const { file, parameters } = scopeQuery(scope);
  const range: RowRange = {
    from: "companions c JOIN files f ON f.path = c.file",
    prefix: "c.kind = @kind",
    order: ["c.file", "c.path"],
    where: file,
    parameters: { ...parameters, kind },
  };
  for await (const some of slices<ImageKey>(db, range, { columns: ["f.image"], yielder })) keys.addAll(some);
  if (kind === "raw")
    for (const key of await keysOfPictures(db, { formats: ["raw"] }, yielder)) keys.add(key);
  return keys;
}

/** Images of which a row of facts that the scope shows, or the name of such a file, says this. */
async function keysOfFacts(
  db: Connection,
  { row, along, file }: FactsCondition,
  scope: Scope,
  yielder: YieldController,
): Promise<KeyBits> {
  const keys = new KeyBits(await highestKey(db));
  const query = scopeQuery(scope);
  const { parameters } = query;
  const rows: RowRange = {
    from: "facts x",
    prefix: "TRUE",
    lower: along?.lower,
    upper: along?.upper,
    order: [...(along ? [along.column] : []), "x.id"],
    where: `${row} AND ${query.facts}`,
    parameters,
  };
  for await (const some of slices<ImageKey>(db, rows, { columns: ["x.image"], yielder })) keys.addAll(some);
  if (file === undefined) return keys;
  const named = {
    from: "files f",
    prefix: "TRUE",
    order: ["f.path"],
    where: `${file} AND (${query.file})`,
    parameters,
  };
  for await (const some of slices<ImageKey>(db, named, { columns: ["f.image"], yielder })) keys.addAll(some);
  return keys;
}

/** Images that have any of these tags, in any spelling; a tag of files counts where the scope shows one that carries it. */
async function tagged(
  db: Connection,
  tags: readonly string[],
  scope: Scope,
  yielder: YieldController,
): Promise<KeyBits> {
  const keys = new KeyBits(await highestKey(db));
  for (const tag of await spellingsOf(db, tags)) {
    for (const range of [
      ...TAG_SOURCES.map((source) => tagRange(tag, source, scope)),
      hiddenTagRange(tag, scope),
    ]) {
      for await (const some of slices<ImageKey>(db, range, { columns: ["t.image"], yielder }))
        keys.addAll(some);
    }
  }
  return keys;
}

/** Tags in use that equal these when case is ignored. */
export async function spellingsOf(db: Connection, tags: readonly string[]): Promise<string[]> {
  const folded = new Set(tags.map(foldLabel));
  const used = await db.read(() =>
    db.statement<string>("SELECT DISTINCT tag FROM tag_tallies").pluck().all(),
  );
  return used.filter((tag) => folded.has(foldLabel(tag)));
}

/** Images with this tag: of one that files carry, those of which the scope shows such a file. */
export function tagRange(tag: string, source: RowSource, scope: Scope): RowRange {
  const range = {
    from: "tags t",
    prefix: "t.tag = @tag AND t.source = @source",
    order: ["t.image"],
    parameters: { tag, source },
  };
  if (source !== "file" || seesAllPlacements(scope)) return range;
  const { carried, parameters } = scopeQuery(scope);
  return { ...range, where: carried, parameters: { ...parameters, ...range.parameters } };
}

/** Images with a tag of files none of which the scope shows, and to which the model gives it too. */
export function hiddenTagRange(tag: string, scope: Scope): RowRange {
  const { where = "TRUE", ...range } = tagRange(tag, "file", scope);
  return { ...range, where: `t.model_score IS NOT NULL AND NOT ${where}` };
}

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
  yielder: YieldController,
): AsyncIterable<ImageKey[]> {
  const requested = [...keys];
  for (let start = 0; start < requested.length; start += LOOKED_UP_AT_ONCE) {
    const some = requested.slice(start, start + LOOKED_UP_AT_ONCE);
    yield await db.read(() => visible(db, some, scope));
    await yielder.yieldIfDue();
  }
}

/** Which of these images the scope shows, in the requested order. */
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
