import { setImmediate as nextTurn } from "node:timers/promises";
import { WHOLE } from "../part.ts";
import type {
  CatalogImage,
  ChangeBatch,
  ChangeToken,
  EmbeddingStore,
  ImageKey,
  StoredEmbedding,
} from "../ports.ts";
import type { Embedding, EmbeddingSpace, Scope } from "../types.ts";
import { decodeVector, encodeVector } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";
import { damaged } from "./connection/storage-error.ts";
import { requireKey } from "./image-keys.ts";
import { readImages } from "./image-rows.ts";
import { putPart, readParts } from "./part-embeddings.ts";
import { totals } from "./scope/counts.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";
import type { VisibleKeys } from "./scope/visible-keys.ts";

const EMBEDDINGS_PER_BATCH = 1024;
const DROPPED_PER_STEP = 512;

type VectorRow = readonly [key: ImageKey, vector: Buffer];

interface SpaceRow {
  readonly id: number;
  /** Null in a space that was dropped. */
  readonly dimensions: number | null;
  readonly forgottenSeq: number;
}

export function embeddingStore(db: Connection, visible: VisibleKeys): EmbeddingStore {
  return {
    put: (space, added) =>
      db.write(() => {
        for (const { id, embedding, part = WHOLE } of added) {
          const at = { space: spaceFor(db, space, embedding), key: requireKey(db, id), part };
          if (part.kind === "whole") replaceEmbedding(db, at.space, at.key, embedding);
          else putPart(db, at, embedding);
        }
      }),
    read: (space, keys) => readEmbeddings(db, space, keys),
    readParts: (space, keys) => readParts(db, space, keys),
    count: (space) => db.read(() => count(db, space)),
    keys: (space) => embeddedKeys(db, embeddedIn(space)),
    countMissing: (space, scope) => countMissing(db, visible, space, scope),
    missing: (space, after, limit) => unembedded(db, space, after, limit),
    spaces: () => db.read(() => spaces(db)),
    otherSpaces: (space) => db.read(() => otherSpaces(db, space)),
    keysOnlyIn: (space, other, keys) => embeddedKeys(db, embeddedOnlyIn(space, other), keys),
    countOnlyIn: async (space, other, scope) => {
      const keys = await embeddedKeys(db, embeddedOnlyIn(space, other));
      const within = await visible.unlessAll(scope);
      return within ? keys.filter((key) => within.has(key)).length : keys.length;
    },
    dropSpace: (space) => dropSpace(db, space),
    activeModel: () => db.read(() => activeModel(db)),
    setActiveModel: (model, space) =>
      db.write(() => {
        db.statement("INSERT OR REPLACE INTO active_model (one, model, space) VALUES (1, ?, ?)").run(
          model,
          space,
        );
      }),
    changeToken: (space) => db.read(() => String(latestSeq(db, findSpace(db, space)))),
    changesSince: (space, token, limit) => db.read(() => changesSince(db, space, token, limit)),
  };
}

interface ActiveModelRow {
  readonly model: string;
  readonly space: EmbeddingSpace;
}

/** The library opens this model, so the value is checked against what the table allows. */
function activeModel(db: Connection): ActiveModelRow | undefined {
  const row = db.statement<ActiveModelRow>("SELECT model, space FROM active_model").get();
  if (row && (typeof row.model !== "string" || typeof row.space !== "string")) {
    throw damaged(db.path, "active_model holds no names");
  }
  return row;
}

/** The space's number, assigned on first use. @throws RangeError when its vectors have another length. */
export function spaceFor(db: Connection, name: EmbeddingSpace, embedding: Embedding): number {
  const known = findSpace(db, name);
  if (!known) {
    return Number(
      db.statement("INSERT INTO spaces (name, dimensions) VALUES (?, ?)").run(name, embedding.length)
        .lastInsertRowid,
    );
  }
  if (known.dimensions === null) {
    db.statement("UPDATE spaces SET dimensions = ? WHERE id = ?").run(embedding.length, known.id);
  } else if (known.dimensions !== embedding.length) {
    throw new RangeError(`${name} has ${known.dimensions} dimensions, this embedding ${embedding.length}`);
  }
  return known.id;
}

/** Keeps an existing embedding. */
export function addEmbedding(db: Connection, space: number, key: ImageKey, embedding: Embedding): void {
  db.statement("INSERT INTO embeddings (space, image, vector) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").run(
    space,
    key,
    encodeVector(embedding),
  );
}

export function replaceEmbedding(db: Connection, space: number, key: ImageKey, embedding: Embedding): void {
  db.statement(
    `INSERT INTO embeddings (space, image, vector) VALUES (?, ?, ?)
    ON CONFLICT (space, image) DO UPDATE SET vector = excluded.vector`,
  ).run(space, key, encodeVector(embedding));
}

function findSpace(db: Connection, name: EmbeddingSpace): SpaceRow | undefined {
  return db
    .statement<SpaceRow>("SELECT id, dimensions, forgotten_seq AS forgottenSeq FROM spaces WHERE name = ?")
    .get(name);
}

async function* readEmbeddings(
  db: Connection,
  name: EmbeddingSpace,
  keys: readonly ImageKey[] | undefined,
): AsyncIterable<readonly StoredEmbedding[]> {
  const range = { ...embeddedIn(name), rows: EMBEDDINGS_PER_BATCH };
  for await (const rows of rowsOf<VectorRow>(db, range, ["e.image", "e.vector"], keys)) {
    yield rows.map(([key, vector]) => ({ key, embedding: decodeVector(vector) }));
  }
}

/** The rows of the range, or those of these images; ascending. */
async function* rowsOf<Row>(
  db: Connection,
  range: RowRange,
  columns: readonly string[],
  keys: readonly ImageKey[] | undefined,
): AsyncIterable<Row[]> {
  const reading = { columns, yielder: new YieldController() };
  if (!keys) return yield* slices<Row>(db, range, reading);
  const sorted = [...new Set(keys)].sort((a, b) => a - b);
  for (let start = 0; start < sorted.length; start += EMBEDDINGS_PER_BATCH) {
    const batch = sorted.slice(start, start + EMBEDDINGS_PER_BATCH);
    const requested = {
      ...range,
      prefix: `${range.prefix} AND e.image IN (SELECT value FROM json_each(@keys))`,
      parameters: { ...range.parameters, keys: JSON.stringify(batch) },
    };
    yield* slices<Row>(db, requested, reading);
  }
}

/** Rows `e` of the images with an embedding in the space. */
const embeddedIn = (name: EmbeddingSpace): RowRange => ({
  from: "embeddings e",
  prefix: "e.space = (SELECT id FROM spaces WHERE name = @name)",
  order: ["e.image"],
  parameters: { name },
});

function count(db: Connection, name: EmbeddingSpace): number {
  return Number(db.statement("SELECT embedded FROM spaces WHERE name = ?").pluck().get(name) ?? 0);
}

async function embeddedKeys(
  db: Connection,
  range: RowRange,
  among?: readonly ImageKey[],
): Promise<ImageKey[]> {
  const keys: ImageKey[] = [];
  for await (const some of rowsOf<ImageKey>(db, range, ["e.image"], among)) keys.push(...some);
  return keys;
}

async function countMissing(
  db: Connection,
  visible: VisibleKeys,
  name: EmbeddingSpace,
  scope: Scope,
): Promise<number> {
  const within = await visible.unlessAll(scope);
  if (!within) return db.read(() => totals(db).images - count(db, name));
  let missing = 0;
  for await (const keys of missingKeys(db, name, 0)) missing += keys.filter((key) => within.has(key)).length;
  return missing;
}

function missingKeys(db: Connection, name: EmbeddingSpace, after: ImageKey): AsyncIterable<ImageKey[]> {
  const range: RowRange = {
    from: "images i",
    prefix: "TRUE",
    lower: "i.key > @after",
    order: ["i.key"],
    where: `NOT EXISTS (SELECT 1 FROM embeddings e
      WHERE e.space = (SELECT id FROM spaces WHERE name = @name) AND e.image = i.key)`,
    parameters: { after, name },
  };
  return slices<ImageKey>(db, range, { columns: ["i.key"], yielder: new YieldController() });
}

async function unembedded(
  db: Connection,
  name: EmbeddingSpace,
  after: ImageKey,
  limit: number,
): Promise<CatalogImage[]> {
  const found: ImageKey[] = [];
  for await (const keys of missingKeys(db, name, after)) {
    found.push(...keys);
    if (found.length >= limit) break;
  }
  return readImages(db, found.slice(0, limit));
}

function spaces(db: Connection): { space: EmbeddingSpace; images: number }[] {
  return db
    .statement<{ space: EmbeddingSpace; images: number }>(
      "SELECT name AS space, embedded AS images FROM spaces WHERE embedded > 0 ORDER BY name",
    )
    .all();
}

function otherSpaces(db: Connection, name: EmbeddingSpace): EmbeddingSpace[] {
  return db
    .statement<EmbeddingSpace>(
      `SELECT name FROM spaces WHERE name <> ? AND EXISTS (SELECT 1 FROM embeddings WHERE space = spaces.id)
      ORDER BY id DESC`,
    )
    .pluck()
    .all(name);
}

/** Rows `e` of the images with an embedding in the space and none in the other. */
const embeddedOnlyIn = (name: EmbeddingSpace, other: EmbeddingSpace): RowRange => ({
  ...embeddedIn(name),
  where: `NOT EXISTS (SELECT 1 FROM embeddings o
    WHERE o.space = (SELECT id FROM spaces WHERE name = @other) AND o.image = e.image)`,
  parameters: { name, other },
});

/** The row of the space stays, so that indexes of the old vectors detect that they must reload everything. */
async function dropSpace(db: Connection, name: EmbeddingSpace): Promise<void> {
  while ((await db.write(() => dropSome(db, name))) === DROPPED_PER_STEP) await nextTurn();
}

function dropSome(db: Connection, name: EmbeddingSpace): number {
  const space = findSpace(db, name);
  if (!space) return 0;
  const { changes } = db
    .statement("DELETE FROM embeddings WHERE space = ? LIMIT ?")
    .run(space.id, DROPPED_PER_STEP);
  const step = db.statement("INSERT INTO changes (space, image, gone) VALUES (?, 0, 1)").run(space.id);
  db.statement("DELETE FROM changes WHERE space = ?").run(space.id);
  db.statement("UPDATE spaces SET forgotten_seq = ?, dimensions = NULL WHERE id = ?").run(
    step.lastInsertRowid,
    space.id,
  );
  return changes;
}

/** A token is the number of the last step of the change sequence. */
function latestSeq(db: Connection, space: SpaceRow | undefined): number {
  if (!space) return 0;
  const latest = db
    .statement<number | null>("SELECT max(seq) FROM changes WHERE space = ?")
    .pluck()
    .get(space.id);
  return Math.max(latest ?? 0, space.forgottenSeq);
}

function changesSince(
  db: Connection,
  name: EmbeddingSpace,
  token: ChangeToken,
  limit: number,
): ChangeBatch | undefined {
  const space = findSpace(db, name);
  const seq = Number(token);
  // Ahead of the catalog: it was replaced by an older copy of itself.
  if (!(seq >= (space?.forgottenSeq ?? 0) && seq <= latestSeq(db, space))) return undefined;
  const rows = db
    .statement<{ seq: number; key: ImageKey; gone: number }>(
      `SELECT seq, image AS key, gone FROM changes INDEXED BY changes_by_space
      WHERE space = ? AND seq > ? ORDER BY seq LIMIT ?`,
    )
    .all(space?.id ?? 0, seq, limit);
  return {
    changes: rows.map(({ key, gone }) => ({ key, removed: gone === 1 })),
    token: String(rows.at(-1)?.seq ?? seq),
    more: rows.length === limit,
  };
}
