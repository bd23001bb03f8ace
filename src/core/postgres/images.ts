import { captureRow } from "../catalog/capture-columns.ts";
import { DECODER_VERSION } from "../image/decoder-version.ts";
import { WHOLE } from "../part.ts";
import type { ImageKey, ImageStore, NewImage, RereadImage, Totals } from "../ports.ts";
import type { ImageId, Picture, Placement, Scope } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { erase, eraseOrphans, forgetVerdicts, inBatches } from "./erase.ts";
import { putFactsOfBytes } from "./facts.ts";
import { fingerprintStore } from "./fingerprints.ts";
import { furtherQuality } from "./further-quality.ts";
import { addHashes } from "./hashes.ts";
import { hexOf, idBytes, keysOf, lockedKeysOf, requireKey } from "./image-keys.ts";
import { readImages } from "./image-rows.ts";
import { countMonths, keysByDate } from "./keys-by-date.ts";
import { addParts, partThumbnail, replaceAllVectors, replaceParts, shotsOf, vectorsOf } from "./parts.ts";
import { dateFiles, writePlacements } from "./placements.ts";
import { isEverything, scopeConditions } from "./scope-conditions.ts";
import { shownImages } from "./shown-images.ts";
import { readTallies } from "./tallies.ts";
import { Values } from "./values.ts";
import { addVectors } from "./vectors.ts";

export function imageStore(db: Connection): ImageStore {
  return {
    ...fingerprintStore(db),
    put: (added) => db.write((session) => putImages(session, added)),
    putPlacements: (added) => db.write((session) => placeImages(session, added)),
    putQualities: (measured) =>
      db.write(async (session) => {
        await session.run(
          `UPDATE images i SET jpeg_quality = n.jpeg_quality, detail = n.detail, measured_side = n.measured_side,
            further_quality = coalesce(i.further_quality, '{}') || n.further_quality
          FROM unnest($1::bytea[], $2::integer[], $3::float8[], $4::float8[], $5::jsonb[])
            AS n (id, jpeg_quality, detail, measured_side, further_quality)
          WHERE i.id = n.id`,
          [
            measured.map(({ id }) => idBytes(id)),
            measured.map(({ quality }) => quality.jpegQuality),
            measured.map(({ quality }) => quality.detail),
            measured.map(({ quality }) => quality.measuredSide),
            measured.map(({ quality }) => furtherQuality(quality)),
          ],
        );
      }),
    has: async (id, space) => {
      const rows = await db.rows(
        `SELECT 1 FROM images i WHERE i.id = $1 AND ($2::text IS NULL OR EXISTS (SELECT 1 FROM vectors v
          WHERE v.image = i.key AND v.space = (SELECT s.id FROM spaces s WHERE s.name = $2)))`,
        [idBytes(id) ?? null, space ?? null],
      );
      return rows.length > 0;
    },
    idsWithPrefix: (prefix, scope, limit) => idsWithPrefix(db, prefix, scope, limit),
    byKey: (keys, scope, extent) => readImages(db, keys, scope, extent),
    byId: async (ids, scope, extent) => {
      const keys = await keysOf(db, ids);
      return readImages(
        db,
        ids.flatMap((id) => keys.get(id.toLowerCase()) ?? []),
        scope,
        extent,
      );
    },
    idsByKey: async (keys) => {
      const rows = await db.rows<{ key: ImageKey; id: ImageId }>(
        `SELECT key, ${hexOf("id")} AS id FROM images WHERE key = ANY($1::bigint[])`,
        [keys],
      );
      const ids = new Map(rows.map(({ key, id }) => [key, id]));
      return keys.flatMap((key) => ids.get(key) ?? []);
    },
    count: (scope) => count(db, scope),
    byDate: (scope, order, limit) => keysByDate(db, scope, { order, limit }),
    months: (scope) => countMonths(db, scope),
    thumbnail: async (id, part = WHOLE) => {
      const ofPart = part.kind === "whole" ? undefined : await partThumbnail(db, id, part);
      if (ofPart) return ofPart;
      const [row] = await db.rows<{ webp: Uint8Array }>(
        "SELECT t.webp FROM thumbnails t JOIN images i ON i.key = t.image WHERE i.id = $1",
        [idBytes(id) ?? null],
      );
      return row?.webp;
    },
    shots: (keys) => shotsOf(db, keys),
    outdated: async (after, limit) => {
      const rows = await db.rows<{ key: ImageKey }>(
        `SELECT key FROM (SELECT key FROM images i WHERE ${IS_OUTDATED} AND key > $1
            AND EXISTS (SELECT 1 FROM files f WHERE f.image = i.key) ORDER BY key LIMIT $2) o
        UNION SELECT image FROM (SELECT image FROM unread_facts WHERE image > $1 ORDER BY image LIMIT $2) u
        ORDER BY key LIMIT $2`,
        [after, limit],
      );
      return readImages(
        db,
        rows.map(({ key }) => key),
      );
    },
    isOutdated: async (id) => {
      const rows = await db.rows(`SELECT 1 FROM images WHERE id = $1 AND ${IS_OUTDATED}`, [
        idBytes(id) ?? null,
      ]);
      return rows.length > 0;
    },
    putReread: (images) => db.write((session) => putReread(session, images)),
    partlyRead: (scope) => partlyRead(db, scope),
    totals: () => totals(db),
    remove: (ids) => erase(db, "person", inBatches(ids, removeImages)),
  };
}

/** Of a row of images, or of failures. */
export const IS_OUTDATED = `decoder < ${DECODER_VERSION}`;

export async function putImages(session: Session, added: readonly NewImage[]): Promise<void> {
  const pictures = new Map(added.map(({ picture }) => [picture.id, picture]));
  const ids = [...pictures.keys()];
  const wrong = ids.find((id) => !idBytes(id));
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is not a SHA-256 in hex`);
  const known = await lockedKeysOf(session, ids);
  const keys = new Map([...known, ...(await addImages(session, [...pictures.values()], known))]);
  const replacing = added.filter(({ picture, replaces }) => replaces && known.has(picture.id));
  for (const { picture } of replacing) await replacePicture(session, requireKey(known, picture.id), picture);
  // Before the files, which ask for them; of what was only posted nothing is kept.
  await putFactsOfBytes(
    session,
    added
      .filter(({ placement }) => placement.kind === "file")
      .map(({ picture }) => ({ image: requireKey(keys, picture.id), facts: picture.facts })),
  );
  await writePlacements(
    session,
    added.map(({ picture, placement }) => ({ image: requireKey(keys, picture.id), placement })),
  );
  await eraseOrphans(session);
  const keyed = (some: readonly NewImage[]) =>
    some.map((image) => ({ ...image, key: requireKey(keys, image.picture.id) }));
  const others = keyed(added.filter((image) => !replacing.includes(image)));
  await replaceParts(session, keyed(replacing));
  await addParts(session, others);
  await replaceAllVectors(session, keyed(replacing));
  await addVectors(session, vectorsOf(others));
}

/** @throws NotFoundError for an image that is not there */
export async function placeImages(
  session: Session,
  added: readonly { readonly id: ImageId; readonly placement: Placement }[],
): Promise<void> {
  const keys = await lockedKeysOf(
    session,
    added.map(({ id }) => id),
  );
  await writePlacements(
    session,
    added.map(({ id, placement }) => ({ image: requireKey(keys, id), placement })),
  );
  await eraseOrphans(session);
}

/** Those that are not known, their keys in the order in which they were given. Another may add some of them first. */
async function addImages(
  session: Session,
  pictures: readonly Picture[],
  known: ReadonlyMap<ImageId, ImageKey>,
): Promise<Map<ImageId, ImageKey>> {
  const added = pictures.filter(({ id }) => !known.has(id));
  if (added.length === 0) return new Map();
  const keys = await session.rows<{ key: ImageKey }>(
    "SELECT nextval('image_keys') AS key FROM generate_series(1, $1::integer)",
    [added.length],
  );
  // In one order, so that two who add the same pictures wait for each other and not both.
  const rows = added
    .map((picture, at) => ({ key: keys[at]?.key ?? 0, picture, time: captureRow(picture.takenAt) }))
    .sort((a, b) => (a.picture.id < b.picture.id ? -1 : 1));
  const inserted = await session.rows<{ key: ImageKey; id: ImageId }>(
    `INSERT INTO images (key, id, format, width, height, bytes, taken_at, taken_offset, taken_source, jpeg_quality,
        detail, measured_side, further_quality, added_at, fingerprint, decoder, cut, pages, duration_ms, cover_ms)
      SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::integer[], $5::integer[], $6::bigint[],
        $7::float8[], $8::integer[], $9::text[], $10::integer[], $11::float8[], $12::float8[], $13::jsonb[],
        $14::float8[], $15::bytea[], $16::integer[], $17::boolean[], $18::integer[], $19::bigint[], $20::bigint[])
    ON CONFLICT (id) DO NOTHING RETURNING key, ${hexOf("id")} AS id`,
    [
      rows.map(({ key }) => key),
      rows.map(({ picture }) => idBytes(picture.id)),
      ...factColumns(rows.map(({ picture }) => picture)),
      rows.map(() => Date.now()),
      rows.map(({ picture }) => Buffer.from(picture.fingerprint)),
      ...decodedColumns(rows.map(({ picture }) => picture)),
    ],
  );
  const here = new Map(inserted.map(({ id, key }) => [id, key]));
  const stored = rows.filter(({ picture }) => here.has(picture.id));
  await session.run("INSERT INTO thumbnails (image, webp) SELECT * FROM unnest($1::bigint[], $2::bytea[])", [
    stored.map(({ key }) => key),
    stored.map(({ picture }) => Buffer.from(picture.thumbnail)),
  ]);
  await addHashes(
    session,
    stored.map(({ key, picture: { fingerprint } }) => ({ key, fingerprint })),
  );
  if (here.size === added.length) return here;
  const others = added.filter(({ id }) => !here.has(id)).map(({ id }) => id);
  return new Map([...here, ...(await lockedKeysOf(session, others))]);
}

/** Format, sides, bytes, capture time and quality, as columns of these pictures. */
function factColumns(pictures: readonly Picture[]): unknown[][] {
  const times = pictures.map(({ takenAt }) => captureRow(takenAt));
  return [
    pictures.map(({ format }) => format),
    pictures.map(({ width }) => width),
    pictures.map(({ height }) => height),
    pictures.map(({ bytes }) => bytes),
    times.map(({ takenAt }) => takenAt),
    times.map(({ takenOffset }) => takenOffset),
    times.map(({ takenSource }) => takenSource),
    pictures.map(({ quality }) => quality.jpegQuality),
    pictures.map(({ quality }) => quality.detail),
    pictures.map(({ quality }) => quality.measuredSide),
    pictures.map(({ quality }) => furtherQuality(quality)),
  ];
}

/** How they were decoded. */
const decodedColumns = (pictures: readonly Picture[]): unknown[][] => [
  pictures.map(() => DECODER_VERSION),
  pictures.map(({ cut }) => cut ?? false),
  pictures.map(({ pages }) => pages ?? 1),
  pictures.map(({ durationMs }) => durationMs ?? null),
  pictures.map(({ coverAtMs }) => coverAtMs ?? null),
];

async function putReread(session: Session, images: readonly RereadImage[]): Promise<void> {
  const keys = await lockedKeysOf(
    session,
    images.map(({ id }) => id),
  );
  for (const { id, takenAt, replacement } of images) {
    const key = keys.get(id);
    if (key === undefined) continue;
    if (replacement) await replacePicture(session, key, replacement.picture);
    else await putCaptureTime(session, key, takenAt);
    await session.run("UPDATE images SET decoder = $2 WHERE key = $1", [key, DECODER_VERSION]);
  }
  await putFactsOfBytes(
    session,
    images.flatMap(({ id, facts }) => {
      const image = keys.get(id);
      return image === undefined ? [] : [{ image, facts }];
    }),
  );
  await dateFiles(session, [...keys.values()]);
  for (const { id, replacement } of images) {
    const key = keys.get(id);
    if (key === undefined || !replacement) continue;
    await replaceParts(session, [{ ...replacement, key }]);
    const [used] = await replaceAllVectors(session, [{ ...replacement, key }]);
    // What other models made of the picture as it was is missing until they are used again.
    await session.run("DELETE FROM vectors WHERE image = $1 AND space <> $2", [key, used]);
  }
}

async function putCaptureTime(session: Session, key: ImageKey, time: Picture["takenAt"]): Promise<void> {
  const { takenAt, takenOffset, takenSource } = captureRow(time);
  await session.run("UPDATE images SET taken_at = $2, taken_offset = $3, taken_source = $4 WHERE key = $1", [
    key,
    takenAt,
    takenOffset,
    takenSource,
  ]);
}

/** Its files are dated again, and what it was compared with is compared again. Tags, verdicts and placements stay. */
async function replacePicture(session: Session, key: ImageKey, picture: Picture): Promise<void> {
  const columns = [
    ...factColumns([picture]),
    [Buffer.from(picture.fingerprint)],
    ...decodedColumns([picture]),
  ];
  await session.run(
    `UPDATE images SET format = $2, width = $3, height = $4, bytes = $5, taken_at = $6, taken_offset = $7,
      taken_source = $8, jpeg_quality = $9, detail = $10, measured_side = $11, further_quality = $12,
      fingerprint = $13, decoder = $14, cut = $15, pages = $16, duration_ms = $17, cover_ms = $18
      WHERE key = $1`,
    [key, ...columns.map(([value]) => value)],
  );
  await session.run("UPDATE thumbnails SET webp = $2 WHERE image = $1", [
    key,
    Buffer.from(picture.thumbnail),
  ]);
  await session.run("DELETE FROM comparisons WHERE first = $1 OR second = $1", [key]);
  await session.run("DELETE FROM hashes WHERE image = $1", [key]);
  await addHashes(session, [{ key, fingerprint: picture.fingerprint }]);
  await dateFiles(session, [key]);
}

/** Images outside the scope are skipped, however many share the prefix. */
async function idsWithPrefix(
  db: Connection,
  prefix: string,
  scope: Scope,
  limit: number,
): Promise<ImageId[]> {
  if (!/^[0-9a-f]{0,64}$/.test(prefix)) return [];
  const values = new Values();
  const [first, last] = ["0", "f"].map((digit) => values.bind(Buffer.from(prefix.padEnd(64, digit), "hex")));
  const { shows } = scopeConditions(scope, values);
  const rows = await db.rows<{ id: ImageId }>(
    `SELECT ${hexOf("i.id")} AS id FROM images i WHERE i.id >= ${first} AND i.id <= ${last} AND ${shows("i.key")}
    ORDER BY i.id LIMIT ${values.bind(limit)}`,
    values.list,
  );
  return rows.map(({ id }) => id);
}

async function count(db: Connection, scope: Scope): Promise<number> {
  if (isEverything(scope)) return (await totals(db)).images;
  const values = new Values();
  const [row] = await db.rows<{ count: number }>(
    `SELECT count(*) FROM (${shownImages(scope, values)}) s`,
    values.list,
  );
  return row?.count ?? 0;
}

async function totals(db: Connection): Promise<Totals> {
  const {
    images = 0,
    placements = 0,
    failures = 0,
  } = await readTallies(db, ["images", "placements", "failures"]);
  return { images, placements, failed: failures };
}

async function partlyRead(db: Connection, scope: Scope) {
  const values = new Values();
  const { shows } = scopeConditions(scope, values);
  const [row] = await db.rows<{ cut: number; severalPages: number }>(
    `SELECT (SELECT count(*) FROM images i WHERE i.cut AND ${shows("i.key")}) AS cut,
      (SELECT count(*) FROM images i WHERE i.pages > 1 AND i.duration_ms IS NULL AND ${shows("i.key")}) AS "severalPages"`,
    values.list,
  );
  return { cut: row?.cut ?? 0, severalPages: row?.severalPages ?? 0 };
}

async function removeImages(session: Session, ids: readonly ImageId[]): Promise<number> {
  // Also verdicts on images that are gone already: the person wants nothing of them kept.
  await forgetVerdicts(
    session,
    ids.flatMap((id) => idBytes(id) ?? []),
  );
  const keys = [[...(await lockedKeysOf(session, ids)).values()]];
  const files = await session.run("DELETE FROM files WHERE image = ANY($1::bigint[])", keys);
  const posts = await session.run("DELETE FROM posts WHERE image = ANY($1::bigint[])", keys);
  return files + posts;
}
