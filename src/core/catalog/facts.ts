import type { FactsStore, ImageKey } from "../ports.ts";
import type { ImageId, PictureFacts, SidecarFacts } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";
import { eraseInPlace } from "./erase.ts";
import { FACTS_NAMES, factsRow, LOCATION_OFF, LOCATION_STATE, PRIVATE_NAMES } from "./facts-rows.ts";
import { findKey } from "./image-keys.ts";
import { dateFile } from "./placement-rows.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";
import { scopeQuery } from "./scope/scope-query.ts";
import type { VisibleKeys } from "./scope/visible-keys.ts";

/** Rows in one write, which blocks every other writer. */
const ROWS_AT_ONCE = 1000;

export function factsStore(db: Connection, visible: VisibleKeys): FactsStore {
  return {
    setFromSidecars: async (read) => {
      for (let start = 0; start < read.length; start += ROWS_AT_ONCE) {
        const some = read.slice(start, start + ROWS_AT_ONCE);
        await eraseInPlace(db, () => some.reduce((rows, file) => rows + setFromSidecars(db, file), 0));
      }
    },
    unreadSidecars: (after, limit) =>
      db.read(() =>
        db
          .statement<{ path: string; id: ImageId }>(
            `SELECT u.file AS path, lower(hex(i.id)) AS id FROM unread_sidecars u
              JOIN files f ON f.path = u.file JOIN images i ON i.key = f.image
            WHERE u.file > ? ORDER BY u.file LIMIT ?`,
          )
          .all(after, limit),
      ),
    keepsLocation: () => db.read(() => keepsLocation(db)),
    keepLocation: (isKept) => keepLocation(db, isKept),
    counts: (scope) => counts(db, scope, visible),
  };
}

export const keepsLocation = (db: Connection): boolean =>
  db.statement("SELECT 1 FROM cursors WHERE name = ? AND value = ?").get(LOCATION_STATE, LOCATION_OFF) ===
  undefined;

/** What the bytes of a picture in a file say, in place of what was known. */
export function putFacts(db: Connection, image: ImageKey, facts: PictureFacts = {}): void {
  putRow(db, { image, file: null }, facts);
  // A row that was there already is read again.
  db.statement("DELETE FROM unread_facts WHERE image = ?").run(image);
}

function putRow(
  db: Connection,
  { image, file }: { readonly image: ImageKey; readonly file: string | null },
  facts: SidecarFacts,
): void {
  const names = FACTS_NAMES.join(", ");
  db.statement(
    `INSERT INTO facts (image, file, ${names}) VALUES (?, ?${", ?".repeat(FACTS_NAMES.length)})
    ON CONFLICT (image, coalesce(file, '')) DO UPDATE SET ${FACTS_NAMES.map((name) => `${name} = excluded.${name}`).join(", ")}`,
  ).run(
    image,
    file,
    // SQLite has numbers for flags.
    ...factsRow(facts, { keepsLocation: keepsLocation(db) }).map((value) =>
      typeof value === "boolean" ? Number(value) : value,
    ),
  );
}

/** @returns how many rows were overwritten, for `eraseInPlace` */
function setFromSidecars(
  db: Connection,
  { path, id, facts }: { path: string; id: string; facts: SidecarFacts },
) {
  const image = findKey(db, id);
  if (image === undefined) return 0;
  const modifiedAt = db
    .statement<number>("SELECT modified_at FROM files WHERE path = ? AND image = ?")
    .pluck()
    .get(path, image);
  if (modifiedAt === undefined) return 0;
  const { changes } = db.statement("DELETE FROM facts WHERE file = ?").run(path);
  if (Object.keys(facts).length > 0) putRow(db, { image, file: path }, facts);
  if (changes > 0 || facts.takenAt !== undefined) dateFile(db, image, { path, modifiedAt });
  db.statement("DELETE FROM unread_sidecars WHERE file = ?").run(path);
  return changes;
}

/** Where they are kept again, every file is read again. */
async function keepLocation(db: Connection, isKept: boolean): Promise<void> {
  const wasKept = await db.read(() => keepsLocation(db));
  await db.write(() =>
    isKept
      ? db.statement("DELETE FROM cursors WHERE name = ?").run(LOCATION_STATE)
      : db
          .statement("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)")
          .run(LOCATION_STATE, LOCATION_OFF),
  );
  const last = Number((await db.read(() => db.statement("SELECT max(id) FROM facts").pluck().get())) ?? 0);
  for (let id = 0; id <= last; id += ROWS_AT_ONCE) {
    const range = [id, id + ROWS_AT_ONCE - 1];
    if (!isKept)
      await eraseInPlace(
        db,
        () =>
          db
            .statement(
              `UPDATE facts SET ${PRIVATE_NAMES.map((name) => `${name} = NULL`).join(", ")}
              WHERE id BETWEEN ? AND ? AND coalesce(${PRIVATE_NAMES.join(", ")}) IS NOT NULL`,
            )
            .run(...range).changes,
      );
    else if (!wasKept)
      await db.write(() => {
        db.statement(
          "INSERT INTO unread_facts (image) SELECT DISTINCT image FROM facts WHERE id BETWEEN ? AND ? AND file IS NULL ON CONFLICT (image) DO NOTHING",
        ).run(...range);
      });
  }
  if (isKept && !wasKept) await queueSidecars(db);
}

async function queueSidecars(db: Connection): Promise<void> {
  const paths = db.statement<string>("SELECT path FROM files WHERE path > ? ORDER BY path LIMIT ?").pluck();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const some: string[] = await db.read(() => paths.all(after, ROWS_AT_ONCE));
    await db.write(() => {
      const queue = db.statement(
        "INSERT INTO unread_sidecars (file) VALUES (?) ON CONFLICT (file) DO NOTHING",
      );
      for (const path of some) queue.run(path);
    });
    after = some.at(-1);
  }
}

/** Most different cameras or places that are told. */
const MOST_COUNTED = 100;

async function counts(db: Connection, scope: Parameters<FactsStore["counts"]>[0], visible: VisibleKeys) {
  const inside = await visible.unlessAll(scope);
  const yielder = new YieldController();
  const cameras = new Map<string, Set<ImageKey>>();
  const places = new Map<number, { readonly name: string; readonly images: Set<ImageKey> }>();
  const query = scopeQuery(scope);
  const range: RowRange = {
    from: "facts x",
    prefix: "TRUE",
    order: ["x.id"],
    where: `(x.camera IS NOT NULL OR x.place IS NOT NULL) AND ${query.facts}`,
    parameters: query.parameters,
  };
  type Row = [image: ImageKey, camera: string | null, place: number | null, name: string];
  const columns = ["x.image", "x.camera", "x.place", "x.place_name"];
  for await (const rows of slices<Row>(db, range, { columns, yielder })) {
    for (const [image, camera, place, name] of rows) {
      if (inside && !inside.has(image)) continue;
      if (camera !== null) cameras.set(camera, (cameras.get(camera) ?? new Set()).add(image));
      if (place === null) continue;
      const known = places.get(place) ?? { name, images: new Set() };
      known.images.add(image);
      places.set(place, known);
    }
  }
  const most = <Count extends { images: number; name: string }>(counted: Count[]) =>
    counted.sort((a, b) => b.images - a.images || (a.name < b.name ? -1 : 1)).slice(0, MOST_COUNTED);
  return {
    cameras: most([...cameras].map(([name, images]) => ({ name, images: images.size }))),
    places: most([...places].map(([id, { name, images }]) => ({ id, name, images: images.size }))),
  };
}
