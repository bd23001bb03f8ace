import type { ImageKey, Reading, ReadingStore } from "../../ports.ts";
import type { ImageId, Scope, TextLine } from "../../types.ts";
import { searchedLines } from "../../words/searched-lines.ts";
import { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";
import { eraseInPlace } from "../erase.ts";
import { findKey } from "../image-keys.ts";
import { readImages } from "../image-rows.ts";
import { type RowRange, slices } from "../scope/row-ranges.ts";
import { replaceReadText } from "./texts.ts";

/** Images in one write, which blocks every other writer. */
const IMAGES_AT_ONCE = 256;
const ENGINE = "reading engine";

/** Whether the image of this name may be read: it is a file, or was posted where that is allowed. */
const mayBeRead = (image: string) => `(EXISTS (SELECT 1 FROM files WHERE image = ${image})
  OR EXISTS (SELECT 1 FROM posts p JOIN reading_guilds g ON g.guild = p.guild WHERE p.image = ${image}))`;

export function readingStore(db: Connection): ReadingStore {
  return {
    startWith: async (engine) => {
      if ((await db.read(() => lastEngine(db))) === engine) return;
      await queueWhere(
        db,
        `${mayBeRead("i.key")} AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.image = i.key AND r.engine = @engine)`,
        { engine },
      );
      await db.write(() =>
        db.statement("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)").run(ENGINE, engine),
      );
    },
    waiting: async (after, limit) => readImages(db, await db.read(() => waitingKeys(db, after, limit))),
    put: (readings) =>
      eraseInPlace(db, () => readings.reduce((rows, reading) => rows + putReading(db, reading), 0)),
    of: (ids, scope) => readingsOf(db, ids, scope),
    counts: () => db.read(() => counts(db)),
    allows: (guildId) =>
      db.read(() => db.statement("SELECT 1 FROM reading_guilds WHERE guild = ?").get(guildId) !== undefined),
    allow: async (guildId) => {
      await db.write(() =>
        db.statement("INSERT OR IGNORE INTO reading_guilds (guild) VALUES (?)").run(guildId),
      );
      await queueWhere(
        db,
        `EXISTS (SELECT 1 FROM posts p WHERE p.image = i.key AND p.guild = @guildId)
        AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.image = i.key)`,
        { guildId },
      );
    },
    forbid: async (guildId) => {
      await db.write(() => db.statement("DELETE FROM reading_guilds WHERE guild = ?").run(guildId));
      for (const table of ["readings", "reading_queue"] as const) await eraseForbidden(db, table);
    },
  };
}

const lastEngine = (db: Connection) =>
  db.statement<string>("SELECT value FROM cursors WHERE name = ?").pluck().get(ENGINE);

const waitingKeys = (db: Connection, after: ImageKey, limit: number): ImageKey[] =>
  db
    .statement<ImageKey>("SELECT image FROM reading_queue WHERE image > ? ORDER BY image LIMIT ?")
    .pluck()
    .all(after, limit);

/** Queues the images `i` for which the condition holds. */
async function queueWhere(
  db: Connection,
  condition: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<void> {
  const range: RowRange = {
    from: "images i",
    prefix: "TRUE",
    order: ["i.key"],
    where: `${condition} AND NOT EXISTS (SELECT 1 FROM reading_queue q WHERE q.image = i.key)`,
    parameters,
    rows: IMAGES_AT_ONCE,
  };
  for await (const keys of slices<ImageKey>(db, range, {
    columns: ["i.key"],
    yielder: new YieldController(),
  })) {
    await db.write(() =>
      db
        .statement(
          `INSERT OR IGNORE INTO reading_queue (image)
          SELECT key FROM images WHERE key IN (SELECT value FROM json_each(?))`,
        )
        .run(JSON.stringify(keys)),
    );
  }
}

/** Erases the rows of images that may not be read any more. */
async function eraseForbidden(db: Connection, table: "readings" | "reading_queue"): Promise<void> {
  const range: RowRange = {
    from: `${table} r`,
    prefix: "TRUE",
    order: ["r.image"],
    where: `NOT ${mayBeRead("r.image")}`,
    parameters: {},
    rows: IMAGES_AT_ONCE,
  };
  for await (const keys of slices<ImageKey>(db, range, {
    columns: ["r.image"],
    yielder: new YieldController(),
  })) {
    await eraseInPlace(db, () => keys.reduce((rows, key) => rows + eraseReading(db, key), 0));
  }
}

/** @returns the number of rows with something private that were overwritten */
function eraseReading(db: Connection, key: ImageKey): number {
  const texts = replaceReadText(db, key, []);
  db.statement("DELETE FROM reading_queue WHERE image = ?").run(key);
  db.statement("DELETE FROM ocr_lines WHERE image = ?").run(key);
  return texts + db.statement("DELETE FROM readings WHERE image = ?").run(key).changes;
}

function putReading(db: Connection, { id, engine, lines, failure }: Reading): number {
  const key = findKey(db, id);
  if (key === undefined) return 0;
  const erased = eraseReading(db, key);
  const isAllowed =
    db.statement(`SELECT 1 FROM images i WHERE i.key = ? AND ${mayBeRead("i.key")}`).get(key) !== undefined;
  if (!isAllowed) return erased;
  db.statement("INSERT INTO readings (image, engine, failure) VALUES (?, ?, ?)").run(
    key,
    engine,
    failure ?? null,
  );
  for (const [at, { text, confidence, box, angle, atMs = null }] of lines.entries()) {
    db.statement(
      `INSERT INTO ocr_lines (image, line, text, confidence, x, y, width, height, angle, at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(key, at, text, confidence, box.x, box.y, box.width, box.height, angle, atMs);
  }
  replaceReadText(db, key, searchedLines(lines));
  return erased;
}

interface ReadingRow {
  readonly engine: string;
  readonly failure: Reading["failure"] | null;
}

type LineRow = Omit<TextLine, "box" | "atMs"> & TextLine["box"] & { readonly atMs: number | null };

async function readingsOf(db: Connection, ids: readonly ImageId[], scope: Scope): Promise<Reading[]> {
  const keys = await db.read(() => ids.flatMap((id) => findKey(db, id) ?? []));
  const visible = await readImages(db, keys, scope);
  return db.read(() => visible.flatMap(({ key, record }) => readingOf(db, key, record.id)));
}

function readingOf(db: Connection, key: ImageKey, id: ImageId): Reading[] {
  const row = db.statement<ReadingRow>("SELECT engine, failure FROM readings WHERE image = ?").get(key);
  if (!row) return [];
  const lines = db
    .statement<LineRow>(
      "SELECT text, confidence, x, y, width, height, angle, at_ms AS atMs FROM ocr_lines WHERE image = ? ORDER BY line",
    )
    .all(key)
    .map(({ text, confidence, angle, atMs, ...box }) => ({
      ...{ text, confidence, box, angle },
      ...(atMs !== null && { atMs }),
    }));
  return [{ id, engine: row.engine, lines, failure: row.failure ?? undefined }];
}

function counts(db: Connection) {
  const total = db.statement<number>("SELECT total FROM tallies WHERE name = ?").pluck();
  return { read: total.get("read") ?? 0, waiting: total.get("waiting to be read") ?? 0 };
}
