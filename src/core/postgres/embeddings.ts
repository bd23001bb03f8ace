import { NotFoundError } from "../errors.ts";
import { decodePart, encodePart, WHOLE } from "../part.ts";
import type {
  ChangeBatch,
  ChangeToken,
  EmbeddingStore,
  ImageKey,
  StoredEmbedding,
  StoredPart,
} from "../ports.ts";
import type { EmbeddingSpace, Scope } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { lockedKeysOf, requireKey } from "./image-keys.ts";
import { readImages } from "./image-rows.ts";
import { isEverything, scopeConditions } from "./scope-conditions.ts";
import { shownImages } from "./shown-images.ts";
import { readTallies } from "./tallies.ts";
import { Values } from "./values.ts";
import { bytesOf, findSpace, type NewVector, replaceVectors, vectorFromServer } from "./vectors.ts";

const VECTORS_AT_ONCE = 1024;
const KEYS_AT_ONCE = 100_000;
const DROPPED_PER_STEP = 512;
const WHOLE_IMAGE = `'${encodePart(WHOLE)}'`;

/** SQL: the number of the space of this name. */
const spaceNamed = (name: string) => `(SELECT s.id FROM spaces s WHERE s.name = ${name})`;

export function embeddingStore(db: Connection): EmbeddingStore {
  return {
    put: (space, added) => db.write((session) => putEmbeddings(session, space, added)),
    read: (space, keys) => readWhole(db, space, keys),
    readParts: (space, keys) => readParts(db, space, keys),
    count: (space) => count(db, space),
    keys: async (space) => collected(keysWhere(db, space, "TRUE", () => [])),
    countMissing: (space, scope) => countMissing(db, space, scope),
    missing: async (space, after, limit) => {
      const rows = await db.rows<{ key: ImageKey }>(
        `SELECT i.key FROM images i WHERE i.key > $2 AND NOT EXISTS (SELECT 1 FROM vectors v
          WHERE v.space = ${spaceNamed("$1")} AND v.image = i.key) ORDER BY i.key LIMIT $3`,
        [space, after, limit],
      );
      return readImages(
        db,
        rows.map(({ key }) => key),
      );
    },
    spaces: () => spaces(db),
    otherSpaces: async (space) => {
      const rows = await db.rows<{ name: string }>(
        `SELECT s.name FROM spaces s WHERE s.name <> $1 AND EXISTS (SELECT 1 FROM vectors v WHERE v.space = s.id)
        ORDER BY s.id DESC`,
        [space],
      );
      return rows.map(({ name }) => name);
    },
    keysOnlyIn: async (space, other, keys) => {
      const among = (values: Values) => [
        `NOT EXISTS (SELECT 1 FROM vectors o WHERE o.space = ${spaceNamed(values.bind(other))} AND o.image = v.image)`,
        ...(keys ? [`v.image = ANY(${values.bind(keys)}::bigint[])`] : []),
      ];
      return collected(keysWhere(db, space, "TRUE", among));
    },
    countOnlyIn: (space, other, scope) => countOnlyIn(db, space, other, scope),
    dropSpace: async (space) => {
      while ((await db.write((session) => dropSome(session, space))) === DROPPED_PER_STEP);
    },
    activeModel: async () => {
      const [row] = await db.rows<{ model: string; space: EmbeddingSpace }>(
        "SELECT model, space FROM active_model",
      );
      return row;
    },
    setActiveModel: (model, space) =>
      db.write(async (session) => {
        await session.run(
          `INSERT INTO active_model (one, model, space) VALUES (true, $1, $2)
          ON CONFLICT (one) DO UPDATE SET model = excluded.model, space = excluded.space`,
          [model, space],
        );
      }),
    changeToken: async (space) => String((await findSpace(db, space))?.seq ?? 0),
    changesSince: (space, token, limit) => db.read((session) => changesSince(session, space, token, limit)),
  };
}

export async function putEmbeddings(
  session: Session,
  space: EmbeddingSpace,
  added: Parameters<EmbeddingStore["put"]>[1],
): Promise<void> {
  const keys = await lockedKeysOf(
    session,
    added.map(({ id }) => id),
  );
  const vectors = added.map(({ id, embedding, part = WHOLE }): NewVector & { part: string } => ({
    space,
    key: requireKey(keys, id),
    embedding,
    part: encodePart(part),
  }));
  const isWhole = ({ part }: { part: string }) => part === encodePart(WHOLE);
  await replaceVectors(session, vectors.filter(isWhole));
  const parts = vectors.filter((vector) => !isWhole(vector));
  if (parts.length === 0) return;
  const [missing] = await session.rows<{ key: ImageKey }>(
    `SELECT k.key FROM unnest($2::bigint[]) AS k (key) WHERE NOT EXISTS (SELECT 1 FROM vectors v
      WHERE v.space = ${spaceNamed("$1")} AND v.image = k.key AND v.part = ${WHOLE_IMAGE}) LIMIT 1`,
    [space, parts.map(({ key }) => key)],
  );
  if (missing) throw new NotFoundError(`Image ${missing.key} has no embedding as a whole; add that first.`);
  await replaceVectors(session, parts);
}

interface VectorRow {
  readonly key: ImageKey;
  readonly part: string;
  readonly vector: Uint8Array;
}

async function* vectorRows(
  db: Connection,
  space: EmbeddingSpace,
  which: string,
  keys: readonly ImageKey[] | undefined,
): AsyncIterable<VectorRow[]> {
  for (let [key, part] = [0, ""]; ; ) {
    const values = new Values();
    const named = values.bind(space);
    const after = `(${values.bind(key)}::bigint, ${values.bind(part)}::text COLLATE "C")`;
    const among = keys ? `v.image = ANY(${values.bind(keys)}::bigint[])` : "TRUE";
    const rows = await db.rows<VectorRow>(
      `SELECT v.image AS key, v.part, ${bytesOf("v.vector")} AS vector FROM vectors v
      WHERE v.space = ${spaceNamed(named)} AND (v.image, v.part) > ${after} AND ${which} AND ${among}
      ORDER BY v.image, v.part LIMIT ${VECTORS_AT_ONCE}`,
      values.list,
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    ({ key, part } = last);
  }
}

async function* readWhole(
  db: Connection,
  space: EmbeddingSpace,
  keys?: readonly ImageKey[],
): AsyncIterable<readonly StoredEmbedding[]> {
  for await (const rows of vectorRows(db, space, `v.part = ${WHOLE_IMAGE}`, keys))
    yield rows.map(({ key, vector }) => ({ key, embedding: vectorFromServer(vector) }));
}

async function* readParts(
  db: Connection,
  space: EmbeddingSpace,
  keys?: readonly ImageKey[],
): AsyncIterable<readonly StoredPart[]> {
  for await (const rows of vectorRows(db, space, `v.part <> ${WHOLE_IMAGE}`, keys))
    yield rows.map(({ key, part, vector }) => ({
      key,
      part: decodePart(part),
      embedding: vectorFromServer(vector),
    }));
}

async function count(db: Connection, name: EmbeddingSpace): Promise<number> {
  const space = await findSpace(db, name);
  if (!space) return 0;
  const embedded = `embedded:${space.id}`;
  return (await readTallies(db, [embedded]))[embedded] ?? 0;
}

/** Of images as a whole, ascending, a part of them at a time. */
async function* keysWhere(
  db: Connection,
  space: EmbeddingSpace,
  where: string,
  among: (values: Values) => readonly string[],
): AsyncIterable<ImageKey[]> {
  for (let after = 0; ; ) {
    const values = new Values();
    const [named, from] = [values.bind(space), values.bind(after)];
    const rows = await db.rows<{ key: ImageKey }>(
      `SELECT v.image AS key FROM vectors v WHERE v.space = ${spaceNamed(named)} AND v.part = ${WHOLE_IMAGE}
        AND v.image > ${from} AND ${[where, ...among(values)].join(" AND ")} ORDER BY v.image LIMIT ${KEYS_AT_ONCE}`,
      values.list,
    );
    yield rows.map(({ key }) => key);
    const last = rows.at(-1);
    if (last === undefined || rows.length < KEYS_AT_ONCE) return;
    after = last.key;
  }
}

async function collected(batches: AsyncIterable<ImageKey[]>): Promise<ImageKey[]> {
  const keys: ImageKey[] = [];
  for await (const some of batches) for (const key of some) keys.push(key);
  return keys;
}

async function countMissing(db: Connection, space: EmbeddingSpace, scope: Scope): Promise<number> {
  if (isEverything(scope)) {
    const { images = 0 } = await readTallies(db, ["images"]);
    return images - (await count(db, space));
  }
  const values = new Values();
  const [row] = await db.rows<{ count: number }>(
    `SELECT count(*) FROM (${shownImages(scope, values)}) i WHERE NOT EXISTS (SELECT 1 FROM vectors v
      WHERE v.space = ${spaceNamed(values.bind(space))} AND v.image = i.key)`,
    values.list,
  );
  return row?.count ?? 0;
}

async function countOnlyIn(
  db: Connection,
  space: EmbeddingSpace,
  other: EmbeddingSpace,
  scope: Scope,
): Promise<number> {
  const values = new Values();
  const { shows } = scopeConditions(scope, values);
  const [row] = await db.rows<{ count: number }>(
    `SELECT count(*) FROM vectors v WHERE v.space = ${spaceNamed(values.bind(space))} AND v.part = ${WHOLE_IMAGE}
      AND NOT EXISTS (SELECT 1 FROM vectors o WHERE o.space = ${spaceNamed(values.bind(other))} AND o.image = v.image)
      AND ${shows("v.image")}`,
    values.list,
  );
  return row?.count ?? 0;
}

async function spaces(db: Connection): Promise<{ space: EmbeddingSpace; images: number }[]> {
  return db.rows<{ space: EmbeddingSpace; images: number }>(
    `SELECT s.name AS space, sum(t.total)::bigint AS images FROM spaces s
    JOIN tallies t ON t.name = 'embedded:' || s.id GROUP BY s.name HAVING sum(t.total) > 0 ORDER BY s.name COLLATE "C"`,
  );
}

/** The row of the space stays, so that whoever follows the old vectors detects that they are gone. */
async function dropSome(session: Session, name: EmbeddingSpace): Promise<number> {
  const space = await findSpace(session, name);
  if (!space) return 0;
  const dropped = await session.run(
    `DELETE FROM vectors v USING (SELECT image, part FROM vectors WHERE space = $1 LIMIT ${DROPPED_PER_STEP}) d
    WHERE v.space = $1 AND v.image = d.image AND v.part = d.part`,
    [space.id],
  );
  await session.run("DELETE FROM changes WHERE space = $1", [space.id]);
  await session.run(
    "UPDATE spaces SET seq = seq + 1, forgotten_seq = seq + 1, dimensions = NULL WHERE id = $1",
    [space.id],
  );
  return dropped;
}

/** A token is the number of the last step of the change sequence. */
async function changesSince(
  session: Session,
  name: EmbeddingSpace,
  token: ChangeToken,
  limit: number,
): Promise<ChangeBatch | undefined> {
  const space = await findSpace(session, name);
  const seq = Number(token);
  // Ahead of the library: it was replaced by an older copy of itself.
  if (!(seq >= (space?.forgottenSeq ?? 0) && seq <= (space?.seq ?? 0))) return undefined;
  const rows = await session.rows<{ seq: number; key: ImageKey; removed: boolean }>(
    `SELECT seq, image AS key, gone AS removed FROM changes WHERE space = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [space?.id ?? 0, seq, limit],
  );
  return {
    changes: rows.map(({ key, removed }) => ({ key, removed })),
    token: String(rows.at(-1)?.seq ?? seq),
    more: rows.length === limit,
  };
}
