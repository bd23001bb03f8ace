import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { Connection } from "../../../../src/core/catalog/connection/connection.ts";
import { type RowRange, slices } from "../../../../src/core/catalog/scope/row-ranges.ts";
import { YieldController } from "../../../../src/core/yield-controller.ts";
import { seededRandom } from "../../../support/random-embeddings.ts";

interface Row {
  readonly place: string;
  readonly at: number;
  readonly id: number;
}

function tableOf(rows: readonly Row[]): Connection {
  const database = new Database(":memory:");
  database.exec(
    "CREATE TABLE t (place TEXT, at REAL, id INTEGER PRIMARY KEY); CREATE INDEX i ON t (place, at)",
  );
  const insert = database.prepare("INSERT INTO t VALUES (@place, @at, @id)");
  for (const row of rows) insert.run(row);
  return new Connection({ database, path: ":memory:", readOnly: false });
}

const range: RowRange = {
  from: "t",
  prefix: "place = @place",
  order: ["at", "id"],
  parameters: { place: "a", since: 2, until: 6 },
};
const within = { lower: "at >= @since", upper: "at < @until" };

async function read(
  db: Connection,
  of: RowRange,
  descending = false,
  startWith?: number,
): Promise<number[][]> {
  const read: number[][] = [];
  const reading = { columns: ["id"], yielder: new YieldController(), descending, startWith };
  for await (const ids of slices<number>(db, of, reading)) read.push(ids);
  return read;
}

test("slices of any size give each row of the range once, in order, both ways", async () => {
  const random = seededRandom(3);
  // Many share a date, and a place has gaps.
  const rows = Array.from({ length: 200 }, (_, id) => ({
    place: random() < 0.7 ? "a" : "b",
    at: Math.floor(random() * 8),
    id,
  }));
  const db = tableOf(rows);
  const expected = (keep: (row: Row) => boolean) =>
    rows
      .filter((row) => row.place === "a" && keep(row))
      .sort((a, b) => a.at - b.at || a.id - b.id)
      .map(({ id }) => id);
  for (const size of [1, 2, 7, 64, 199, 200, 4096]) {
    const bounded = { ...range, ...within, rows: size };
    const inside = expected(({ at }) => at >= 2 && at < 6);
    expect((await read(db, { ...range, rows: size })).flat()).toEqual(expected(() => true));
    expect((await read(db, bounded)).flat()).toEqual(inside);
    expect((await read(db, bounded, true)).flat()).toEqual(inside.toReversed());
    expect((await read(db, bounded, true, 3)).flat()).toEqual(inside.toReversed());
    const odd = { ...bounded, where: "id % 2 = 1" };
    expect((await read(db, odd)).flat()).toEqual(inside.filter((id) => id % 2 === 1));
  }
});

test("a slice visits a bounded number of rows, however few of them are wanted", async () => {
  const db = tableOf(Array.from({ length: 100 }, (_, id) => ({ place: "a", at: id, id })));
  expect(await read(db, { ...range, rows: 10 })).toHaveLength(10);
  const visited: number[] = [];
  const counting = { ...range, rows: 10, where: "id IN (5, 95)" };
  for (const ids of await read(db, counting)) visited.push(...ids);
  expect(visited).toEqual([5, 95]);
  const plan = db
    .statement<{ detail: string }>(
      `EXPLAIN QUERY PLAN SELECT id FROM t WHERE place = 'a' AND (at, id) > (3, 4) AND (at, id) <= (5, 6)`,
    )
    .all();
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/SEARCH .*place=\? AND at>\? AND at<\?/),
  ]);
});
