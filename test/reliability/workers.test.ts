import { expect, test } from "vitest";
import { NEEDS_SERVER, TEST_SERVER, testDatabases } from "../support/postgres.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { workersUnderFaults } from "./workers/workers-under-faults.ts";

/** `npm run bench -- workers 10000` is the long version. */
const PICTURES = 200;

test.skipIf(!TEST_SERVER)(
  `of workers that are killed, stopped and cut off nothing is lost and nothing comes twice (${NEEDS_SERVER})`,
  async () => {
    const databases = await testDatabases();
    const address = await databases.create();
    const tally = await workersUnderFaults({
      ...{ address, folder: temporaryFolder(), pictures: PICTURES },
      ...{ silenceMs: 1500, everyMs: 500, seed: 3 },
    });
    expect(tally.problems).toEqual([]);
    expect(tally).toMatchObject({ placed: PICTURES, doubled: 0 });
    expect(tally.killed + tally.stopped + tally.cut).toBeGreaterThan(0);
    await databases.close();
  },
);
