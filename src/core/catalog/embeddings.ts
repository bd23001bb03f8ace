import { setImmediate as nextTurn } from "node:timers/promises";
import { WHOLE } from "../part.ts";
import type { CatalogImage, Change, EmbeddingStore, ImageKey, StoredEmbedding } from "../ports.ts";
import type { Embedding, EmbeddingSpace, Scope } from "../types.ts";
import { decodeVector, encodeVector } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { totals } from "./counts.ts";
import { requireKey } from "./image-keys.ts";
import { readImages } from "./image-rows.ts";
import { putPart, readParts } from "./part-embeddings.ts";
import { type RowRange, slices } from "./row-ranges.ts";
import { damaged } from "./storage-error.ts";
import type { VisibleKeys } from "./visible-keys.ts";

const EMBEDDINGS_PER_BATCH = 1024;
const COMPARED_PER_STEP = 2048;
const DROPPED_PER_STEP = 512;

interface VectorRow {
  readonly key: ImageKey;
  readonly vector: Buffer;
}

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
    read: (space, keys) => (keys ? chosen(db, space, keys) : all(db, space)),
    readParts: (space, keys) => readParts(db, space, keys),
    count: (space) => db.read(() => count(db, space)),
    keys: (space) => embeddedKeys(db, space),
    countMissing: (space, scope) => countMissing(db, visible, space, scope),
    missing: (space, after, limit) => unembedded(db, space, after, limit),
    spaces: () => db.read(() => spaces(db)),
    otherSpaces: (space) => db.read(() => otherSpaces(db, space)),
    keysOnlyIn: (space, other, keys) => embeddedOnlyIn(db, { space, other }, keys),
    countOnlyIn: async (space, other, scope) => {
      const keys = await embeddedOnlyIn(db, { space, other }, undefined);
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
    latestSeq: (space) => db.read(() => latestSeq(db, findSpace(db, space))),
    changesSince: (space, seq, limit) => db.read(() => changesSince(db, { space, seq, limit })),
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

function replaceEmbedding(db: Connection, space: number, key: ImageKey, embedding: Embedding): void {
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

async function* all(db: Connection, name: EmbeddingSpace): AsyncIterable<readonly StoredEmbedding[]> {
  for (let after = 0; ; ) {
    const rows = await db.read(() =>
      db
        .statement<VectorRow>(
          `SELECT image AS key, vector FROM embeddings
          WHERE space = (SELECT id FROM spaces WHERE name = ?) AND image > ? ORDER BY image LIMIT ?`,
        )
        .all(name, after, EMBEDDINGS_PER_BATCH),
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.key;
    yield rows.map(stored);
    await nextTurn();
  }
}

async function* chosen(
  db: Connection,
  name: EmbeddingSpace,
  keys: readonly ImageKey[],
): AsyncIterable<readonly StoredEmbedding[]> {
  const sorted = [...new Set(keys)].sort((a, b) => a - b);
  for (let start = 0; start < sorted.length; start += EMBEDDINGS_PER_BATCH) {
    const batch = JSON.stringify(sorted.slice(start, start + EMBEDDINGS_PER_BATCH));
    const rows = await db.read(() =>
      db
        .statement<VectorRow>(
          `SELECT image AS key, vector FROM embeddings WHERE space = (SELECT id FROM spaces WHERE name = ?)
          AND image IN (SELECT value FROM json_each(?)) ORDER BY image`,
        )
        .all(name, batch),
    );
    if (rows.length > 0) yield rows.map(stored);
    await nextTurn();
  }
}

const stored = ({ key, vector }: VectorRow): StoredEmbedding => ({ key, embedding: decodeVector(vector) });

function count(db: Connection, name: EmbeddingSpace): number {
  return Number(db.statement("SELECT embedded FROM spaces WHERE name = ?").pluck().get(name) ?? 0);
}

async function embeddedKeys(db: Connection, name: EmbeddingSpace): Promise<ImageKey[]> {
  const range: RowRange = {
    from: "embeddings e",
    prefix: "e.space = (SELECT id FROM spaces WHERE name = @name)",
    order: ["e.image"],
    parameters: { name },
  };
  const keys: ImageKey[] = [];
  for await (const some of slices<ImageKey>(db, range, {
    columns: ["e.image"],
    yielder: new YieldController(),
  }))
    keys.push(...some);
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
  return db.read(() => readImages(db, found.slice(0, limit)));
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

/** In steps, since it may look at every embedding of the space. */
async function embeddedOnlyIn(
  db: Connection,
  names: { readonly space: EmbeddingSpace; readonly other: EmbeddingSpace },
  keys: readonly ImageKey[] | undefined,
): Promise<ImageKey[]> {
  const only: ImageKey[] = [];
  const among = keys === undefined ? "" : "AND image IN (SELECT value FROM json_each(@keys))";
  const parameters = { ...names, limit: COMPARED_PER_STEP, ...(keys && { keys: JSON.stringify(keys) }) };
  for (let after = 0; ; ) {
    const rows = await db.read(() =>
      db
        .statement<{ key: ImageKey; elsewhere: number }>(
          `SELECT image AS key, EXISTS (SELECT 1 FROM embeddings o
            WHERE o.space = (SELECT id FROM spaces WHERE name = @other) AND o.image = e.image) AS elsewhere
          FROM embeddings e WHERE space = (SELECT id FROM spaces WHERE name = @space) AND image > @after ${among}
          ORDER BY image LIMIT @limit`,
        )
        .all({ ...parameters, after }),
    );
    const last = rows.at(-1);
    if (!last) return only;
    only.push(...rows.filter(({ elsewhere }) => !elsewhere).map(({ key }) => key));
    after = last.key;
    await nextTurn();
  }
}

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
  { space: name, seq, limit }: { space: EmbeddingSpace; seq: number; limit: number },
): Change[] | undefined {
  const space = findSpace(db, name);
  // Ahead of the catalog: it was replaced by an older copy of itself.
  if (seq < (space?.forgottenSeq ?? 0) || seq > latestSeq(db, space)) return undefined;
  return db
    .statement<{ seq: number; key: ImageKey; gone: number }>(
      `SELECT seq, image AS key, gone FROM changes INDEXED BY changes_by_space
      WHERE space = ? AND seq > ? ORDER BY seq LIMIT ?`,
    )
    .all(space?.id ?? 0, seq, limit)
    .map((change) => ({ ...change, gone: change.gone === 1 }));
}
