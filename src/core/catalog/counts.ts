import type { Catalog } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { pathRange } from "./path-range.ts";

interface Counts {
  images: number;
  placements: number;
  failed: number;
}

export function counts(db: Connection) {
  return {
    counts: () => db.read(() => counted(db)),
    countsBelow: (path) => db.read(() => countedBelow(db, path)),
    guildCounts: () =>
      db.read(() =>
        db
          .statement<{ guildId: string; channels: number; images: number }>(
            `SELECT guild AS guildId, count(DISTINCT channel) AS channels, count(DISTINCT image) AS images
            FROM posts GROUP BY guild ORDER BY guild`,
          )
          .all(),
      ),
  } satisfies Partial<Catalog>;
}

function counted(db: Connection): Counts {
  return one(
    db
      .statement<Counts>(
        `SELECT (SELECT count(*) FROM images) AS images,
          (SELECT count(*) FROM files) + (SELECT count(*) FROM posts) AS placements,
          (SELECT count(*) FROM failures) AS failed`,
      )
      .get(),
  );
}

function countedBelow(db: Connection, path: string): Counts {
  return one(
    db
      .statement<Counts>(
        `SELECT count(DISTINCT image) AS images, count(*) AS placements,
          (SELECT count(*) FROM failures WHERE root IS NOT NULL
            AND (origin = @exact OR (origin >= @from AND origin < @to))) AS failed
        FROM files WHERE path = @exact OR (path >= @from AND path < @to)`,
      )
      .get(pathRange(path)),
  );
}

const one = (row: Counts | undefined): Counts => row ?? { images: 0, placements: 0, failed: 0 };
