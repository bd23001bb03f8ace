import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCorruption } from "./corruption/corruption-rounds.ts";

/** `npm run bench -- corruption 10000` is the long version. */
const FILES = 160;

test("damaged catalogs and index files are detected or harmless, and crash no process", async () => {
  const report = await runCorruption({ count: FILES, seed: 3, home: temporaryFolder(), rebuildEvery: 80 });
  expect(report.problems).toEqual([]);
  expect(report).toMatchObject({ rounds: FILES, deaths: 0 });
  expect(report.outcomes.get("index, queried | rebuilt, answers exact")).toBe(1);
  expect(report.outcomes.get("catalog | refused with a sentence")).toBeGreaterThan(5);
});
