import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { file, idOf, newImage } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

export function describeNotes(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("a verdict applies to a pair in either order, and the latest wins", async (catalog) => {
    const [a = "", b = ""] = [idOf("cat"), idOf("dog")].sort();
    await catalog.verdicts.put({ a: b, b: a, verdict: "same", at: 1 });
    await catalog.verdicts.put({ a, b, verdict: "variant", at: 2 });
    await catalog.verdicts.put({ a, b, verdict: "different", at: 2 });
    await catalog.verdicts.put({ a, b, verdict: "different", at: 3 });
    const last = { a, b, verdict: "different", at: 3, before: "variant" };
    expect(await catalog.verdicts.list()).toEqual([last]);
    expect(await catalog.verdicts.of(b)).toEqual([last]);
  });

  test("a verdict that is taken back leaves what was said before it, then nothing", async (catalog) => {
    const [a = "", b = ""] = [idOf("cat"), idOf("dog")].sort();
    await catalog.verdicts.put({ a, b, verdict: "same", at: 1 });
    await catalog.verdicts.put({ a, b, verdict: "different", at: 2 });
    await catalog.verdicts.takeBack(b, a);
    expect(await catalog.verdicts.list()).toEqual([{ a, b, verdict: "same", at: 2 }]);
    await catalog.verdicts.takeBack(a, b);
    expect(await catalog.verdicts.list()).toEqual([]);
    await catalog.verdicts.takeBack(a, b);
  });

  test("a comparison is kept by its version, replaced by a newer one, and gone with either image", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog"), newImage("fox")]);
    const same = {
      outcome: "same",
      inDoubt: false,
      edits: [{ kind: "cropped", of: "member" }],
      agreement: 0.9,
    } as const;
    const variant = { outcome: "variant", inDoubt: true, edits: [], agreement: 0.5 } as const;
    await catalog.comparisons.put(1, [
      { first: 1, second: 2, comparison: same },
      { first: 1, second: 3, comparison: variant },
      { first: 2, second: 9, comparison: same },
    ]);
    const pairs = [
      [1, 2],
      [1, 3],
      [2, 3],
      [2, 9],
    ] as const;
    expect(await catalog.comparisons.get(1, pairs)).toEqual([
      { first: 1, second: 2, comparison: same },
      { first: 1, second: 3, comparison: variant },
    ]);
    expect(await catalog.comparisons.get(2, pairs)).toEqual([]);
    await catalog.comparisons.put(2, [{ first: 1, second: 2, comparison: variant }]);
    expect(await catalog.comparisons.get(1, pairs)).toEqual([{ first: 1, second: 3, comparison: variant }]);
    await catalog.images.remove([idOf("dog")]);
    expect(await catalog.comparisons.get(2, pairs)).toEqual([]);
    await catalog.images.remove([idOf("cat")]);
    expect(await catalog.comparisons.get(1, pairs)).toEqual([]);
  });

  test("verdicts are found by either image, and every change of one is counted", async (catalog) => {
    const [a = "", b = "", c = ""] = [idOf("cat"), idOf("dog"), idOf("fox")].sort();
    const seen = new Set<number>();
    const steps = [
      async () => {},
      () => catalog.verdicts.put({ a: c, b: a, verdict: "same", at: 2 }),
      () => catalog.verdicts.put({ a, b, verdict: "same", at: 1 }),
      () => catalog.verdicts.put({ a: b, b: a, verdict: "different", at: 1 }),
    ];
    for (const [step, run] of steps.entries()) {
      await run();
      seen.add(await catalog.verdicts.changes());
      expect(seen.size).toBe(step + 1);
    }
    const [ab, ac] = [
      { a, b, verdict: "different", at: 1, before: "same" },
      { a, b: c, verdict: "same", at: 2 },
    ];
    expect(await catalog.verdicts.of(a)).toEqual([ab, ac]);
    expect(await catalog.verdicts.of(b)).toEqual([ab]);
    expect(await catalog.verdicts.of(c)).toEqual([ac]);
    await catalog.images.put([newImage("cat"), newImage("fox", file("/photos/fox.jpg"))]);
    await catalog.images.remove([a]);
    expect(await catalog.verdicts.of(c)).toEqual([]);
    expect(seen).not.toContain(await catalog.verdicts.changes());
  });

  test("cursors are set, replaced, listed by prefix and deleted", async (catalog) => {
    expect(await catalog.state.get("backfill/g1/c1")).toBeUndefined();
    await catalog.state.set("backfill/g1/c1", "1");
    await catalog.state.set("backfill/g1/c1", "2");
    await catalog.state.set("backfill/g1/c2", "3");
    await catalog.state.set("backfill/g10/c1", "4");
    await catalog.state.set("other_", "5");
    expect(await catalog.state.get("backfill/g1/c1")).toBe("2");
    expect(await catalog.state.list("backfill/g1/")).toEqual(
      new Map([
        ["backfill/g1/c1", "2"],
        ["backfill/g1/c2", "3"],
      ]),
    );
    expect((await catalog.state.list("")).size).toBe(4);
    await catalog.state.set("backfill/g1/c1", undefined);
    await catalog.state.erase(["backfill/g1/c2", "backfill/g1/none"]);
    await catalog.state.erase([]);
    expect(await catalog.state.get("backfill/g1/c2")).toBeUndefined();
    expect(await catalog.state.get("backfill/g1/c1")).toBeUndefined();
  });

  test("a lease has one holder until it is released", async (catalog) => {
    const lease = await catalog.leases.acquire("index", 60_000);
    expect(lease).toBeDefined();
    expect(await catalog.leases.acquire("index", 60_000)).toBeUndefined();
    expect(await catalog.leases.acquire("other", 60_000)).toBeDefined();
    expect(await lease?.renew()).toBe(true);
    await lease?.release();
    expect(await catalog.leases.acquire("index", 60_000)).toBeDefined();
    expect(await lease?.renew()).toBe(false);
  });

  test("a lease expires, and its former holder cannot take it back from the next", async (catalog) => {
    const first = await catalog.leases.acquire("index", 1);
    await sleep(10);
    const second = await catalog.leases.acquire("index", 60_000);
    expect(second).toBeDefined();
    expect(await first?.renew()).toBe(false);
    await first?.release();
    expect(await catalog.leases.acquire("index", 60_000)).toBeUndefined();
  });

  test("counts everything, in total and below a folder", async (catalog) => {
    await catalog.images.put([
      newImage("cat"),
      newImage("cat", file("/photos/sub/copy.jpg")),
      newImage("dog", file("/photos/sub/dog.jpg")),
    ]);
    expect(await catalog.images.totals()).toEqual({ images: 2, placements: 3, failed: 0 });
    expect(await catalog.files.countsBelow("/photos")).toEqual({ images: 2, placements: 3, failed: 0 });
    expect(await catalog.files.countsBelow("/photos/sub")).toEqual({ images: 2, placements: 2, failed: 0 });
    expect(await catalog.files.countsBelow("/elsewhere")).toEqual({ images: 0, placements: 0, failed: 0 });
  });
}
