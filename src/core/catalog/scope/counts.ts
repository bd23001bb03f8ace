import type { ImageKey, Totals } from "../../ports.ts";
import type { PartlyReadCounts, Scope } from "../../types.ts";
import { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";
import { highestKey } from "../image-keys.ts";
import { KeyBits } from "./key-set.ts";
import { isVisible } from "./keys-in-scope.ts";
import { pathRange } from "./path-range.ts";
import { folderRanges } from "./placement-ranges.ts";
import { slices } from "./row-ranges.ts";
import { scopeQuery } from "./scope-query.ts";

export function totals(db: Connection): Totals {
  const tallies = new Map(
    db.statement<[string, number]>("SELECT name, total FROM tallies").raw().all() as [string, number][],
  );
  const total = (name: string) => tallies.get(name) ?? 0;
  return { images: total("images"), placements: total("placements"), failed: total("failures") };
}

export async function countsBelow(db: Connection, path: string): Promise<Totals> {
  const images = new KeyBits(await highestKey(db));
  let placements = 0;
  const yielder = new YieldController();
  for (const range of folderRanges([path])) {
    for await (const keys of slices<ImageKey>(db, range, { columns: ["f.image"], yielder })) {
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

/** Of what moves, one frame of each shot was read. */
const IS_STILL = "i.duration_ms IS NULL";

/** By partial indexes: of most libraries there is next to nothing in them. */
export async function partlyRead(db: Connection, scope: Scope): Promise<PartlyReadCounts> {
  const count = (condition: string) =>
    db
      .statement<number>(`SELECT count(*) FROM images i WHERE ${condition} AND ${isVisible(scope)}`)
      .pluck()
      .get(scopeQuery(scope).parameters) ?? 0;
  return db.read(() => ({ cut: count("i.cut = 1"), severalPages: count(`i.pages > 1 AND ${IS_STILL}`) }));
}
