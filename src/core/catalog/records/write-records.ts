import { isInside } from "../../is-inside.ts";
import { encodePart, WHOLE } from "../../part.ts";
import type { ImageKey, PictureRecord, RecordBatch, RecordRow, RecordValue } from "../../ports.ts";
import { encodeVector } from "../../vector.ts";
import type { Connection } from "../connection/connection.ts";
import { addEmbedding, spaceFor } from "../embeddings.ts";
import { keepsLocation } from "../facts.ts";
import { PRIVATE_NAMES } from "../facts-rows.ts";
import { addRoot, allRoots } from "../root-rows.ts";
import { withKnownRoot } from "./record-rows.ts";
import {
  COPYING,
  type Columns,
  columnsOf,
  FACTS_COLUMNS,
  FILE_COLUMNS,
  FILLED_TABLES,
  IMAGE_COLUMNS,
  LINE_COLUMNS,
  POST_COLUMNS,
  QUALITY_COLUMNS,
  READING_COLUMNS,
  SINGLE_ROW,
  TAG_COLUMNS,
  TEXT_COLUMNS,
} from "./record-tables.ts";

export function writeRecords(db: Connection, batch: RecordBatch, note: string): Promise<void> {
  return db.write(() => {
    if (batch.section === "pictures") writePictures(db, batch.records);
    else if (batch.table === "roots") for (const root of batch.records) writeRoot(db, root);
    else writeRows(db, batch.table, batch.records);
    db.statement("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)").run(COPYING, note);
  });
}

export function isEmptyLibrary(db: Connection): Promise<boolean> {
  return db.read(() =>
    FILLED_TABLES.every((table) => db.statement(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined),
  );
}

function writeRows(db: Connection, table: string, rows: readonly RecordRow[]): void {
  const columns = columnsOf(table);
  if (table === "active_model" && rows.length > 0)
    db.statement("DELETE FROM active_model WHERE NOT EXISTS (SELECT 1 FROM images)").run();
  const images = Object.keys(columns).filter((name) => columns[name] === "image");
  const roots = columns.root ? rootPaths(db) : [];
  const target = { table, columns, fixed: table in SINGLE_ROW ? { one: 1 } : {} };
  for (const row of rows) {
    // Of an image that this library did not take, there is nothing to say.
    const lacksImage = (name: string) => row[name] !== null && findKey(db, row[name] ?? null) === undefined;
    if (images.some(lacksImage)) continue;
    const placed = withKnownRoot(row, roots);
    // Nor have the totals of a root anything to say of one of this library's own that it lies in.
    if (table === "failures" || placed.root === row.root) insert(db, target, placed);
  }
}

const rootPaths = (db: Connection) => allRoots(db).map(({ path }) => path);

interface Target {
  readonly table: string;
  readonly columns: Columns;
  readonly fixed?: Readonly<Record<string, number>> | undefined;
}

/** Keeps what is there. */
function insert(db: Connection, { table, columns, fixed = {} }: Target, row: RecordRow): void {
  const names = [...Object.keys(fixed), ...Object.keys(columns)];
  const values = names.map((name) => {
    if (columns[name] === "image") return "(SELECT key FROM images WHERE id = ?)";
    return columns[name] === "root" ? "(SELECT id FROM roots WHERE path = ?)" : "?";
  });
  db.statement(
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${values.join(", ")}) ON CONFLICT DO NOTHING`,
  ).run(...Object.values(fixed), ...Object.keys(columns).map((name) => stored(row[name] ?? null)));
}

const stored = (value: RecordValue) => (typeof value === "boolean" ? Number(value) : value);

function writeRoot(db: Connection, root: RecordRow): void {
  const path = String(root.path);
  if (allRoots(db).some((known) => known.path === path || isInside(path, known.path))) return;
  const id = addRoot(db, path, root.kind === "file" ? "file" : "folder");
  db.statement("UPDATE roots SET state = ?, host = ?, added_at = ?, last_scan_at = ? WHERE id = ?").run(
    root.state,
    root.host,
    root.added_at,
    root.last_scan_at,
    id,
  );
}

const findKey = (db: Connection, id: RecordValue): ImageKey | undefined =>
  db.statement<ImageKey>("SELECT key FROM images WHERE id = ?").pluck().get(id);

function writePictures(db: Connection, pictures: readonly PictureRecord[]): void {
  const roots = rootPaths(db);
  for (const picture of pictures) writePicture(db, picture, roots);
}

function writePicture(db: Connection, picture: PictureRecord, roots: readonly string[]): void {
  const known = findKey(db, picture.image.id ?? null);
  const key = known ?? addImage(db, picture);
  const ofImage = (table: string, columns: Columns) => ({ table, columns, fixed: { image: key } });
  for (const tag of picture.tags) insert(db, ofImage("tags", TAG_COLUMNS), tag);
  // Parts belong to the whole.
  const isWhole = ({ part }: RecordRow) => part === encodePart(WHOLE);
  for (const row of [...picture.vectors].sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)))) {
    const { space, part, vector } = row;
    const [name, embedding] = [space as string, vector as Float32Array];
    const at = spaceFor(db, name, embedding);
    if (isWhole(row)) addEmbedding(db, at, key, embedding);
    else
      db.statement(
        "INSERT INTO part_embeddings (space, image, part, vector) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      ).run(at, key, part, encodeVector(embedding));
  }
  for (const file of picture.files) insert(db, ofImage("files", FILE_COLUMNS), withKnownRoot(file, roots));
  for (const words of picture.carried) addCarried(db, key, words);
  for (const row of picture.facts) addFacts(db, key, row);
  for (const post of picture.posts) insert(db, ofImage("posts", POST_COLUMNS), post);
  if (known !== undefined) return;
  if (picture.waitsForReading)
    db.statement("INSERT INTO reading_queue (image) VALUES (?) ON CONFLICT DO NOTHING").run(key);
  else db.statement("DELETE FROM reading_queue WHERE image = ?").run(key);
  // Each place that it had is another picture's here.
  db.statement(
    `DELETE FROM images WHERE key = @key AND NOT EXISTS (SELECT 1 FROM files WHERE image = @key)
      AND NOT EXISTS (SELECT 1 FROM posts WHERE image = @key)`,
  ).run({ key });
}

/** Where the file is this picture's here too. */
function addCarried(db: Connection, image: ImageKey, { path, source, words }: RecordRow): void {
  db.statement(
    source === "keyword"
      ? `INSERT INTO carried_tags (file, image, tag) SELECT path, image, @words FROM files
          WHERE path = @path AND image = @image
        ON CONFLICT (file, tag) DO NOTHING`
      : `INSERT INTO texts (image, source, file, words) SELECT image, 'title', path, @words FROM files
          WHERE path = @path AND image = @image
            AND NOT EXISTS (SELECT 1 FROM texts WHERE file = @path AND source = 'title')`,
  ).run({ image, path, words });
}

/** What bytes say where the picture is in a file here; what a sidecar does where that file is this picture's. */
function addFacts(db: Connection, image: ImageKey, row: RecordRow): void {
  const hidden: readonly string[] = keepsLocation(db) ? [] : PRIVATE_NAMES;
  const names = Object.keys(FACTS_COLUMNS).filter((name) => name !== "path");
  const { path = null } = row;
  const added = db
    .statement(
      `INSERT INTO facts (image, file, ${names.join(", ")}) SELECT ?, ?${", ?".repeat(names.length)}
        WHERE EXISTS (SELECT 1 FROM files WHERE image = ? AND path = coalesce(?, path)) ON CONFLICT DO NOTHING`,
    )
    .run(
      image,
      path,
      ...names.map((name) => (hidden.includes(name) ? null : stored(row[name] ?? null))),
      image,
      path,
    );
  if (added.changes > 0 && path !== null)
    db.statement("DELETE FROM unread_sidecars WHERE file = ?").run(path);
}

function addImage(db: Connection, { image, thumbnail, texts, reading }: PictureRecord): ImageKey {
  insert(db, { table: "images", columns: { ...IMAGE_COLUMNS, ...QUALITY_COLUMNS } }, image);
  const key = findKey(db, image.id ?? null) ?? 0;
  db.statement("INSERT INTO thumbnails (image, webp) VALUES (?, ?)").run(key, thumbnail);
  // Before placements, which queue what was not read.
  for (const text of texts)
    insert(db, { table: "texts", columns: TEXT_COLUMNS, fixed: { image: key } }, text);
  if (!reading) return key;
  insert(db, { table: "readings", columns: READING_COLUMNS, fixed: { image: key } }, reading.row);
  const line = db.statement(
    `INSERT INTO ocr_lines (image, line, ${LINE_COLUMNS.join(", ")}) VALUES (?, ?${", ?".repeat(LINE_COLUMNS.length)})`,
  );
  for (const [at, row] of reading.lines.entries())
    line.run(key, at, ...LINE_COLUMNS.map((name) => row[name] ?? null));
  return key;
}
