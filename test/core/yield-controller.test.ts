import { expect, test } from "vitest";
import { YieldController } from "../../src/core/yield-controller.ts";

/** Works for about `ms`, then takes a step of long work. */
function workFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("concurrent long work resumes one at a time, each in an event-loop turn of its own", async () => {
  const order: string[] = [];
  let working = true;
  const others = () => {
    order.push("other");
    if (working) setImmediate(others);
  };
  setImmediate(others);
  const piece = async (name: string) => {
    const turns = new YieldController();
    for (let step = 0; step < 3; step++) {
      workFor(6);
      await turns.yieldIfDue();
      order.push(name);
    }
  };
  await Promise.all(["a", "b", "c"].map(piece));
  working = false;
  const neighbours = order.slice(1).map((next, at) => [order[at], next]);
  expect(neighbours.filter(([one, next]) => one !== "other" && next !== "other")).toEqual([]);
});

test("cancelled work ends at its next yield", async () => {
  const cancelling = new AbortController();
  const turns = new YieldController(cancelling.signal);
  workFor(6);
  cancelling.abort(new Error("enough"));
  await expect(turns.yieldIfDue()).rejects.toThrow("enough");
});
