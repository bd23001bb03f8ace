import type { CatalogImage, ImageKey } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageFormat, ImageTag, Placement, Scope } from "../types.ts";
import { CAPTURE_COLUMNS, type CaptureRow, captureTimeOf } from "./capture-columns.ts";
import type { Connection } from "./connection.ts";
import {
  discordPlacement,
  FILE_COLUMNS,
  type FileRow,
  filePlacement,
  POST_COLUMNS,
  type PostRow,
} from "./placement-rows.ts";
import { isEverything, type ScopeQuery, scopeQuery } from "./scope-query.ts";

/** As `StoredFingerprint` names them. */
export const FINGERPRINT_COLUMNS = "key, lower(hex(id)) AS id, fingerprint";

interface ImageRow extends CaptureRow {
  readonly key: ImageKey;
  readonly id: Buffer;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly addedAt: number;
}

interface TagRow extends ImageTag {
  readonly image: ImageKey;
}

/** Images with what the scope shows of them, in the requested order; those outside it are left out. */
export function readImages(
  db: Connection,
  keys: readonly ImageKey[],
  scope: Scope = ENTIRE_LIBRARY,
): CatalogImage[] {
  const query = scopeQuery(scope);
  const parameters = { ...query.parameters, keys: JSON.stringify(keys) };
  const placements = readPlacements(db, query, parameters);
  const tags = readTags(db, keys);
  const images = new Map<ImageKey, CatalogImage>();
  for (const { key, id, takenAt, takenOffset, takenSource, ...facts } of readRows(db, query, parameters)) {
    const seen = placements.get(key) ?? [];
    if (seen.length === 0 && !isEverything(scope)) continue;
    const record = {
      id: id.toString("hex"),
      ...facts,
      takenAt: captureTimeOf({ takenAt, takenOffset, takenSource }),
      placements: seen,
      tags: tags.get(key) ?? [],
    };
    images.set(key, { key, record });
  }
  return keys.flatMap((key) => images.get(key) ?? []);
}

function readRows(db: Connection, query: ScopeQuery, parameters: object): ImageRow[] {
  return db
    .statement<ImageRow>(
      `SELECT i.key, i.id, i.format, i.width, i.height, i.bytes, ${CAPTURE_COLUMNS}, i.added_at AS addedAt
      FROM images i WHERE i.key IN (SELECT value FROM json_each(@keys)) AND ${query.image}`,
    )
    .all(parameters);
}

/** Files by path, then Discord's by time. */
function readPlacements(db: Connection, query: ScopeQuery, parameters: object): Map<ImageKey, Placement[]> {
  const placements = new Map<ImageKey, Placement[]>();
  const files = db.statement<FileRow>(
    `SELECT ${FILE_COLUMNS} FROM files f JOIN roots r ON r.id = f.root
    WHERE f.image IN (SELECT value FROM json_each(@keys)) AND ${query.file} ORDER BY f.path`,
  );
  for (const row of files.all(parameters)) append(placements, row.image, filePlacement(row));
  const posts = db.statement<PostRow>(
    `SELECT ${POST_COLUMNS} FROM posts p
    WHERE p.image IN (SELECT value FROM json_each(@keys)) AND ${query.post} ORDER BY p.posted_at, p.id`,
  );
  for (const row of posts.all(parameters)) append(placements, row.image, discordPlacement(row));
  return placements;
}

function readTags(db: Connection, keys: readonly ImageKey[]): Map<ImageKey, ImageTag[]> {
  const tags = new Map<ImageKey, ImageTag[]>();
  const rows = db
    .statement<TagRow>(
      `SELECT image, tag, CASE source WHEN 'user' THEN 'person' ELSE source END AS "by", score FROM tags
      WHERE source <> 'rejected' AND image IN (SELECT value FROM json_each(?)) ORDER BY score DESC, tag`,
    )
    .all(JSON.stringify(keys));
  for (const { image, ...tag } of rows) append(tags, image, tag);
  return tags;
}

function append<Value>(map: Map<ImageKey, Value[]>, key: ImageKey, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
