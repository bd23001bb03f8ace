import { PRIVATE_NAMES } from "../catalog/facts-rows.ts";
import { withKnownRoot } from "../catalog/records/record-rows.ts";
import {
  COPYING,
  type Columns,
  type ColumnType,
  columnsOf,
  FACTS_COLUMNS,
  FILE_COLUMNS,
  FILLED_TABLES,
  IMAGE_COLUMNS,
  POST_COLUMNS,
  READING_COLUMNS,
  SINGLE_ROW,
  TAG_COLUMNS,
} from "../catalog/records/record-tables.ts";
import { LibraryError } from "../errors.ts";
import { foldCase, foldLabel } from "../fold-case.ts";
import { isInside } from "../is-inside.ts";
import type { ImageKey, PictureRecord, RecordBatch, RecordRow, RecordValue } from "../ports.ts";
import type { PictureQuality, TextSource } from "../types.ts";
import { addCarriedTags } from "./carried-words.ts";
import type { Connection, Session } from "./connection.ts";
import { eraseOrphans } from "./erase.ts";
import { keepsLocation } from "./facts.ts";
import { furtherQuality } from "./further-quality.ts";
import { addHashes } from "./hashes.ts";
import { lockedKeysOf } from "./image-keys.ts";
import { folderOf } from "./paths.ts";
import { putFolders } from "./placements.ts";
import { addRoot, allRoots } from "./roots.ts";
import { addTexts, nameFiles, namePosts, nameTags } from "./texts.ts";
import { addVectors } from "./vectors.ts";

export function writeRecords(db: Connection, batch: RecordBatch, note: string): Promise<void> {
  return db.write(async (session) => {
    if (batch.section === "pictures") await writePictures(session, batch.records);
    else if (batch.table === "roots") for (const root of batch.records) await writeRoot(session, root);
    else await writeRows(session, batch.table, batch.records);
    await session.run(
      "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [COPYING, note],
    );
  });
}

export async function isEmptyLibrary(db: Connection): Promise<boolean> {
  const some = FILLED_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table})`);
  const [row] = await db.rows<{ any: boolean }>(`SELECT ${some.join(" OR ")} AS any`);
  return !row?.any;
}

async function writeRows(session: Session, table: string, rows: readonly RecordRow[]): Promise<void> {
  const columns = columnsOf(table);
  if (table === "active_model")
    await session.run("DELETE FROM active_model WHERE NOT EXISTS (SELECT 1 FROM images)");
  const roots = columns.root ? await rootPaths(session) : [];
  const placed = rows.map((row) => withKnownRoot(row, roots));
  // Of a root that lies in one of this library's own, its totals say nothing.
  const written = table === "failures" ? placed : placed.filter((row, at) => row.root === rows[at]?.root);
  await insert(session, { table, columns }, written);
}

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  text: "text",
  number: "float8",
  flag: "boolean",
  bytes: "bytea",
  image: "bytea",
  root: "text",
};

/** Keeps what is there; rows of images that are not are left out. */
async function insert(
  session: Session,
  { table, columns }: { readonly table: string; readonly columns: Columns },
  rows: readonly RecordRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const images = names.filter((name) => columns[name] === "image");
  const values = names.map((name) => {
    if (columns[name] === "image") return `(SELECT key FROM images WHERE id = n.${name})`;
    return columns[name] === "root"
      ? `(SELECT id FROM roots r WHERE digest_of(r.path) = digest_of(n.${name}))`
      : `n.${name}`;
  });
  const single = table in SINGLE_ROW;
  const one = table === "active_model" ? "true" : "1";
  await session.run(
    `INSERT INTO ${table} (${[...(single ? ["one"] : []), ...names].join(", ")})
      SELECT ${[...(single ? [one] : []), ...values].join(", ")}
      FROM unnest(${names.map((name, at) => `$${at + 1}::${SQL_TYPES[columns[name] ?? "text"]}[]`).join(", ")})
        WITH ORDINALITY AS n (${names.join(", ")}, place)
      WHERE ${images.map((name) => `(n.${name} IS NULL OR EXISTS (SELECT 1 FROM images WHERE id = n.${name}))`).join(" AND ") || "TRUE"}
      ORDER BY n.place
    ON CONFLICT DO NOTHING`,
    names.map((name) => rows.map((row) => stored(row[name] ?? null))),
  );
}

const stored = (value: RecordValue) => (value instanceof Uint8Array ? Buffer.from(value) : value);

async function writeRoot(session: Session, root: RecordRow): Promise<void> {
  const path = String(root.path);
  if ((await allRoots(session)).some((known) => known.path === path || isInside(path, known.path))) return;
  const id = await addRoot(session, path, root.kind === "file" ? "file" : "folder");
  await session.run(
    "UPDATE roots SET state = $2, host = $3, added_at = $4, last_scan_at = $5 WHERE id = $1",
    [id, root.state, root.host, root.added_at, root.last_scan_at],
  );
}

const rootPaths = async (session: Session) => (await allRoots(session)).map(({ path }) => path);

interface Placed {
  readonly image: ImageKey;
  readonly row: RecordRow;
}

async function writePictures(session: Session, pictures: readonly PictureRecord[]): Promise<void> {
  const ids = pictures.map(({ image }) => hexId(image));
  const known = await lockedKeysOf(session, ids);
  const here = await addImages(
    session,
    pictures.filter((_, at) => !known.has(ids[at] ?? "")),
  );
  // With those that another added meanwhile.
  const keys = await lockedKeysOf(session, ids);
  const keyed = pictures.map((picture, at) => ({ picture, key: keys.get(ids[at] ?? "") ?? 0 }));
  const each = (rows: (picture: PictureRecord) => readonly RecordRow[]): Placed[] =>
    keyed.flatMap(({ picture, key }) => rows(picture).map((row) => ({ image: key, row })));
  await addTags(
    session,
    each(({ tags }) => tags),
  );
  await addFiles(
    session,
    each(({ files }) => files),
  );
  await addCarried(
    session,
    each(({ carried }) => carried),
  );
  await addFacts(
    session,
    each(({ facts }) => facts),
  );
  await addPosts(
    session,
    each(({ posts }) => posts),
  );
  const newKeys = keyed.filter((_, at) => here.has(ids[at] ?? ""));
  await session.run("DELETE FROM reading_queue WHERE image = ANY($1::bigint[])", [
    newKeys.filter(({ picture }) => !picture.waitsForReading).map(({ key }) => key),
  ]);
  await session.run(
    "INSERT INTO reading_queue (image) SELECT * FROM unnest($1::bigint[]) ON CONFLICT DO NOTHING",
    [newKeys.filter(({ picture }) => picture.waitsForReading).map(({ key }) => key)],
  );
  // Of some, each place may be another picture's here.
  await session.run("INSERT INTO orphan_candidates (image) SELECT * FROM unnest($1::bigint[])", [
    newKeys.map(({ key }) => key),
  ]);
  await eraseOrphans(session);
  const stayed = await lockedKeysOf(session, ids);
  await addVectors(
    session,
    keyed
      .filter((_, at) => stayed.has(ids[at] ?? ""))
      .flatMap(({ picture, key }) => picture.vectors.map((vector) => newVector(picture, key, vector))),
  );
}

const hexId = (image: RecordRow) => Buffer.from(image.id as Uint8Array).toString("hex");

function newVector(picture: PictureRecord, key: ImageKey, { space, part, vector }: RecordRow) {
  const embedding = vector as Float32Array;
  if (!embedding.every(Number.isFinite))
    throw new LibraryError(
      `The vector of image ${hexId(picture.image).slice(0, 12)} is damaged and cannot be copied. Remove that image or embed it again (\`glimpse doctor\` says more), then copy again.`,
    );
  return { space: space as string, part: part as string, key, embedding };
}

/** With everything that only a new image gets. @returns the keys of those that were added, in the order of the records */
async function addImages(
  session: Session,
  pictures: readonly PictureRecord[],
): Promise<Map<string, ImageKey>> {
  if (pictures.length === 0) return new Map();
  const keys = await session.rows<{ key: ImageKey }>(
    "SELECT nextval('image_keys') AS key FROM generate_series(1, $1::integer)",
    [pictures.length],
  );
  const rows = pictures
    .map((picture, at) => ({ picture, id: hexId(picture.image), key: keys[at]?.key ?? 0 }))
    // In one order, so that two who add the same pictures wait for each other and not both.
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const names = Object.keys(IMAGE_COLUMNS);
  const inserted = await session.rows<{ key: ImageKey; id: string }>(
    `INSERT INTO images (key, ${names.join(", ")}, further_quality)
      SELECT * FROM unnest($1::bigint[], ${names
        .map((name, at) => `$${at + 2}::${SQL_TYPES[IMAGE_COLUMNS[name] ?? "text"]}[]`)
        .join(", ")}, $${names.length + 2}::jsonb[])
    ON CONFLICT (id) DO NOTHING RETURNING key, encode(id, 'hex') AS id`,
    [
      rows.map(({ key }) => key),
      ...names.map((name) => rows.map(({ picture }) => stored(picture.image[name] ?? null))),
      rows.map(({ picture }) => qualityOf(picture.image)),
    ],
  );
  const here = new Map(inserted.map(({ id, key }) => [id, key]));
  const stayed = rows.filter(({ id }) => here.has(id));
  await session.run("INSERT INTO thumbnails (image, webp) SELECT * FROM unnest($1::bigint[], $2::bytea[])", [
    stayed.map(({ key }) => key),
    stayed.map(({ picture }) => Buffer.from(picture.thumbnail)),
  ]);
  await addHashes(
    session,
    stayed.map(({ key, picture }) => ({ key, fingerprint: picture.image.fingerprint as Uint8Array })),
  );
  await addTexts(
    session,
    stayed.flatMap(({ key, picture }) =>
      picture.texts.map(({ source, words }) => ({
        image: key,
        source: source as TextSource,
        words: words as string,
      })),
    ),
  );
  const read = stayed.flatMap(({ key, picture: { reading } }) => (reading ? [{ key, ...reading }] : []));
  const columns = Object.keys(READING_COLUMNS);
  await session.run(
    `INSERT INTO readings (image, lines, ${columns.join(", ")})
      SELECT * FROM unnest($1::bigint[], $2::text[]${columns.map((_, at) => `, $${at + 3}::text[]`).join("")})`,
    [
      read.map(({ key }) => key),
      read.map(({ lines }) => JSON.stringify(lines.map(lineOf))),
      ...columns.map((name) => read.map(({ row }) => row[name] ?? null)),
    ],
  );
  return here;
}

const lineOf = ({ text, confidence, x, y, width, height, angle, at_ms }: RecordRow) => ({
  ...{ text, confidence, box: { x, y, width, height }, angle },
  ...(at_ms !== null && { atMs: at_ms }),
});

function qualityOf(image: RecordRow): string {
  const { contrast, colour, clipped, brightest } = image;
  const tones = { contrast, colour, clipped, brightest };
  const hasTones = Object.values(tones).every((tone) => typeof tone === "number");
  return furtherQuality({
    jpegSteps: (image.jpeg_steps as Uint8Array | null) ?? undefined,
    tones: hasTones ? (tones as PictureQuality["tones"]) : undefined,
    isLossless: (image.lossless as boolean | null) ?? undefined,
    isTransparent: (image.transparent as boolean | null) ?? undefined,
    coefficients: (image.coefficients as Uint8Array | null) ?? undefined,
  });
}

/** Columns of rows that belong to images, for unnest. */
const valuesOf = (columns: Columns, placed: readonly Placed[]): unknown[][] =>
  Object.keys(columns).map((name) => placed.map(({ row }) => stored(row[name] ?? null)));

const types = (columns: Columns, from: number) =>
  Object.values(columns)
    .map((type, at) => `$${from + at}::${SQL_TYPES[type]}[]`)
    .join(", ");

async function addTags(session: Session, placed: readonly Placed[]): Promise<void> {
  const names = Object.keys(TAG_COLUMNS).join(", ");
  const added = await session.rows<{ image: ImageKey; tag: string; source: string }>(
    `INSERT INTO tags (image, folded, ${names}) SELECT * FROM unnest($1::bigint[], $2::text[], ${types(TAG_COLUMNS, 3)})
    ON CONFLICT (image, tag) DO NOTHING RETURNING image, tag, source`,
    [
      placed.map(({ image }) => image),
      placed.map(({ row }) => foldLabel(String(row.tag))),
      ...valuesOf(TAG_COLUMNS, placed),
    ],
  );
  await addTexts(
    session,
    added
      .filter(({ source }) => source === "user")
      .map(({ image, tag }) => ({ image, source: "tag" as const, words: tag })),
  );
}

/** Where the file is this picture's here too. */
async function addCarried(session: Session, placed: readonly Placed[]): Promise<void> {
  for (const { image, row } of placed) {
    const [file] = await session.rows<{ id: number }>(
      "SELECT id FROM files WHERE digest_of(path) = digest_of($1) AND image = $2",
      [row.path, image],
    );
    if (!file) continue;
    const [id, words] = [file.id, String(row.words)];
    if (row.source === "keyword") await addCarriedTags(session, { file: id, image, tags: [words] });
    else if (!(await hasTitle(session, id)))
      await addTexts(session, [{ image, file: id, source: "title", words }]);
  }
  const tagged = placed.flatMap(({ image, row }) => (row.source === "keyword" ? image : []));
  for (const image of new Set(tagged)) await nameTags(session, image);
}

/** What bytes say where the picture is in a file here; what a sidecar does where that file is this picture's. */
async function addFacts(session: Session, placed: readonly Placed[]): Promise<void> {
  if (placed.length === 0) return;
  const names = Object.keys(FACTS_COLUMNS).filter((name) => name !== "path");
  const hidden: readonly string[] = (await keepsLocation(session)) ? [] : PRIVATE_NAMES;
  const values = placed.map(({ image, row }) => ({
    image,
    row: { ...row, ...Object.fromEntries(hidden.map((name) => [name, null])) } as RecordRow,
  }));
  const cameras = values.map(({ row }) => (typeof row.camera === "string" ? foldCase(row.camera) : null));
  const added = await session.rows<{ file: number | null }>(
    `INSERT INTO facts (image, file, folded_camera, ${names.join(", ")})
      SELECT n.image, f.id, n.folded_camera, ${names.map((name) => `n.${name}`).join(", ")}
      FROM unnest($1::bigint[], $2::text[], ${types(FACTS_COLUMNS, 3)})
          AS n (image, folded_camera, ${Object.keys(FACTS_COLUMNS).join(", ")})
        LEFT JOIN files f ON n.path IS NOT NULL AND digest_of(f.path) = digest_of(n.path)
      WHERE EXISTS (SELECT 1 FROM files a WHERE a.image = n.image AND (n.path IS NULL OR a.id = f.id))
    ON CONFLICT DO NOTHING RETURNING file`,
    [values.map(({ image }) => image), cameras, ...valuesOf(FACTS_COLUMNS, values)],
  );
  await session.run("DELETE FROM unread_sidecars WHERE file = ANY($1::bigint[])", [
    added.flatMap(({ file }) => file ?? []),
  ]);
}

async function hasTitle(session: Session, file: number): Promise<boolean> {
  const [title] = await session.rows("SELECT id FROM texts WHERE file = $1 AND source = 'title'", [file]);
  return title !== undefined;
}

async function addFiles(session: Session, placed: readonly Placed[]): Promise<void> {
  if (placed.length === 0) return;
  const known = await allRoots(session);
  const ids = new Map(known.map(({ id, path }) => [path, id]));
  const paths = [...ids.keys()];
  const files = placed.map(({ image, row }) => ({ image, row: withKnownRoot(row, paths) }));
  const folders = await putFolders(
    session,
    files.map(({ row }) => String(row.path)),
  );
  const { root: _, ...columns } = FILE_COLUMNS;
  const added = await session.rows<{ id: number }>(
    `INSERT INTO files (image, root, folder, ${Object.keys(columns).join(", ")})
      SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], ${types(columns, 4)})
    ON CONFLICT (digest_of(path)) DO NOTHING RETURNING id`,
    [
      files.map(({ image }) => image),
      files.map(({ row }) => ids.get(String(row.root)) ?? null),
      files.map(({ row }) => folders.get(folderOf(String(row.path)))),
      ...valuesOf(columns, files),
    ],
  );
  await nameFiles(
    session,
    added.map(({ id }) => id),
  );
}

async function addPosts(session: Session, placed: readonly Placed[]): Promise<void> {
  if (placed.length === 0) return;
  const added = await session.rows<{ id: number }>(
    `INSERT INTO posts (image, folded_caption, ${Object.keys(POST_COLUMNS).join(", ")})
      SELECT * FROM unnest($1::bigint[], $2::text[], ${types(POST_COLUMNS, 3)})
    ON CONFLICT (message, attachment) DO NOTHING RETURNING id`,
    [
      placed.map(({ image }) => image),
      placed.map(({ row }) => (typeof row.caption === "string" ? foldCase(row.caption) : null)),
      ...valuesOf(POST_COLUMNS, placed),
    ],
  );
  await namePosts(
    session,
    added.map(({ id }) => id),
  );
}
