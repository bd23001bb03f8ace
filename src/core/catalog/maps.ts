import type { KeptMap, MapPoint, MapStore } from "../ports.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";

/** One for each scope that is looked at; beyond, the oldest go. */
const MAX_MAPS = 8;
/** Written, or erased, in one step. */
const POINTS_AT_ONCE = 1000;

export function mapStore(db: Connection): MapStore {
  return {
    find: (name) =>
      db.read(() =>
        db
          .statement<KeptMap>(
            "SELECT id, basis FROM maps WHERE name = ? AND complete = 1 ORDER BY id DESC LIMIT 1",
          )
          .get(name),
      ),
    points: (map) => readPoints(db, map),
    put: async (name, basis, points) => {
      const id = await db.write(() =>
        Number(
          db.statement("INSERT INTO maps (name, basis, complete) VALUES (?, ?, 0)").run(name, basis)
            .lastInsertRowid,
        ),
      );
      await addPoints(db, id, points);
      await db.write(() => db.statement("UPDATE maps SET complete = 1 WHERE id = ?").run(id));
      await eraseReplaced(db, name, id);
      return { id, basis };
    },
    add: (map, points) => addPoints(db, map, points),
  };
}

type Row = [key: number, x: number, y: number, isLandmark: number];

async function* readPoints(db: Connection, map: number): AsyncIterable<MapPoint[]> {
  const range: RowRange = {
    from: "map_points",
    prefix: "map = @map",
    order: ["image"],
    parameters: { map },
  };
  const columns = ["image", "x", "y", "is_landmark"];
  for await (const rows of slices<Row>(db, range, { columns, yielder: new YieldController() }))
    yield rows.map(([key, x, y, isLandmark]) => ({ key, x, y, isLandmark: isLandmark === 1 }));
}

async function addPoints(db: Connection, map: number, points: readonly MapPoint[]): Promise<void> {
  const yielder = new YieldController();
  for (let start = 0; start < points.length; start += POINTS_AT_ONCE) {
    await db.write(() => {
      const insert = db.statement(
        `INSERT OR IGNORE INTO map_points (map, image, x, y, is_landmark)
        SELECT @map, @key, @x, @y, @isLandmark
        WHERE EXISTS (SELECT 1 FROM images WHERE key = @key) AND EXISTS (SELECT 1 FROM maps WHERE id = @map)`,
      );
      for (const { key, x, y, isLandmark } of points.slice(start, start + POINTS_AT_ONCE))
        insert.run({ map, key, x, y, isLandmark: isLandmark ? 1 : 0 });
    });
    await yielder.yieldIfDue();
  }
}

/** Maps before this one of its name, and the oldest of all names: those too that a killed process left half written. */
async function eraseReplaced(db: Connection, name: string, newest: number): Promise<void> {
  const outdated = await db.read(() =>
    db
      .statement<number>(
        `SELECT id FROM maps WHERE (name = @name AND id < @newest AND complete = 1)
          OR id <= (SELECT id FROM maps ORDER BY id DESC LIMIT 1 OFFSET ${MAX_MAPS})`,
      )
      .pluck()
      .all({ name, newest }),
  );
  const yielder = new YieldController();
  for (const map of outdated) {
    for (let erased = POINTS_AT_ONCE; erased === POINTS_AT_ONCE; ) {
      erased = await db.write(
        () =>
          db
            .statement(
              `DELETE FROM map_points WHERE map = @map AND image IN
                (SELECT image FROM map_points WHERE map = @map ORDER BY image LIMIT ${POINTS_AT_ONCE})`,
            )
            .run({ map }).changes,
      );
      await yielder.yieldIfDue();
    }
    await db.write(() => db.statement("DELETE FROM maps WHERE id = ?").run(map));
  }
}
