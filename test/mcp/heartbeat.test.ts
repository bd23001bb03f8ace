import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Progress } from "../../src/core/index.ts";
import { Heartbeat } from "../../src/mcp/heartbeat.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const step = (done: number): Progress => ({ stage: "embedding", done, total: 100 });

test("many quick steps become few messages, each with a greater number", () => {
  const told: Progress[] = [];
  const heartbeat = new Heartbeat("Index folder", (progress) => told.push(progress));
  for (let done = 0; done < 100; done++) {
    heartbeat.report(step(done));
    vi.advanceTimersByTime(20);
  }
  heartbeat.stop();
  expect(told.length).toBeGreaterThan(4);
  expect(told.length).toBeLessThan(12);
  for (const [at, { done }] of told.entries()) expect(done).toBeGreaterThan(told[at - 1]?.done ?? -1);
});

test("work that tells nothing is shown to be alive, without claiming a step", () => {
  const told: Progress[] = [];
  const heartbeat = new Heartbeat("Search images", (progress) => told.push(progress));
  vi.advanceTimersByTime(3500);
  heartbeat.stop();
  vi.advanceTimersByTime(5000);
  expect(told.map(({ stage }) => stage)).toEqual([1, 2, 3].map((second) => `Search images, ${second} s`));
  expect(told.map(({ done }) => Math.round(done))).toEqual([0, 0, 0]);
  for (const [at, { done }] of told.entries()) expect(done).toBeGreaterThan(told[at - 1]?.done ?? -1);
});

test("a number that does not grow is not told", () => {
  const told: Progress[] = [];
  const heartbeat = new Heartbeat("Find duplicates", (progress) => told.push(progress));
  heartbeat.report(step(5));
  vi.advanceTimersByTime(500);
  heartbeat.report({ ...step(2), stage: "comparing" });
  heartbeat.stop();
  expect(told.map(({ done }) => done)).toEqual([5]);
});
