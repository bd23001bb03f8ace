import { FACTS_NAMES, factsRow, LOCATION_OFF, LOCATION_STATE, PRIVATE_NAMES } from "../catalog/facts-rows.ts";
import { foldCase } from "../fold-case.ts";
import type { FactsStore, ImageKey } from "../ports.ts";
import type { FactCounts, ImageId, PictureFacts, Scope, SidecarFacts } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { scheduleVacuum } from "./erase.ts";
import { hexOf, idBytes, lockedKeysOf } from "./image-keys.ts";
import { dateFiles } from "./placements.ts";
import { scopeConditions } from "./scope-conditions.ts";
import { all, Values } from "./values.ts";

/** Rows in one write. */
const ROWS_AT_ONCE = 1000;
/** Most different cameras or places that are told. */
const MOST_COUNTED = 100;

export function factsStore(db: Connection): FactsStore {
  return {
    setFromSidecars: async (read) => {
      for (let start = 0; start < read.length; start += ROWS_AT_ONCE) {
        const some = read.slice(start, start + ROWS_AT_ONCE);
        await db.write((session) => setFromSidecars(session, some));
      }
    },
    unreadSidecars: (after, limit) =>
      db.rows<{ path: string; id: ImageId }>(
        `SELECT f.path, ${hexOf("i.id")} AS id FROM unread_sidecars u
          JOIN files f ON f.id = u.file JOIN images i ON i.key = f.image
        WHERE f.path COLLATE "C" > $1 ORDER BY f.path COLLATE "C" LIMIT $2`,
        [after, limit],
      ),
    keepsLocation: () => keepsLocation(db),
    keepLocation: (isKept) => keepLocation(db, isKept),
    counts: (scope) => counts(db, scope),
  };
}

export async function keepsLocation(session: Pick<Session, "rows">): Promise<boolean> {
  const off = await session.rows("SELECT 1 FROM cursors WHERE name = $1 AND value = $2", [
    LOCATION_STATE,
    LOCATION_OFF,
  ]);
  return off.length === 0;
}

interface NewFacts {
  readonly image: ImageKey;
  /** Absent for what the picture's bytes say. */
  readonly file?: number | undefined;
  readonly facts: SidecarFacts;
}

/** In place of what was known. */
async function putFacts(session: Session, rows: readonly NewFacts[]): Promise<void> {
  if (rows.length === 0) return;
  const kept = { keepsLocation: await keepsLocation(session) };
  const values = [...rows]
    .sort((a, b) => a.image - b.image)
    .map(({ image, file, facts }) => [image, file ?? null, ...factsRow(facts, kept)]);
  const columns = [{ length: values[0]?.length ?? 0 }].flatMap(({ length }) =>
    Array.from({ length }, (_, at) => values.map((row) => row[at] ?? null)),
  );
  const camera = columns[2] ?? [];
  await session.run(
    `INSERT INTO facts (image, file, ${FACTS_NAMES.join(", ")}, folded_camera)
      SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[],
        $8::integer[], $9::text[], $10::integer[], $11::boolean[], $12::float8[], $13::boolean[], $14::text[])
    ON CONFLICT (image, (coalesce(file, 0))) DO UPDATE SET folded_camera = excluded.folded_camera,
      ${FACTS_NAMES.map((name) => `${name} = excluded.${name}`).join(", ")}`,
    [...columns, camera.map((name) => (typeof name === "string" ? foldCase(name) : null))],
  );
}

/** What the bytes of pictures in files say. */
export async function putFactsOfBytes(
  session: Session,
  rows: readonly { readonly image: ImageKey; readonly facts: PictureFacts | undefined }[],
): Promise<void> {
  const once = new Map(rows.map(({ image, facts = {} }) => [image, { image, facts }]));
  await putFacts(session, [...once.values()]);
  // A row that was there already is read again.
  await session.run("DELETE FROM unread_facts WHERE image = ANY($1::bigint[])", [[...once.keys()]]);
}

async function setFromSidecars(
  session: Session,
  read: readonly { readonly path: string; readonly id: ImageId; readonly facts: SidecarFacts }[],
): Promise<void> {
  await lockedKeysOf(
    session,
    read.map(({ id }) => id),
  );
  const found = await session.rows<{ file: number; image: ImageKey; at: number }>(
    `SELECT f.id AS file, f.image, n.at::integer AS at
    FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS n (path, id, at)
      JOIN files f ON digest_of(f.path) = digest_of(n.path) JOIN images i ON i.key = f.image AND i.id = n.id`,
    [read.map(({ path }) => path), read.map(({ id }) => idBytes(id) ?? null)],
  );
  const files = found.map(({ file }) => file);
  const rows = found.flatMap(({ file, image, at }): NewFacts[] => {
    const facts = read[at - 1]?.facts ?? {};
    return Object.keys(facts).length > 0 ? [{ image, file, facts }] : [];
  });
  const erased = await session.run("DELETE FROM facts WHERE file = ANY($1::bigint[])", [files]);
  if (erased > 0) await scheduleVacuum(session);
  await putFacts(session, rows);
  await session.run("DELETE FROM unread_sidecars WHERE file = ANY($1::bigint[])", [files]);
  if (erased > 0 || rows.some(({ facts }) => facts.takenAt !== undefined))
    await dateFiles(session, [...new Set(found.map(({ image }) => image))]);
}

/** Where they are kept again, every file is read again. */
async function keepLocation(db: Connection, isKept: boolean): Promise<void> {
  await db.write(async (session) => {
    const wasKept = await keepsLocation(session);
    if (!isKept) {
      await session.run(
        "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [LOCATION_STATE, LOCATION_OFF],
      );
      const names = [...PRIVATE_NAMES, "folded_camera"];
      const erased = await session.run(
        `UPDATE facts SET ${names.map((name) => `${name} = NULL`).join(", ")}
        WHERE num_nonnulls(${names.join(", ")}) > 0`,
      );
      if (erased > 0) await scheduleVacuum(session);
      return;
    }
    await session.run("DELETE FROM cursors WHERE name = $1", [LOCATION_STATE]);
    if (wasKept) return;
    await session.run(
      "INSERT INTO unread_facts (image) SELECT DISTINCT image FROM files ON CONFLICT DO NOTHING",
    );
    await session.run("INSERT INTO unread_sidecars (file) SELECT id FROM files ON CONFLICT DO NOTHING");
  });
}

async function counts(db: Connection, scope: Scope): Promise<FactCounts> {
  const count = async <Row>(group: string, columns: string, known: string): Promise<Row[]> => {
    const values = new Values();
    const { facts, shows } = scopeConditions(scope, values);
    const where = all([known, facts(), shows("x.image")]);
    return db.rows<Row>(
      `SELECT * FROM (SELECT ${columns}, count(DISTINCT x.image) AS images FROM facts x WHERE ${where} GROUP BY ${group}) c
      ORDER BY c.images DESC, c.name COLLATE "C" LIMIT ${MOST_COUNTED}`,
      values.list,
    );
  };
  return {
    cameras: await count("x.camera", "x.camera AS name", "x.camera IS NOT NULL"),
    places: await count("x.place", "x.place AS id, min(x.place_name) AS name", "x.place IS NOT NULL"),
  };
}
