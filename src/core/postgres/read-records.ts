import { byText, canonicalText, sectionsAfter } from "../catalog/records/record-order.ts";
import { byImage, type Row, recordOf, selected, sortedRecords } from "../catalog/records/record-rows.ts";
import {
  CARRIED_COLUMNS,
  FACTS_COLUMNS,
  FILE_COLUMNS,
  IMAGE_COLUMNS,
  POST_COLUMNS,
  READING_COLUMNS,
  type RecordTable,
  STORED_TEXTS,
  TAG_COLUMNS,
  TAGS_WITHOUT_FILES,
  TEXT_COLUMNS,
} from "../catalog/records/record-tables.ts";
import type { ImageKey, PictureRecord, RecordBatch, RecordPosition, RecordRow } from "../ports.ts";
import type { TextLine } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { parseFurtherQuality } from "./further-quality.ts";
import { bytesOf, vectorFromServer } from "./vectors.ts";

const ROWS_AT_ONCE = 1000;
const PICTURES_AT_ONCE = 128;

export function readRecords(
  db: Connection,
  from: RecordPosition | undefined,
  visit: (batch: RecordBatch) => Promise<void>,
): Promise<void> {
  let position = from;
  return db.read(async (session) => {
    for (const { section, table, after } of sectionsAfter(position)) {
      const batches = table ? rowBatches(session, table, after) : pictureBatches(session, after);
      for await (const batch of batches) {
        const here = { section, after: batch.after };
        await visit({ ...batch, position: here });
        // After a lost connection it goes on from here.
        position = here;
      }
    }
  });
}

async function* rowBatches(session: Session, table: RecordTable, from: string | undefined) {
  const { name, columns, pagedBy, where = "TRUE" } = table;
  const rows = { section: "rows" as const, table: name };
  if (!pagedBy) {
    if (from !== undefined) return;
    const found = await session.rows<Row>(`SELECT ${selected(columns)} FROM ${name} t WHERE ${where}`);
    const records = found.map((row) => recordOf(columns, row)).sort(byText(canonicalText));
    yield { ...rows, records, after: "" };
    return;
  }
  const order = pagedBy.join(", ");
  const keys = pagedBy.map(
    (column) =>
      `${columns[column] === "bytes" ? `encode(t.${column}, 'hex')` : `t.${column}`} AS at_${column}`,
  );
  const beyond = pagedBy.map((column, at) =>
    columns[column] === "bytes" ? `decode($${at + 1}, 'hex')` : `$${at + 1}`,
  );
  for (let after = from; ; ) {
    const found = await session.rows<Row>(
      `SELECT ${selected(columns)}, ${keys.join(", ")} FROM ${name} t WHERE ${where}
        ${after === undefined ? "" : `AND (${order}) > (${beyond.join(", ")})`} ORDER BY ${order} LIMIT ${ROWS_AT_ONCE}`,
      after === undefined ? [] : (JSON.parse(after) as unknown[]),
    );
    const last = found.at(-1);
    if (!last) return;
    after = JSON.stringify(pagedBy.map((column) => last[`at_${column}`]));
    yield { ...rows, records: found.map((row) => recordOf(columns, row)), after };
  }
}

async function* pictureBatches(session: Session, from = "0") {
  for (let after = Number(from); ; ) {
    const keys = await session.rows<{ key: ImageKey }>(
      `SELECT key FROM images WHERE key > $1 ORDER BY key LIMIT ${PICTURES_AT_ONCE}`,
      [after],
    );
    const last = keys.at(-1)?.key;
    if (last === undefined) return;
    yield {
      section: "pictures" as const,
      records: await pictures(session, keys[0]?.key ?? last, last),
      after: String(last),
    };
    after = last;
  }
}

const CARRIED = `(SELECT c.image, f.path, 'keyword' AS source, c.tag AS words
    FROM carried_tags c JOIN files f ON f.id = c.file
  UNION ALL SELECT x.image, f.path, x.source, x.words
    FROM texts x JOIN files f ON f.id = x.file WHERE x.source = 'title')`;

const FACTS = "(SELECT x.*, f.path FROM facts x LEFT JOIN files f ON f.id = x.file)";

async function pictures(session: Session, first: ImageKey, last: ImageKey): Promise<PictureRecord[]> {
  const ofImages = async (columns: string, from: string, where = "TRUE", order = "t.image") =>
    byImage(
      await session.rows<Row>(
        `SELECT t.image AS of_image, ${columns} FROM ${from} t WHERE t.image BETWEEN $1 AND $2 AND ${where} ORDER BY ${order}`,
        [first, last],
      ),
    );
  const thumbnails = await ofImages("t.webp", "thumbnails");
  const vectors = await ofImages(
    `(SELECT s.name FROM spaces s WHERE s.id = t.space) AS space, t.part, ${bytesOf("t.vector")} AS vector`,
    "vectors",
  );
  const tags = await ofImages(selected(TAG_COLUMNS), TAGS_WITHOUT_FILES);
  const texts = await ofImages(selected(TEXT_COLUMNS), "texts", STORED_TEXTS);
  const readings = await ofImages(`${selected(READING_COLUMNS)}, t.lines`, "readings");
  const waiting = await ofImages("1 AS waits", "reading_queue");
  const files = await ofImages(selected(FILE_COLUMNS), "files");
  const carried = await ofImages(selected(CARRIED_COLUMNS), CARRIED);
  const facts = await ofImages(selected(FACTS_COLUMNS), FACTS);
  const posts = await ofImages(selected(POST_COLUMNS), "posts", "TRUE", "t.id");
  const images = await session.rows<Row>(
    `SELECT t.key, ${selected(IMAGE_COLUMNS)}, t.further_quality::text AS further FROM images t
    WHERE t.key BETWEEN $1 AND $2 ORDER BY t.key`,
    [first, last],
  );
  return images.map((row) => {
    const key = row.key as ImageKey;
    const reading = readings.get(key)?.[0];
    return {
      image: { ...recordOf(IMAGE_COLUMNS, row), ...qualityColumns(row.further as string | null) },
      thumbnail: (thumbnails.get(key)?.[0]?.webp ?? new Uint8Array()) as Uint8Array,
      vectors: (vectors.get(key) ?? [])
        .map(({ space, part, vector }) => ({
          space: space as string,
          part: part as string,
          vector: vectorFromServer(vector as Uint8Array),
        }))
        .sort(byText(({ space, part }) => `${space} ${part}`)),
      tags: sortedRecords(TAG_COLUMNS, tags.get(key), ({ tag }) => String(tag)),
      texts: sortedRecords(TEXT_COLUMNS, texts.get(key), canonicalText),
      reading: reading
        ? { row: recordOf(READING_COLUMNS, reading), lines: linesOf(reading.lines as string) }
        : null,
      waitsForReading: waiting.has(key),
      files: sortedRecords(FILE_COLUMNS, files.get(key), ({ path }) => String(path)),
      carried: sortedRecords(CARRIED_COLUMNS, carried.get(key), canonicalText),
      facts: sortedRecords(FACTS_COLUMNS, facts.get(key), canonicalText),
      posts: (posts.get(key) ?? []).map((post) => recordOf(POST_COLUMNS, post)),
    };
  });
}

const linesOf = (lines: string): RecordRow[] =>
  (JSON.parse(lines) as TextLine[]).map(
    ({ text, confidence, box: { x, y, width, height }, angle, atMs = null }) => ({
      ...{ text, confidence, x, y, width, height, angle, at_ms: atMs },
    }),
  );

/** As the columns that a library in a folder has for it. */
function qualityColumns(further: string | null): RecordRow {
  const { jpegSteps, tones, isLossless, isTransparent, coefficients } = parseFurtherQuality(further);
  return {
    jpeg_steps: jpegSteps ?? null,
    contrast: tones?.contrast ?? null,
    colour: tones?.colour ?? null,
    clipped: tones?.clipped ?? null,
    brightest: tones?.brightest ?? null,
    lossless: isLossless ?? null,
    transparent: isTransparent ?? null,
    coefficients: coefficients ?? null,
  };
}
