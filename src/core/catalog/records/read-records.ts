import { hostname } from "node:os";
import { encodePart, WHOLE } from "../../part.ts";
import type { ImageKey, PictureRecord, RecordBatch, RecordPosition, RecordRow } from "../../ports.ts";
import { decodeVector } from "../../vector.ts";
import type { Connection } from "../connection/connection.ts";
import { byText, canonicalText, sectionsAfter } from "./record-order.ts";
import { byImage, type Row, recordOf, selected, sortedRecords } from "./record-rows.ts";
import {
  CARRIED_COLUMNS,
  FACTS_COLUMNS,
  FILE_COLUMNS,
  IMAGE_COLUMNS,
  LINE_COLUMNS,
  POST_COLUMNS,
  QUALITY_COLUMNS,
  READING_COLUMNS,
  type RecordTable,
  STORED_TEXTS,
  TAG_COLUMNS,
  TAGS_WITHOUT_FILES,
  TEXT_COLUMNS,
} from "./record-tables.ts";

const ROWS_AT_ONCE = 1000;
const PICTURES_AT_ONCE = 128;

/** On a connection of its own, whose one transaction is the view. */
export async function readRecords(
  db: Connection,
  from: RecordPosition | undefined,
  visit: (batch: RecordBatch) => Promise<void>,
): Promise<void> {
  db.statement("BEGIN").run();
  try {
    for (const { section, table, after } of sectionsAfter(from)) {
      const batches = table ? rowBatches(db, table, after) : pictureBatches(db, after);
      for (const batch of batches) await visit({ ...batch, position: { section, after: batch.after } });
    }
  } finally {
    db.statement("ROLLBACK").run();
  }
}

function* rowBatches(db: Connection, table: RecordTable, from: string | undefined) {
  const { name, columns, pagedBy, where = "TRUE" } = table;
  const rows = { section: "rows" as const, table: name };
  if (!pagedBy) {
    if (from !== undefined) return;
    const records = db
      .statement<Row>(`SELECT ${selected(columns)} FROM ${name} t WHERE ${where}`)
      .all()
      .map((row) => withHost(name, recordOf(columns, row)));
    yield { ...rows, records: records.sort(byText(canonicalText)), after: "" };
    return;
  }
  const order = pagedBy.join(", ");
  const page = `SELECT ${selected(columns)}, ${pagedBy.map((column) => `t.${column} AS at_${column}`).join(", ")}
    FROM ${name} t WHERE ${where}`;
  for (let after = from; ; ) {
    const values = after === undefined ? [] : (JSON.parse(after) as unknown[]).map(keyOf);
    const beyond = after === undefined ? "" : `AND (${order}) > (${values.map(() => "?").join(", ")})`;
    const found = db
      .statement<Row>(`${page} ${beyond} ORDER BY ${order} LIMIT ${ROWS_AT_ONCE}`)
      .all(...values);
    const last = found.at(-1);
    if (!last) return;
    after = JSON.stringify(pagedBy.map((column) => textOf(last[`at_${column}`])));
    yield { ...rows, records: found.map((row) => recordOf(columns, row)), after };
  }
}

function* pictureBatches(db: Connection, from = "0") {
  const keys = db
    .statement<ImageKey>(`SELECT key FROM images WHERE key > ? ORDER BY key LIMIT ${PICTURES_AT_ONCE}`)
    .pluck();
  for (let after = Number(from); ; ) {
    const found = keys.all(after);
    const last = found.at(-1);
    if (last === undefined) return;
    const records = pictures(db, found);
    after = last;
    yield { section: "pictures" as const, records, after: String(after) };
  }
}

const CARRIED = `(SELECT image, file AS path, 'keyword' AS source, tag AS words FROM carried_tags
  UNION ALL SELECT image, file, source, words FROM texts WHERE source = 'title')`;

const FACTS = "(SELECT *, file AS path FROM facts)";

function pictures(db: Connection, keys: readonly ImageKey[]): PictureRecord[] {
  const [first, last] = [keys[0], keys.at(-1)];
  const rows = (sql: string) => db.statement<Row>(sql).all(first, last);
  const ofImages = (columns: string, from: string, where = "TRUE", order = "rowid") =>
    byImage(
      rows(
        `SELECT t.image AS of_image, ${columns} FROM ${from} t WHERE t.image BETWEEN ? AND ? AND ${where} ORDER BY ${order}`,
      ),
    );
  const thumbnails = ofImages("t.webp", "thumbnails");
  const spaces = "(SELECT s.name FROM spaces s WHERE s.id = t.space) AS space";
  const wholes = ofImages(`${spaces}, t.vector`, "embeddings");
  const parts = ofImages(
    `${spaces}, t.part, t.vector`,
    "part_embeddings",
    "t.space IN (SELECT id FROM spaces)",
  );
  const tags = ofImages(selected(TAG_COLUMNS), TAGS_WITHOUT_FILES, "TRUE", "t.tag");
  const texts = ofImages(selected(TEXT_COLUMNS), "texts", STORED_TEXTS);
  const readings = ofImages(selected(READING_COLUMNS), "readings");
  const lines = ofImages(
    LINE_COLUMNS.map((column) => `t.${column}`).join(", "),
    "ocr_lines",
    "TRUE",
    "t.image, t.line",
  );
  const waiting = ofImages("1", "reading_queue");
  const files = ofImages(selected(FILE_COLUMNS), "files", "TRUE", "t.path");
  const carried = ofImages(selected(CARRIED_COLUMNS), CARRIED, "TRUE", "t.path");
  const facts = ofImages(selected(FACTS_COLUMNS), FACTS, "TRUE", "t.id");
  const posts = ofImages(selected(POST_COLUMNS), "posts", "TRUE", "t.id");
  const columns = { ...IMAGE_COLUMNS, ...QUALITY_COLUMNS };
  return rows(
    `SELECT t.key, ${selected(columns)} FROM images t WHERE t.key BETWEEN ? AND ? ORDER BY t.key`,
  ).map((row) => {
    const key = Number(row.key);
    const reading = readings.get(key)?.[0];
    return {
      image: recordOf(columns, row),
      thumbnail: (thumbnails.get(key)?.[0]?.webp ?? new Uint8Array()) as Uint8Array,
      vectors: [...(wholes.get(key) ?? []), ...(parts.get(key) ?? [])]
        .map(({ space, part, vector }) => ({
          space: space as string,
          part: (part ?? encodePart(WHOLE)) as string,
          vector: decodeVector(vector as Uint8Array),
        }))
        .sort(byText(({ space, part }) => `${space} ${part}`)),
      tags: sortedRecords(TAG_COLUMNS, tags.get(key), ({ tag }) => String(tag)),
      texts: sortedRecords(TEXT_COLUMNS, texts.get(key), canonicalText),
      reading: reading
        ? {
            row: recordOf(READING_COLUMNS, reading),
            lines: (lines.get(key) ?? []).map(({ of_image: _, ...line }) => line as RecordRow),
          }
        : null,
      waitsForReading: waiting.has(key),
      files: sortedRecords(FILE_COLUMNS, files.get(key), ({ path }) => String(path)),
      carried: sortedRecords(CARRIED_COLUMNS, carried.get(key), canonicalText),
      facts: sortedRecords(FACTS_COLUMNS, facts.get(key), canonicalText),
      posts: (posts.get(key) ?? []).map((post) => recordOf(POST_COLUMNS, post)),
    };
  });
}

/** Until a root of an older library is scanned again, it is this machine's. */
const withHost = (table: string, row: RecordRow): RecordRow =>
  table === "roots" && row.host === null ? { ...row, host: hostname() } : row;

const textOf = (value: unknown) =>
  value instanceof Uint8Array ? { hex: Buffer.from(value).toString("hex") } : value;

const keyOf = (value: unknown) =>
  typeof value === "object" && value !== null ? Buffer.from((value as { hex: string }).hex, "hex") : value;
