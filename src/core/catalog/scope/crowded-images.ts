import { comparePaths } from "../../compare-paths.ts";
import { isPlausible } from "../../dates/plausible-time.ts";
import type { ImageKey, PlacementExtent } from "../../ports.ts";
import { sortInSlices } from "../../sort-in-slices.ts";
import type { Placement, Timestamp } from "../../types.ts";
import { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";
import {
  discordPlacement,
  FILE_COLUMNS,
  type FileRow,
  filePlacement,
  POST_COLUMNS,
  type PostRow,
} from "../placement-rows.ts";
import { type RowRange, slices } from "./row-ranges.ts";
import type { ScopeQuery } from "./scope-query.ts";

/** More placements than an answer shows of one image. */
const FIRST = 100;
const READ_AT_ONCE = 256;
/** The kind of date of a time that cannot be true: it dates no image. */
const UNDATED = -1;

/** Those of the images that are at too many places for all to be read at once, in scope or not. */
export function crowdedAmong(db: Connection, keys: readonly ImageKey[]): Set<ImageKey> {
  const isCrowded = (table: string) =>
    `(SELECT 1 FROM ${table} WHERE image = k.value LIMIT 1 OFFSET ${FIRST}) IS NOT NULL`;
  return new Set(
    db
      .statement<ImageKey>(
        `SELECT k.value FROM json_each(?) k WHERE ${isCrowded("files")} OR ${isCrowded("posts")}`,
      )
      .pluck()
      .all(JSON.stringify(keys)),
  );
}

export interface PlacementsOfImage {
  readonly placements: readonly Placement[];
  /** Of all that the scope shows. */
  readonly count: number;
}

/** In slices: gone through along an index, which counts them, and then only the requested ones are read. */
export async function placementsOfCrowded(
  db: Connection,
  key: ImageKey,
  query: ScopeQuery,
  extent: PlacementExtent,
): Promise<PlacementsOfImage> {
  const yielder = new YieldController();
  if (extent === "all") return everyPlacement(db, key, query, yielder);
  const files = new FirstOf<FileEntry>((a, b) => (a[0] < b[0] ? -1 : 1));
  const fileReading = { columns: ["f.path", "f.date", "f.is_clock"], yielder };
  for await (const rows of slices<FileEntry>(db, filesOfImage(key, query), fileReading))
    for (const row of rows) files.offer(row, isPlausible(row[1]) ? row[2] : UNDATED);
  const posts = new FirstOf<PostEntry>(byTime);
  const postReading = { columns: ["p.id", "p.posted_at"], yielder };
  for await (const rows of slices<PostEntry>(db, postsOfImage(key, query), postReading))
    for (const row of rows) posts.offer(row, isPlausible(row[1]) ? 0 : UNDATED, row[1]);
  const paths = files.entries().map(([path]) => path);
  const ids = posts.entries().map(([id]) => id);
  const placements = await db.read(() => [...readFiles(db, paths), ...readPosts(db, ids)]);
  return { placements, count: files.count + posts.count };
}

/** Only what orders them is held beside them: what a hundred thousand take is moved by every collection of garbage. */
async function everyPlacement(
  db: Connection,
  key: ImageKey,
  query: ScopeQuery,
  yielder: YieldController,
): Promise<PlacementsOfImage> {
  const paths: string[] = [];
  for await (const some of slices<string>(db, filesOfImage(key, query), { columns: ["f.path"], yielder }))
    for (const path of some) paths.push(path);
  const posts: PostEntry[] = [];
  const reading = { columns: ["p.id", "p.posted_at"], yielder };
  for await (const some of slices<PostEntry>(db, postsOfImage(key, query), reading))
    for (const post of some) posts.push(post);
  const placements: Placement[] = [];
  const sortedPaths = await sortInSlices(paths, comparePaths, yielder);
  await inBatches(sortedPaths, yielder, async (some) =>
    placements.push(...(await db.read(() => readFiles(db, some)))),
  );
  const sortedPosts = await sortInSlices(posts, byTime, yielder);
  const ids = sortedPosts.map(([id]) => id);
  await inBatches(ids, yielder, async (some) =>
    placements.push(...(await db.read(() => readPosts(db, some)))),
  );
  return { placements, count: placements.length };
}

const byTime = (a: PostEntry, b: PostEntry) => a[1] - b[1] || a[0] - b[0];

/** The least path of the files that the scope shows. */
export async function firstPathOfCrowded(
  db: Connection,
  key: ImageKey,
  query: ScopeQuery,
): Promise<string | undefined> {
  let first: string | undefined;
  const reading = { columns: ["min(f.path)"], yielder: new YieldController() };
  for await (const [path] of slices<string | null>(db, filesOfImage(key, query), reading))
    if (path && (first === undefined || path < first)) first = path;
  return first;
}

type FileEntry = [path: string, date: Timestamp, isClock: number];
type PostEntry = [id: number, postedAt: Timestamp];

const filesOfImage = (key: ImageKey, { file, parameters }: ScopeQuery): RowRange => ({
  from: "files f",
  prefix: "f.image = @image",
  order: ["f.date", "f.is_clock", "f.path"],
  where: file,
  parameters: { ...parameters, image: key },
});

/** Authors and captions are looked up row by row. */
const postsOfImage = (key: ImageKey, { post, parameters }: ScopeQuery): RowRange => ({
  from: "posts p",
  prefix: "p.image = @image",
  order: ["p.guild", "p.channel", "p.posted_at", "p.id"],
  where: post,
  parameters: { ...parameters, image: key },
  rows: 512,
});

/** The first few of what is offered, and the newest of each kind of date: they date the image. */
class FirstOf<Entry> {
  readonly #compare: (a: Entry, b: Entry) => number;
  readonly #newest = new Map<number, { readonly entry: Entry; readonly date: number }>();
  #first: Entry[] = [];
  /** As many come before it as there may be. */
  #last: Entry | undefined;
  count = 0;

  constructor(compare: (a: Entry, b: Entry) => number) {
    this.#compare = compare;
  }

  /** @param date where entries do not come in the order of their dates */
  offer(entry: Entry, kind: number, date = this.count): void {
    this.count += 1;
    if (this.#last === undefined || this.#compare(entry, this.#last) < 0) this.#first.push(entry);
    if (this.#first.length > 8 * FIRST) {
      this.#first = this.#first.sort(this.#compare).slice(0, FIRST);
      this.#last = this.#first.at(-1);
    }
    const newest = this.#newest.get(kind);
    if (!newest || date >= newest.date) this.#newest.set(kind, { entry, date });
  }

  entries(): Entry[] {
    const first = this.#first.sort(this.#compare).slice(0, FIRST);
    const newest = [...this.#newest.values()].map(({ entry }) => entry);
    return [...first, ...newest.filter((entry) => !first.includes(entry)).sort(this.#compare)];
  }
}

async function inBatches<Item>(
  items: readonly Item[],
  yielder: YieldController,
  read: (some: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += READ_AT_ONCE) {
    await read(items.slice(start, start + READ_AT_ONCE));
    await yielder.yieldIfDue();
  }
}

const readFiles = (db: Connection, paths: readonly string[]): Placement[] =>
  db
    .statement<FileRow>(
      `SELECT ${FILE_COLUMNS} FROM files f JOIN roots r ON r.id = f.root
      WHERE f.path IN (SELECT value FROM json_each(?)) ORDER BY f.path`,
    )
    .all(JSON.stringify(paths))
    .map(filePlacement);

const readPosts = (db: Connection, ids: readonly number[]): Placement[] =>
  db
    .statement<PostRow>(
      `SELECT ${POST_COLUMNS} FROM posts p WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.posted_at, p.id`,
    )
    .all(JSON.stringify(ids))
    .map(discordPlacement);
