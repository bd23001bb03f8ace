import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { idOf } from "../support/new-image.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTestLibrary } from "../support/test-library.ts";
import { checkLibrary } from "./crash/check-library.ts";
import { runCrashCycles } from "./crash/crash-cycles.ts";
import { Ledger } from "./crash/ledger.ts";

/** Two per workload; `npm run bench -- crash 1000` is the long version. */
const CYCLES = 14;

test("a kill during any workload, at any write, loses nothing acknowledged and leaves nothing behind", async () => {
  const report = await runCrashCycles({ cycles: CYCLES, seed: 20, home: temporaryFolder() });
  expect(report.problems).toEqual([]);
  expect(report.cycles).toBe(CYCLES);
  expect(report.acknowledged).toBeGreaterThan(CYCLES);
});

test("the check detects what was lost, what came back, and what the cursor skipped", async () => {
  const directory = temporaryFolder();
  const { library } = await openTestLibrary(directory);
  const file = join(temporaryFolder(), "cat.jpg");
  writeFileSync(file, "cat");
  await library.add([file]);
  await library.state.set("backfill", "1");
  await library.close();
  const ledger = new Ledger();
  ledger.record({ begin: 1, name: "images.put", put: [["/lost.jpg", idOf("dog")]], gone: [], goneIds: [] });
  ledger.record({ end: 1 });
  ledger.record({ begin: 2, name: "files.remove", put: [], gone: [file], goneIds: [] });
  ledger.record({ end: 2 });
  expect(await checkLibrary(directory, ledger)).toEqual([
    "/lost.jpg was acknowledged and is lost",
    "the image of /lost.jpg was acknowledged and is not whole",
    `${file} was removed and is there`,
    "post 1 lies before the cursor and is missing",
  ]);
});
