import { comparePaths } from "../../compare-paths.ts";
import type { ImageKey } from "../../ports.ts";
import type { Scope } from "../../types.ts";
import type { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";
import { crowdedAmong, firstPathOfCrowded } from "./crowded-images.ts";
import { type ScopeQuery, scopeQuery } from "./scope-query.ts";

interface Dated {
  readonly key: ImageKey;
  readonly date: number;
}

interface Placed extends Dated {
  /** The first that the scope shows; of no meaning where no other has that date. */
  readonly path: string;
}

/** Candidates buffered beyond the limit before the best of them are selected. */
const SPARE = 1024;
const LOOKED_UP_AT_ONCE = 500;
/** Pictures without a file come after those that have one. */
const NO_PATH = "\uffff";

/** The first few of all candidates, by date and path; an image counts with its newest date. */
export class FirstByDate {
  readonly #direction: 1 | -1;
  readonly #limit: number;
  #held: Dated[] = [];
  /** Enough candidates come before this date that no later one can be among the first. */
  #boundary: number | undefined;
  /** A million files may have the same date: they are buffered separately, so that the others stay few. */
  #atBoundary: Dated[] = [];

  constructor(order: "newest" | "oldest", limit: number) {
    this.#direction = order === "newest" ? -1 : 1;
    this.#limit = limit;
  }

  offer(dated: Dated): void {
    const beyond = this.#boundary === undefined ? -1 : this.#direction * (dated.date - this.#boundary);
    if (beyond === 0) this.#atBoundary.push(dated);
    if (beyond >= 0) return;
    this.#held.push(dated);
    if (this.#held.length > 2 * this.#limit + SPARE) this.#drawBoundary();
  }

  async keys(db: Connection, scope: Scope, yielder: YieldController): Promise<ImageKey[]> {
    const newest = this.#newestOfEach([...this.#held, ...this.#atBoundary]);
    const isTied = withSharedDates(newest);
    let best: Placed[] = [];
    for (let start = 0; start < newest.length; start += LOOKED_UP_AT_ONCE) {
      const some = newest.slice(start, start + LOOKED_UP_AT_ONCE);
      best.push(...(await withPaths(db, scope, some, isTied)));
      if (best.length > 2 * this.#limit + SPARE) best = this.#firstOf(best);
      await yielder.yieldIfDue();
    }
    return this.#firstOf(best).map(({ key }) => key);
  }

  #drawBoundary(): void {
    const held = this.#newestOfEach(this.#held).sort(this.#byDate);
    const boundary = held[this.#limit - 1]?.date;
    if (boundary === undefined) {
      this.#held = held;
      return;
    }
    // Those at the boundary before are beyond this one: it comes earlier, or is the first.
    this.#boundary = boundary;
    this.#atBoundary = held.filter(({ date }) => date === boundary);
    this.#held = held.filter(({ date }) => this.#direction * (date - boundary) < 0);
  }

  #newestOfEach(dated: readonly Dated[]): Dated[] {
    const newest = new Map<ImageKey, Dated>();
    for (const each of dated) {
      const known = newest.get(each.key);
      if (known === undefined || known.date < each.date) newest.set(each.key, each);
    }
    return [...newest.values()];
  }

  #firstOf(placed: Placed[]): Placed[] {
    return placed
      .sort((a, b) => this.#byDate(a, b) || comparePaths(a.path, b.path) || a.key - b.key)
      .slice(0, this.#limit);
  }

  readonly #byDate = (a: Dated, b: Dated) => this.#direction * (a.date - b.date);
}

/** Only among those of one date do paths matter. */
function withSharedDates(dated: readonly Dated[]): (each: Dated) => boolean {
  const [seen, shared] = [new Set<number>(), new Set<number>()];
  for (const { date } of dated) (seen.has(date) ? shared : seen).add(date);
  return ({ date }) => shared.has(date);
}

async function withPaths(
  db: Connection,
  scope: Scope,
  dated: readonly Dated[],
  isTied: (each: Dated) => boolean,
): Promise<Placed[]> {
  const paths = scope.files === "none" ? new Map() : await firstPaths(db, scope, dated.filter(isTied));
  return dated.map(({ key, date }) => ({ key, date, path: paths.get(key) ?? NO_PATH }));
}

async function firstPaths(
  db: Connection,
  scope: Scope,
  images: readonly Dated[],
): Promise<Map<ImageKey, string>> {
  const query = scopeQuery(scope);
  const keys = images.map(({ key }) => key);
  const { crowded, rows } = await db.read(() => {
    const crowded = crowdedAmong(db, keys);
    const others = keys.filter((key) => !crowded.has(key));
    return { crowded, rows: minimumPaths(db, query, others) };
  });
  const paths = new Map(rows);
  for (const key of crowded) {
    const path = await firstPathOfCrowded(db, key, query);
    if (path !== undefined) paths.set(key, path);
  }
  return paths;
}

const minimumPaths = (db: Connection, { file, parameters }: ScopeQuery, keys: readonly ImageKey[]) =>
  db
    .statement<[key: ImageKey, path: string]>(
      `SELECT f.image, min(f.path) FROM files f
      WHERE f.image IN (SELECT value FROM json_each(@keys)) AND ${file} GROUP BY f.image`,
    )
    .raw()
    .all({ ...parameters, keys: JSON.stringify(keys) }) as [key: ImageKey, path: string][];
