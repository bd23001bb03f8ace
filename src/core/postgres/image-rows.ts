import { type CaptureRow, captureTimeOf } from "../catalog/capture-columns.ts";
import { FACTS_COLUMNS, type FactsRow, factsOf } from "../catalog/facts-rows.ts";
import {
  discordPlacementOf,
  filePlacementOf,
  type PlacedFile,
  type PlacedPost,
} from "../catalog/placement-rows.ts";
import { plausibleSpan } from "../dates/plausible-time.ts";
import type { CatalogImage, ImageKey, PlacementExtent } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageFormat, ImageId, ImageTag, Placement, Scope } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { parseFurtherQuality } from "./further-quality.ts";
import { hexOf } from "./image-keys.ts";
import { FILE_COLUMNS, POST_COLUMNS } from "./placements.ts";
import { isEverything, scopeConditions } from "./scope-conditions.ts";
import { seenTags } from "./seen-tags.ts";
import { Values } from "./values.ts";

const IMAGES_AT_ONCE = 256;
/** Of an image with more placements, an answer with many images shows these, and the newest. */
const FIRST = 100;

interface ImageRow extends CaptureRow {
  readonly key: ImageKey;
  readonly id: ImageId;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly jpegQuality: number | null;
  readonly detail: number | null;
  readonly measuredSide: number | null;
  readonly furtherQuality: string | null;
  readonly cut: boolean;
  readonly pages: number;
  readonly durationMs: number | null;
  readonly coverAtMs: number | null;
  readonly addedAt: number;
}

const IMAGE_COLUMNS = `i.key, ${hexOf("i.id")} AS id, i.format, i.width, i.height, i.bytes, i.taken_at AS "takenAt",
  i.taken_offset AS "takenOffset", i.taken_source AS "takenSource", i.jpeg_quality AS "jpegQuality", i.detail,
  i.measured_side AS "measuredSide", i.further_quality::text AS "furtherQuality", i.cut, i.pages, i.duration_ms AS "durationMs", i.cover_ms AS "coverAtMs", i.added_at AS "addedAt"`;

/** Images with what the scope shows of them, in the requested order; those outside it are left out. */
export async function readImages(
  db: Connection,
  keys: readonly ImageKey[],
  scope: Scope = ENTIRE_LIBRARY,
  extent: PlacementExtent = "all",
): Promise<CatalogImage[]> {
  const images: CatalogImage[] = [];
  for (let start = 0; start < keys.length; start += IMAGES_AT_ONCE) {
    const some = keys.slice(start, start + IMAGES_AT_ONCE);
    images.push(...(await db.read((session) => readSome(session, some, scope, extent))));
  }
  return images;
}

async function readSome(
  session: Session,
  keys: readonly ImageKey[],
  scope: Scope,
  extent: PlacementExtent,
): Promise<CatalogImage[]> {
  const rows = await readRows(session, keys, scope);
  const placements = await readPlacements(session, keys, scope, extent);
  const tags = await readTags(session, keys, scope);
  const said = await readFacts(session, keys, scope);
  const images = new Map<ImageKey, CatalogImage>();
  for (const row of rows) {
    const {
      key,
      takenAt,
      takenOffset,
      takenSource,
      jpegQuality,
      detail,
      measuredSide,
      furtherQuality,
      cut,
      pages,
      durationMs,
      coverAtMs,
      ...columns
    } = row;
    const seen = placements.get(key);
    if (seen === undefined && !isEverything(scope)) continue;
    const facts = factsOf(said.get(key) ?? []);
    const record = {
      ...columns,
      ...(facts && { facts }),
      takenAt: captureTimeOf({ takenAt, takenOffset, takenSource }),
      ...(cut && { cut }),
      ...(pages > 1 && { pages }),
      ...(durationMs !== null && { durationMs, coverAtMs: coverAtMs ?? 0 }),
      quality:
        detail === null || measuredSide === null
          ? null
          : { jpegQuality, detail, measuredSide, ...parseFurtherQuality(furtherQuality) },
      placements: seen?.placements ?? [],
      placementCount: seen?.count ?? 0,
      tags: tags.get(key) ?? [],
    };
    images.set(key, { key, record });
  }
  return keys.flatMap((key) => images.get(key) ?? []);
}

function readRows(session: Session, keys: readonly ImageKey[], scope: Scope): Promise<ImageRow[]> {
  const values = new Values();
  const wanted = values.bind(keys);
  const { image } = scopeConditions(scope, values);
  return session.rows<ImageRow>(
    `SELECT ${IMAGE_COLUMNS} FROM images i WHERE i.key = ANY(${wanted}::bigint[]) AND ${image("i.key")}`,
    values.list,
  );
}

interface PlacementsOfImage {
  readonly placements: Placement[];
  /** Of all that the scope shows. */
  count: number;
}

/** Files by path, then posts by time. */
async function readPlacements(
  session: Session,
  keys: readonly ImageKey[],
  scope: Scope,
  extent: PlacementExtent,
): Promise<Map<ImageKey, PlacementsOfImage>> {
  const found = new Map<ImageKey, PlacementsOfImage>();
  const add = (image: ImageKey, count: number, placement: Placement, kind: Placement["kind"]) => {
    const seen = found.get(image) ?? { placements: [], count: 0 };
    found.set(image, seen);
    if (!seen.placements.some((other) => other.kind === kind)) seen.count += count;
    seen.placements.push(placement);
  };
  if (scope.files !== "none") {
    const values = new Values();
    const wanted = values.bind(keys);
    const { file } = scopeConditions(scope, values);
    const rows = await session.rows<PlacedFile & Counted>(
      firstOf(extent, {
        from: `files f JOIN roots r ON r.id = f.root`,
        columns: FILE_COLUMNS,
        where: `f.image = ANY(${wanted}::bigint[]) AND (${file()})`,
        image: "f.image",
        order: "f.path",
        // Those of a clock and those of an instant have no order between them.
        newest: {
          within: `, f.is_clock, ${isPlausible("f.date", values)}`,
          order: "f.date DESC, f.path DESC",
        },
      }),
      values.list,
    );
    for (const { placements, place: _, age: __, ...row } of rows)
      add(row.image, placements, filePlacementOf(row), "file");
  }
  if (scope.discord !== "none") {
    const values = new Values();
    const wanted = values.bind(keys);
    const { post } = scopeConditions(scope, values);
    const rows = await session.rows<PlacedPost & Counted>(
      firstOf(extent, {
        from: "posts p",
        columns: POST_COLUMNS,
        where: `p.image = ANY(${wanted}::bigint[]) AND (${post()})`,
        image: "p.image",
        order: "p.posted_at, p.id",
        newest: { within: `, ${isPlausible("p.posted_at", values)}`, order: "p.posted_at DESC, p.id DESC" },
      }),
      values.list,
    );
    for (const { placements, place: _, age: __, ...row } of rows)
      add(row.image, placements, discordPlacementOf(row), "discord");
  }
  return found;
}

/** SQL: whether a time is a date that can be true. */
function isPlausible(time: string, values: Values): string {
  const { since, until } = plausibleSpan();
  return `${time} >= ${values.bind(since.instant)} AND ${time} < ${values.bind(until.instant)}`;
}

interface Counted {
  /** Of the image, of this kind, that the scope shows. */
  readonly placements: number;
  readonly place: number;
  readonly age: number;
}

interface Placements {
  readonly from: string;
  readonly columns: string;
  readonly where: string;
  readonly image: string;
  readonly order: string;
  readonly newest: { readonly within: string; readonly order: string };
}

/** All of each image, or the first and the newest, with their count. */
function firstOf(
  extent: PlacementExtent,
  { from, columns, where, image, order, newest }: Placements,
): string {
  const ofImage = `PARTITION BY ${image}`;
  return `SELECT x.* FROM (
      SELECT ${columns}, count(*) OVER (${ofImage}) AS placements,
        row_number() OVER (${ofImage} ORDER BY ${order}) AS place,
        row_number() OVER (${ofImage}${newest.within} ORDER BY ${newest.order}) AS age
      FROM ${from} WHERE ${where}
    ) x ${extent === "first" ? `WHERE x.place <= ${FIRST} OR x.age = 1` : ""} ORDER BY x.image, x.place`;
}

/** What the bytes say, then what sidecars of visible files do. */
async function readFacts(
  session: Session,
  keys: readonly ImageKey[],
  scope: Scope,
): Promise<Map<ImageKey, FactsRow[]>> {
  const found = new Map<ImageKey, FactsRow[]>();
  const values = new Values();
  const { facts } = scopeConditions(scope, values);
  const rows = await session.rows<FactsRow>(
    `SELECT ${FACTS_COLUMNS} FROM facts x LEFT JOIN files y ON y.id = x.file
    WHERE x.image = ANY(${values.bind(keys)}::bigint[]) AND ${facts()} ORDER BY x.image, y.path COLLATE "C" NULLS FIRST`,
    values.list,
  );
  for (const row of rows) found.set(row.image, [...(found.get(row.image) ?? []), row]);
  return found;
}

/** Those that the scope lets see; of a file outside it, what the model gave beneath. */
async function readTags(
  session: Session,
  keys: readonly ImageKey[],
  scope: Scope,
): Promise<Map<ImageKey, ImageTag[]>> {
  const tags = new Map<ImageKey, ImageTag[]>();
  const values = new Values();
  const { carried } = scopeConditions(scope, values);
  const rows = await session.rows<ImageTag & { image: ImageKey }>(
    `SELECT image, tag, CASE source WHEN 'user' THEN 'person' ELSE source END AS by, score FROM (
      ${seenTags(carried(), `t.image = ANY(${values.bind(keys)}::bigint[])`)}
    ) s ORDER BY score DESC, tag COLLATE "C"`,
    values.list,
  );
  for (const { image, ...tag } of rows) {
    const list = tags.get(image);
    if (list) list.push(tag);
    else tags.set(image, [tag]);
  }
  return tags;
}
