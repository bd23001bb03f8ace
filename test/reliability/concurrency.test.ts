import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { severalProcesses } from "./concurrency/several-processes.ts";

/** `npm run bench -- concurrency 600` is the long version. */
const MILLISECONDS = 4000;

test("processes that add to, remove from and search one library lose nothing and get correct results", async () => {
  const tally = await severalProcesses({
    processes: 3,
    milliseconds: MILLISECONDS,
    seed: 5,
    home: temporaryFolder(),
  });
  expect(tally.problems).toEqual([]);
  for (const count of [tally.added, tally.removed, tally.queries]) expect(count).toBeGreaterThan(0);
});
