import { setImmediate as nextTurn } from "node:timers/promises";
import { WHOLE } from "../part.ts";
import type { ImageKey, ImageStore, NewImage, StoredFingerprint } from "../ports.ts";
import type { EmbeddingSpace, ImageId, Part, Picture, Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Backlog } from "./backlog.ts";
import { captureRow } from "./capture-columns.ts";
import type { Connection } from "./connection/connection.ts";
import { addEmbedding, replaceEmbedding, spaceFor } from "./embeddings.ts";
import { erase, inBatches } from "./erase.ts";
import { putFacts } from "./facts.ts";
import { hashes } from "./hashes.ts";
import { findKey, idBytes, requireKey } from "./image-keys.ts";
import { FINGERPRINT_COLUMNS, readImages } from "./image-rows.ts";
import { decodedRow, outdatedImages, replacePicture } from "./outdated-images.ts";
import { addParts, partThumbnail, replaceParts, shotsOf } from "./parts.ts";
import { writePlacement } from "./placement-rows.ts";
import { QUALITY_ASSIGNMENTS, qualityRow } from "./quality-row.ts";
import { reassignPlacements } from "./reassign-placements.ts";
import { partlyRead, totals } from "./scope/counts.ts";
import { countMonths, keysByDate } from "./scope/keys-by-date.ts";
import { isVisible } from "./scope/keys-in-scope.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";
import { scopeQuery } from "./scope/scope-query.ts";
import type { VisibleKeys } from "./scope/visible-keys.ts";

const FINGERPRINTS_PER_BATCH = 4096;
const IMAGES_AT_ONCE = 128;

export function imageStore(
  db: Connection,
  { visible, backlog }: { readonly visible: VisibleKeys; readonly backlog: Backlog },
): ImageStore {
  return {
    ...hashes(db, backlog),
    ...outdatedImages(db),
    partlyRead: (scope) => partlyRead(db, scope),
    put: (added) => db.write(() => reassignPlacements(db, () => putImages(db, added))),
    putPlacements: (added) =>
      db.write(() =>
        reassignPlacements(db, () => {
          for (const { id, placement } of added) writePlacement(db, requireKey(db, id), placement);
        }),
      ),
    putQualities: (measured) =>
      db.write(() => {
        const put = db.statement(`UPDATE images SET ${QUALITY_ASSIGNMENTS} WHERE id = @id`);
        for (const { id, quality } of measured) put.run({ ...qualityRow(quality), id: idBytes(id) });
      }),
    has: (id, space) => db.read(() => has(db, id, space)),
    idsWithPrefix: (prefix, scope, limit) => idsWithPrefix(db, prefix, scope, limit),
    byKey: (keys, scope, extent) => readImages(db, keys, scope, extent),
    byId: async (ids, scope, extent) => {
      const keys = await inSlices(ids, (some) => db.read(() => some.flatMap((id) => findKey(db, id) ?? [])));
      return readImages(db, keys, scope, extent);
    },
    idsByKey: (keys) => db.read(() => idsByKey(db, keys)),
    count: (scope) => visible.count(scope),
    byDate: (scope, order, limit) => keysByDate(db, scope, { order, limit }),
    months: (scope) => countMonths(db, scope),
    thumbnail: (id, part) => db.read(() => thumbnail(db, id, part)),
    shots: (keys) =>
      inSlices(keys, (some) => db.read(() => shotsOf(db, some))).then((shots) => new Map(shots)),
    fingerprints: (scope) => fingerprints(db, visible, scope),
    fingerprint: (key) =>
      db.read(() =>
        db.statement<Uint8Array>("SELECT fingerprint FROM images WHERE key = ?").pluck().get(key),
      ),
    totals: () => db.read(() => totals(db)),
    remove: (ids) =>
      erase(
        db,
        "user",
        inBatches(ids, (some) => removeImages(db, some)),
      ),
  };
}

function has(db: Connection, id: ImageId, space: EmbeddingSpace | undefined): boolean {
  const key = findKey(db, id);
  if (key === undefined || space === undefined) return key !== undefined;
  const embedding = db.statement(
    "SELECT 1 FROM embeddings WHERE space = (SELECT id FROM spaces WHERE name = ?) AND image = ?",
  );
  return embedding.get(space, key) !== undefined;
}

function putImages(db: Connection, added: readonly NewImage[]): void {
  for (const { picture, placement, space, embedding, parts, replaces } of added) {
    const known = findKey(db, picture.id);
    const key = known ?? addImage(db, picture);
    const spaceId = spaceFor(db, space, embedding);
    if (known !== undefined && replaces) {
      replacePicture(db, known, picture);
      replaceEmbedding(db, spaceId, known, embedding);
      replaceParts(db, spaceId, known, parts);
    } else {
      addEmbedding(db, spaceId, key, embedding);
      addParts(db, spaceId, key, parts);
    }
    // Before the file, which asks for them; of what was only posted nothing is kept.
    if (placement.kind === "file") putFacts(db, key, picture.facts);
    writePlacement(db, key, placement);
  }
}

function addImage(db: Connection, picture: Picture): ImageKey {
  const id = idBytes(picture.id);
  if (!id) throw new RangeError(`"${picture.id}" is not a SHA-256 in hex`);
  const { lastInsertRowid } = db
    .statement(
      `INSERT INTO images (id, format, width, height, bytes, taken_at, taken_offset, taken_source,
        jpeg_quality, jpeg_steps, detail, measured_side, contrast, colour, clipped, brightest, lossless, transparent, coefficients,
        added_at, fingerprint, decoder, cut, pages, duration_ms, cover_ms)
      VALUES (@id, @format, @width, @height, @bytes, @takenAt, @takenOffset, @takenSource,
        @jpegQuality, @jpegSteps, @detail, @measuredSide, @contrast, @colour, @clipped, @brightest, @isLossless, @isTransparent, @coefficients,
        @addedAt, @fingerprint, @decoder, @cut, @pages, @durationMs, @coverAtMs)`,
    )
    .run({
      id,
      format: picture.format,
      width: picture.width,
      height: picture.height,
      bytes: picture.bytes,
      ...captureRow(picture.takenAt),
      ...qualityRow(picture.quality),
      addedAt: Date.now(),
      fingerprint: picture.fingerprint,
      ...decodedRow(picture),
    });
  db.statement("INSERT INTO thumbnails (image, webp) VALUES (?, ?)").run(lastInsertRowid, picture.thumbnail);
  return Number(lastInsertRowid);
}

/** Calls `read` for one slice of the items at a time; the results are in the order of the items. */
async function inSlices<Item, Result>(
  items: readonly Item[],
  read: (slice: readonly Item[]) => Promise<Result[]>,
): Promise<Result[]> {
  if (items.length <= IMAGES_AT_ONCE) return read(items);
  const yielder = new YieldController();
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += IMAGES_AT_ONCE) {
    results.push(...(await read(items.slice(start, start + IMAGES_AT_ONCE))));
    await yielder.yieldIfDue();
  }
  return results;
}

/** Images outside the scope are skipped, however many share the prefix. */
async function idsWithPrefix(
  db: Connection,
  prefix: string,
  scope: Scope,
  limit: number,
): Promise<ImageId[]> {
  if (!/^[0-9a-f]{0,64}$/.test(prefix)) return [];
  const range: RowRange = {
    from: "images i",
    prefix: "TRUE",
    lower: "i.id >= @first",
    upper: "i.id <= @last",
    order: ["i.id"],
    where: isVisible(scope),
    parameters: {
      ...scopeQuery(scope).parameters,
      first: Buffer.from(prefix.padEnd(64, "0"), "hex"),
      last: Buffer.from(prefix.padEnd(64, "f"), "hex"),
    },
    rows: IMAGES_AT_ONCE,
  };
  const found: ImageId[] = [];
  const reading = { columns: ["lower(hex(i.id))"], yielder: new YieldController() };
  for await (const ids of slices<ImageId>(db, range, reading)) {
    found.push(...ids);
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

function idsByKey(db: Connection, keys: readonly ImageKey[]): ImageId[] {
  return db
    .statement<ImageId>(
      "SELECT lower(hex(images.id)) FROM json_each(?) AS requested JOIN images ON images.key = requested.value ORDER BY requested.key",
    )
    .pluck()
    .all(JSON.stringify(keys));
}

function thumbnail(db: Connection, id: ImageId, part: Part = WHOLE): Uint8Array | undefined {
  const key = findKey(db, id);
  const ofPart = key === undefined || part.kind === "whole" ? undefined : partThumbnail(db, key, part);
  if (ofPart) return ofPart;
  return db
    .statement<Buffer>("SELECT webp FROM thumbnails WHERE image = ?")
    .pluck()
    .get(key ?? 0);
}

async function* fingerprints(
  db: Connection,
  visible: VisibleKeys,
  scope: Scope,
): AsyncIterable<readonly StoredFingerprint[]> {
  const within = await visible.unlessAll(scope);
  for (let after = 0; ; ) {
    const rows = await db.read(() =>
      db
        .statement<StoredFingerprint>(
          `SELECT ${FINGERPRINT_COLUMNS} FROM images WHERE key > ? ORDER BY key LIMIT ?`,
        )
        .all(after, FINGERPRINTS_PER_BATCH),
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.key;
    const inside = within ? rows.filter(({ key }) => within.has(key)) : rows;
    if (inside.length > 0) yield inside;
    await nextTurn();
  }
}

function removeImages(db: Connection, ids: readonly ImageId[]): number {
  let placements = 0;
  for (const id of ids.map(idBytes)) {
    if (!id) continue;
    // Also those on an image already removed: the user wants nothing of it kept.
    db.statement("DELETE FROM verdicts WHERE a = ? OR b = ?").run(id, id);
    placements += Number(
      db
        .statement(
          `SELECT (SELECT count(*) FROM files WHERE image = key) + (SELECT count(*) FROM posts WHERE image = key)
          FROM images WHERE id = ?`,
        )
        .pluck()
        .get(id) ?? 0,
    );
    db.statement("DELETE FROM images WHERE id = ?").run(id);
  }
  return placements;
}
