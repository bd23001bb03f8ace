import type { ImageKey, Reading, ReadingStore } from "../ports.ts";
import type { ImageId, Scope, TextLine } from "../types.ts";
import { searchedLines } from "../words/searched-lines.ts";
import type { Connection, Session } from "./connection.ts";
import { scheduleVacuum } from "./erase.ts";
import { keysOf, lockedKeysOf } from "./image-keys.ts";
import { readImages } from "./image-rows.ts";
import { readTallies } from "./tallies.ts";
import { replaceReadText } from "./texts.ts";

const IMAGES_AT_ONCE = 1000;
const ENGINE = "reading engine";

/** Whether the image of this key may be read: it is a file, or was posted where that is allowed. */
const mayBeRead = (key: string) => `(EXISTS (SELECT 1 FROM files f WHERE f.image = ${key})
  OR EXISTS (SELECT 1 FROM posts p JOIN reading_guilds g ON g.guild = p.guild WHERE p.image = ${key}))`;

export function readingStore(db: Connection): ReadingStore {
  return {
    startWith: async (engine) => {
      const [last] = await db.rows<{ value: string }>("SELECT value FROM cursors WHERE name = $1", [ENGINE]);
      if (last?.value === engine) return;
      await queueWhere(
        db,
        `${mayBeRead("i.key")} AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.image = i.key AND r.engine = $2)`,
        engine,
      );
      await db.write(async (session) => {
        await session.run(
          "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          [ENGINE, engine],
        );
      });
    },
    waiting: async (after, limit) => {
      const rows = await db.rows<{ image: ImageKey }>(
        `SELECT q.image FROM reading_queue q WHERE q.image > $1 AND NOT EXISTS
          (SELECT 1 FROM work w WHERE w.image = q.image AND w.kind = 'text' AND w.job IS NOT NULL)
        ORDER BY q.image LIMIT $2`,
        [after, limit],
      );
      return readImages(
        db,
        rows.map(({ image }) => image),
      );
    },
    put: (readings) => db.write((session) => putReadings(session, readings)),
    of: (ids, scope) => readingsOf(db, ids, scope),
    counts: async () => {
      const { readings = 0, reading_queue = 0 } = await readTallies(db, ["readings", "reading_queue"]);
      return { read: readings, waiting: reading_queue };
    },
    allows: async (guildId) =>
      (await db.rows("SELECT 1 FROM reading_guilds WHERE guild = $1", [guildId])).length > 0,
    allow: async (guildId) => {
      await db.write(async (session) => {
        await session.run("INSERT INTO reading_guilds (guild) VALUES ($1) ON CONFLICT DO NOTHING", [guildId]);
      });
      await queueWhere(
        db,
        `EXISTS (SELECT 1 FROM posts p WHERE p.image = i.key AND p.guild = $2)
        AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.image = i.key)`,
        guildId,
      );
    },
    forbid: async (guildId) => {
      await db.write(async (session) => {
        await session.run("DELETE FROM reading_guilds WHERE guild = $1", [guildId]);
      });
      await eraseForbidden(db);
    },
  };
}

/** Queues the images `i` for which the condition, on the second value, holds. */
async function queueWhere(db: Connection, condition: string, value: string): Promise<void> {
  for (let after = 0; ; ) {
    const from = after;
    const keys = await db.rows<{ key: ImageKey }>(
      `SELECT i.key FROM images i WHERE i.key > $1 AND ${condition}
        AND NOT EXISTS (SELECT 1 FROM reading_queue q WHERE q.image = i.key) ORDER BY i.key LIMIT ${IMAGES_AT_ONCE}`,
      [from, value],
    );
    const last = keys.at(-1);
    if (!last) return;
    await db.write((session) =>
      session.run(
        `INSERT INTO reading_queue (image) SELECT key FROM images WHERE key = ANY($1::bigint[]) ON CONFLICT DO NOTHING`,
        [keys.map(({ key }) => key)],
      ),
    );
    after = last.key;
  }
}

/** What was read, and what waits, of images that may not be read any more. */
async function eraseForbidden(db: Connection): Promise<void> {
  for (const table of ["readings", "reading_queue"] as const) {
    for (let left = true; left; ) {
      left = await db.write(async (session) => {
        const rows = await session.rows<{ image: ImageKey }>(
          `SELECT r.image FROM ${table} r WHERE NOT ${mayBeRead("r.image")} ORDER BY r.image LIMIT ${IMAGES_AT_ONCE}`,
        );
        await eraseReadings(
          session,
          rows.map(({ image }) => image),
        );
        if (rows.length > 0) await scheduleVacuum(session);
        return rows.length > 0;
      });
    }
  }
}

async function eraseReadings(session: Session, images: readonly ImageKey[]): Promise<void> {
  await session.run("DELETE FROM texts WHERE source = 'read' AND image = ANY($1::bigint[])", [images]);
  await session.run("DELETE FROM reading_queue WHERE image = ANY($1::bigint[])", [images]);
  await session.run("DELETE FROM readings WHERE image = ANY($1::bigint[])", [images]);
}

export async function putReadings(session: Session, readings: readonly Reading[]): Promise<void> {
  // Locked, so that no placement that allows it goes meanwhile.
  const keys = await lockedKeysOf(
    session,
    readings.map(({ id }) => id),
  );
  await eraseReadings(session, [...keys.values()]);
  const allowed = await session.rows<{ key: ImageKey }>(
    `SELECT i.key FROM images i WHERE i.key = ANY($1::bigint[]) AND ${mayBeRead("i.key")}`,
    [[...keys.values()]],
  );
  const mayStay = new Set(allowed.map(({ key }) => key));
  for (const { id, engine, lines, failure } of readings) {
    const key = keys.get(id);
    if (key === undefined || !mayStay.has(key)) continue;
    await session.run(
      `INSERT INTO readings (image, engine, failure, lines) VALUES ($1, $2, $3, $4)
      ON CONFLICT (image) DO UPDATE SET engine = excluded.engine, failure = excluded.failure, lines = excluded.lines`,
      [key, engine, failure ?? null, JSON.stringify(lines)],
    );
    await replaceReadText(session, key, searchedLines(lines));
  }
}

interface ReadingRow {
  readonly image: ImageKey;
  readonly engine: string;
  readonly failure: Reading["failure"] | null;
  readonly lines: string;
}

async function readingsOf(db: Connection, ids: readonly ImageId[], scope: Scope): Promise<Reading[]> {
  const keys = await keysOf(db, ids);
  const visible = await readImages(
    db,
    ids.flatMap((id) => keys.get(id) ?? []),
    scope,
    "first",
  );
  const rows = await db.rows<ReadingRow>(
    "SELECT image, engine, failure, lines FROM readings WHERE image = ANY($1::bigint[])",
    [visible.map(({ key }) => key)],
  );
  const byImage = new Map(rows.map((row) => [row.image, row]));
  return visible.flatMap(({ key, record }) => {
    const row = byImage.get(key);
    if (!row) return [];
    const lines = JSON.parse(row.lines) as TextLine[];
    return [{ id: record.id, engine: row.engine, lines, failure: row.failure ?? undefined }];
  });
}
