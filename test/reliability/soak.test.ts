import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Sample, slopePerHour, soak } from "./soak/soak.ts";

/** `npm run bench -- soak 600` is the long version, and the one that measures memory. */
const MILLISECONDS = 4000;

test("after thousands of additions, removals and queries, results are exact and no handles have leaked", async () => {
  const report = await soak({
    directory: temporaryFolder(),
    milliseconds: MILLISECONDS,
    images: 200,
    samples: 8,
    seed: 2,
  });
  expect(report.problems).toEqual([]);
  expect(report.images).toBe(200);
  expect(report.removed).toBeGreaterThan(20);
  const [first, last] = [report.samples[1], report.samples.at(-1)];
  expect(last?.handles).toBeLessThanOrEqual((first?.handles ?? 0) + 5);
});

test("the slope of a line is recovered, whatever precedes it", () => {
  const sample = (seconds: number, heap: number): Sample => ({
    seconds,
    heap,
    resident: 0,
    handles: 0,
    catalogBytes: 0,
    indexBytes: 0,
  });
  const line = [sample(0, 900), ...[1, 2, 3].map((seconds) => sample(seconds, 10 + 2 * seconds))];
  expect(slopePerHour(line, ({ heap }) => heap)).toBeCloseTo(7200);
});
