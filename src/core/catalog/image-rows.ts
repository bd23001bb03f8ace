import type { CatalogImage, ImageKey, PlacementExtent } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageFormat, ImageTag, Placement, Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { CAPTURE_COLUMNS, type CaptureRow, captureTimeOf } from "./capture-columns.ts";
import type { Connection } from "./connection/connection.ts";
import { FACTS_COLUMNS, type FactsRow, factsOf } from "./facts-rows.ts";
import {
  discordPlacement,
  FILE_COLUMNS,
  type FileRow,
  filePlacement,
  POST_COLUMNS,
  type PostRow,
} from "./placement-rows.ts";
import { QUALITY_COLUMNS, type QualityRow, qualityOf } from "./quality-row.ts";
import { crowdedAmong, placementsOfCrowded } from "./scope/crowded-images.ts";
import { isEverything, type ScopeQuery, scopeQuery } from "./scope/scope-query.ts";

/** As `StoredFingerprint` names them. */
export const FINGERPRINT_COLUMNS = "key, lower(hex(id)) AS id, fingerprint";

interface ImageRow extends CaptureRow, QualityRow {
  readonly key: ImageKey;
  readonly id: Buffer;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly cut: number;
  readonly pages: number;
  readonly durationMs: number | null;
  readonly coverAtMs: number | null;
  readonly addedAt: number;
}

interface TagRow extends ImageTag {
  readonly image: ImageKey;
}

/** A read of as many takes a few milliseconds: rows, tags and placements of each lie apart. */
const IMAGES_AT_ONCE = 48;

/** Images with what the scope shows of them, in the requested order; those outside it are left out. */
export async function readImages(
  db: Connection,
  keys: readonly ImageKey[],
  scope: Scope = ENTIRE_LIBRARY,
  extent: PlacementExtent = "all",
): Promise<CatalogImage[]> {
  const yielder = new YieldController();
  const images: CatalogImage[] = [];
  for (let start = 0; start < keys.length; start += IMAGES_AT_ONCE) {
    images.push(...(await readSome(db, keys.slice(start, start + IMAGES_AT_ONCE), scope, extent)));
    await yielder.yieldIfDue();
  }
  return images;
}

async function readSome(
  db: Connection,
  keys: readonly ImageKey[],
  scope: Scope,
  extent: PlacementExtent,
): Promise<CatalogImage[]> {
  const query = scopeQuery(scope);
  const { rows, placements, tags, facts, crowded } = await db.read(() => {
    const crowded = crowdedAmong(db, keys);
    const others = keys.filter((key) => !crowded.has(key));
    return {
      rows: readRows(db, query, { ...query.parameters, keys: JSON.stringify(keys) }),
      placements: readPlacements(db, query, { ...query.parameters, keys: JSON.stringify(others) }),
      facts: readFacts(db, query, { ...query.parameters, keys: JSON.stringify(keys) }),
      tags: readTags(db, query, { ...query.parameters, keys: JSON.stringify(keys) }),
      crowded,
    };
  });
  const images = new Map<ImageKey, CatalogImage>();
  for (const row of rows) {
    const { key, id, takenAt, takenOffset, takenSource, cut, pages, format, width, height, bytes, addedAt } =
      row;
    const { durationMs, coverAtMs } = row;
    const all = placements.get(key) ?? [];
    const seen = crowded.has(key)
      ? await placementsOfCrowded(db, key, query, extent)
      : { placements: all, count: all.length };
    if (seen.count === 0 && !isEverything(scope)) continue;
    const said = factsOf(facts.get(key) ?? []);
    const record = {
      id: id.toString("hex"),
      ...{ format, width, height, bytes, addedAt },
      takenAt: captureTimeOf({ takenAt, takenOffset, takenSource }),
      ...(cut === 1 && { cut: true as const }),
      ...(pages > 1 && { pages }),
      ...(durationMs !== null && { durationMs, coverAtMs: coverAtMs ?? 0 }),
      ...(said && { facts: said }),
      quality: qualityOf(row),
      placements: seen.placements,
      placementCount: seen.count,
      tags: tags.get(key) ?? [],
    };
    images.set(key, { key, record });
  }
  return keys.flatMap((key) => images.get(key) ?? []);
}

function readRows(db: Connection, query: ScopeQuery, parameters: object): ImageRow[] {
  return db
    .statement<ImageRow>(
      `SELECT i.key, i.id, i.format, i.width, i.height, i.bytes, ${CAPTURE_COLUMNS},
        ${QUALITY_COLUMNS}, i.cut, i.pages, i.duration_ms AS durationMs, i.cover_ms AS coverAtMs, i.added_at AS addedAt
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

/** What the bytes say, then what sidecars of visible files do. */
function readFacts(db: Connection, { facts }: ScopeQuery, parameters: object): Map<ImageKey, FactsRow[]> {
  const found = new Map<ImageKey, FactsRow[]>();
  const rows = db.statement<FactsRow>(
    `SELECT ${FACTS_COLUMNS} FROM facts x WHERE x.image IN (SELECT value FROM json_each(@keys)) AND ${facts}
    ORDER BY x.image, coalesce(x.file, '')`,
  );
  for (const row of rows.all(parameters)) append(found, row.image, row);
  return found;
}

/** Those that the scope lets see; of a file outside it, what the model gave beneath. */
function readTags(db: Connection, { carried }: ScopeQuery, parameters: object): Map<ImageKey, ImageTag[]> {
  const tags = new Map<ImageKey, ImageTag[]>();
  const rows = db
    .statement<TagRow>(
      `SELECT image, tag, CASE source WHEN 'user' THEN 'person' ELSE source END AS "by", score FROM (
        SELECT t.image, t.tag, CASE WHEN isHidden THEN 'model' ELSE t.source END AS source,
          CASE WHEN isHidden THEN t.model_score ELSE t.score END AS score
        FROM (SELECT *, source = 'file' AND NOT (${carried}) AS isHidden FROM tags t
          WHERE source <> 'rejected' AND image IN (SELECT value FROM json_each(@keys))) t
      ) WHERE score IS NOT NULL ORDER BY score DESC, tag`,
    )
    .all(parameters);
  for (const { image, ...tag } of rows) append(tags, image, tag);
  return tags;
}

function append<Value>(map: Map<ImageKey, Value[]>, key: ImageKey, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
