import type { ImageKey } from "../ports.ts";
import type { Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { highestKey } from "./image-keys.ts";
import { type ImageFilter, imageFilter, isWanted } from "./keys-in-scope.ts";
import { datedStretches, type PlacementStretch, placementStretches } from "./placement-stretches.ts";
import { slices } from "./stretches.ts";

type Order = "newest" | "oldest";

interface Dated {
  readonly key: ImageKey;
  readonly date: number;
}

/** By the date of the newest visible placement; ties by lower key. */
export async function keysByDate(
  db: Connection,
  scope: Scope,
  { order, limit }: { order: Order; limit: number },
): Promise<ImageKey[]> {
  const turns = new YieldController();
  const filter = await imageFilter(db, scope, turns);
  const dated = order === "newest" ? datedStretches(scope) : undefined;
  const first = new First(order, limit);
  if (dated) {
    for (const stretch of dated) await takeNewest(db, stretch, { filter, limit, first, turns });
  } else {
    await takeAll(db, placementStretches(scope), { filter, first, turns });
  }
  return first.keys();
}

/** An image that is among the newest of all is also among the newest of the stretch with its newest placement. */
async function takeNewest(
  db: Connection,
  stretch: PlacementStretch,
  {
    filter,
    limit,
    first,
    turns,
  }: { filter: ImageFilter; limit: number; first: First; turns: YieldController },
): Promise<void> {
  const columns = [stretch.image, stretch.date];
  const reading = { columns, turns, descending: true, startWith: limit + 1 };
  const taken = new Set<ImageKey>();
  let lowest = Number.NEGATIVE_INFINITY;
  for await (const rows of slices<[key: ImageKey, date: number]>(db, stretch, reading)) {
    for (const [key, date] of rows) {
      // Those of the same date as the last one wanted come along: the lowest keys of them go first.
      if (date < lowest) return;
      if (taken.has(key) || !isWanted(key, filter)) continue;
      taken.add(key);
      first.offer({ key, date });
      if (taken.size === limit) lowest = date;
    }
  }
}

async function takeAll(
  db: Connection,
  stretches: readonly PlacementStretch[],
  { filter, first, turns }: { filter: ImageFilter; first: First; turns: YieldController },
): Promise<void> {
  const dates = new Float64Array((await highestKey(db)) + 1).fill(Number.NEGATIVE_INFINITY);
  for (const stretch of stretches) {
    const columns = [stretch.image, stretch.date];
    for await (const rows of slices<[key: ImageKey, date: number]>(db, stretch, { columns, turns })) {
      for (const [key, date] of rows) if (isWanted(key, filter)) dates[key] = Math.max(dates[key] ?? 0, date);
    }
  }
  for (const [key, date] of dates.entries()) {
    if (key % ROWS_BETWEEN_TURNS === 0) await turns.yieldIfDue();
    if (date > Number.NEGATIVE_INFINITY) first.offer({ key, date });
  }
}

const ROWS_BETWEEN_TURNS = 1024;

/** The first few of all that were offered; of one image, its newest date. */
class First {
  readonly #order: Order;
  readonly #limit: number;
  #held: Dated[] = [];

  constructor(order: Order, limit: number) {
    this.#order = order;
    this.#limit = limit;
  }

  offer(dated: Dated): void {
    this.#held.push(dated);
    if (this.#held.length > 2 * this.#limit + 1024) this.#held = this.#best();
  }

  keys(): ImageKey[] {
    return this.#best().map(({ key }) => key);
  }

  #best(): Dated[] {
    const newest = new Map<ImageKey, number>();
    for (const { key, date } of this.#held) newest.set(key, Math.max(newest.get(key) ?? date, date));
    const direction = this.#order === "newest" ? -1 : 1;
    return [...newest]
      .map(([key, date]) => ({ key, date }))
      .sort((a, b) => direction * (a.date - b.date) || a.key - b.key)
      .slice(0, this.#limit);
  }
}
