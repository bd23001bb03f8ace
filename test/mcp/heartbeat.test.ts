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
  const sent: Progress[] = [];
  const heartbeat = new Heartbeat("Index folder", (progress) => sent.push(progress));
  for (let done = 0; done < 100; done++) {
    heartbeat.report(step(done));
    vi.advanceTimersByTime(20);
  }
  heartbeat.stop();
  expect(sent.length).toBeGreaterThan(4);
  expect(sent.length).toBeLessThan(12);
  for (const [at, { done }] of sent.entries()) expect(done).toBeGreaterThan(sent[at - 1]?.done ?? -1);
});

test("silent work gets signs of life that claim no step", () => {
  const sent: Progress[] = [];
  const heartbeat = new Heartbeat("Search images", (progress) => sent.push(progress));
  vi.advanceTimersByTime(3500);
  heartbeat.stop();
  vi.advanceTimersByTime(5000);
  expect(sent.map(({ stage }) => stage)).toEqual([1, 2, 3].map((second) => `Search images, ${second} s`));
  expect(sent.map(({ done }) => Math.round(done))).toEqual([0, 0, 0]);
  for (const [at, { done }] of sent.entries()) expect(done).toBeGreaterThan(sent[at - 1]?.done ?? -1);
});

test("a number that does not grow is not sent", () => {
  const sent: Progress[] = [];
  const heartbeat = new Heartbeat("Find duplicates", (progress) => sent.push(progress));
  heartbeat.report(step(5));
  vi.advanceTimersByTime(500);
  heartbeat.report({ ...step(2), stage: "comparing" });
  heartbeat.stop();
  expect(sent.map(({ done }) => done)).toEqual([5]);
});
