import type { Catalog, ImageKey } from "../ports.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { highestKey } from "./image-keys.ts";
import { KeyBits } from "./key-set.ts";
import { pathRange } from "./path-range.ts";
import { folderStretches } from "./placement-stretches.ts";
import { slices } from "./stretches.ts";

interface Counts {
  images: number;
  placements: number;
  failed: number;
}

export function counts(db: Connection) {
  return {
    counts: () => db.read(() => counted(db)),
    countsBelow: (path) => countedBelow(db, path),
    guildCounts: () =>
      db.read(() =>
        db
          .statement<{ guildId: string; channels: number; images: number }>(
            `SELECT guild AS guildId, images, (SELECT count(*) FROM places p WHERE p.guild = g.guild) AS channels
            FROM guilds g ORDER BY guild`,
          )
          .all(),
      ),
  } satisfies Partial<Catalog>;
}

function counted(db: Connection): Counts {
  const totals = new Map(
    db.statement<[string, number]>("SELECT name, total FROM tallies").raw().all() as [string, number][],
  );
  const total = (name: string) => totals.get(name) ?? 0;
  return { images: total("images"), placements: total("placements"), failed: total("failures") };
}

async function countedBelow(db: Connection, path: string): Promise<Counts> {
  const images = new KeyBits(await highestKey(db));
  let placements = 0;
  const turns = new YieldController();
  for (const stretch of folderStretches([path])) {
    for await (const keys of slices<ImageKey>(db, stretch, { columns: ["f.image"], turns })) {
      placements += keys.length;
      images.addAll(keys);
    }
  }
  return { images: images.size, placements, failed: await db.read(() => failedBelow(db, path)) };
}

function failedBelow(db: Connection, path: string): number {
  return Number(
    db
      .statement(
        `SELECT count(*) FROM failures WHERE root IS NOT NULL
          AND (origin = @exact OR (origin >= @from AND origin < @to))`,
      )
      .pluck()
      .get(pathRange(path)),
  );
}
