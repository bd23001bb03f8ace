import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { smallBombs } from "./hostile/bombs.ts";
import { feedPictures } from "./hostile/feed-pictures.ts";
import { fuzzedPictures } from "./hostile/picture-fuzz.ts";

/** Two per format; `npm run bench -- hostile 10000` is the long version. */
const PICTURES = 168;
const MEMORY_CAP = 1.5 * 2 ** 30;

async function* hostile() {
  yield* await smallBombs();
  for await (const { format, bytes } of fuzzedPictures(PICTURES, 8)) yield { name: format, bytes };
}

test("malicious pictures are fully accepted or refused with a reason, and the process survives", async () => {
  const report = await feedPictures(hostile(), temporaryFolder());
  expect(report.problems).toEqual([]);
  expect(report.pictures).toBeGreaterThan(PICTURES);
  expect(report.deaths).toBe(0);
  expect(report.peak).toBeLessThan(MEMORY_CAP);
  expect(report.outcomes.get("damaged")).toBeGreaterThan(PICTURES / 4);
  expect(report.outcomes.get("too-many-pixels")).toBeGreaterThan(4);
});
