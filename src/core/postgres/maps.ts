import type { KeptMap, MapPoint, MapStore } from "../ports.ts";
import type { Connection } from "./connection.ts";

/** One for each scope that is looked at; beyond, the oldest go. */
const MAX_MAPS = 8;
/** Written, or read, in one step. */
const POINTS_AT_ONCE = 5000;

export function mapStore(db: Connection): MapStore {
  return {
    find: async (name) =>
      (
        await db.rows<KeptMap>(
          "SELECT id, basis FROM maps WHERE name = $1 AND complete ORDER BY id DESC LIMIT 1",
          [name],
        )
      )[0],
    points: (map) => readPoints(db, map),
    put: async (name, basis, points) => {
      const id = await db.write(async (session) => {
        const [made] = await session.rows<{ id: number }>(
          "INSERT INTO maps (name, basis, complete) VALUES ($1, $2, false) RETURNING id",
          [name, basis],
        );
        return made?.id ?? 0;
      });
      await addPoints(db, id, points);
      // Points of the maps that go are erased with them.
      await db.write(async (session) => {
        await session.run("UPDATE maps SET complete = true WHERE id = $1", [id]);
        await session.run(
          `DELETE FROM maps WHERE (name = $1 AND id < $2 AND complete)
            OR id <= (SELECT id FROM maps ORDER BY id DESC LIMIT 1 OFFSET ${MAX_MAPS})`,
          [name, id],
        );
      });
      return { id, basis };
    },
    add: (map, points) => addPoints(db, map, points),
  };
}

async function* readPoints(db: Connection, map: number): AsyncIterable<MapPoint[]> {
  for (let after = -1, isLast = false; !isLast; ) {
    const points = await db.rows<MapPoint>(
      `SELECT image AS key, x, y, is_landmark AS "isLandmark" FROM map_points
      WHERE map = $1 AND image > $2 ORDER BY image LIMIT ${POINTS_AT_ONCE}`,
      [map, after],
    );
    if (points.length > 0) yield points;
    isLast = points.length < POINTS_AT_ONCE;
    after = points.at(-1)?.key ?? after;
  }
}

async function addPoints(db: Connection, map: number, points: readonly MapPoint[]): Promise<void> {
  for (let start = 0; start < points.length; start += POINTS_AT_ONCE) {
    const some = points.slice(start, start + POINTS_AT_ONCE);
    await db.write((session) =>
      session.run(
        `INSERT INTO map_points (map, image, x, y, is_landmark)
          SELECT $1, i.key, n.x, n.y, n.is_landmark
          FROM unnest($2::bigint[], $3::float8[], $4::float8[], $5::boolean[]) AS n (key, x, y, is_landmark)
          JOIN (SELECT key FROM images WHERE key = ANY($2::bigint[]) ORDER BY key FOR KEY SHARE) i ON i.key = n.key
          JOIN (SELECT id FROM maps WHERE id = $1 FOR KEY SHARE) m ON true
        ON CONFLICT DO NOTHING`,
        [
          map,
          some.map(({ key }) => key),
          some.map(({ x }) => x),
          some.map(({ y }) => y),
          some.map(({ isLandmark }) => isLandmark),
        ],
      ),
    );
  }
}
