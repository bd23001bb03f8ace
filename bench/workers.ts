/** Workers that are killed, stopped and cut off. Usage: npm run bench -- workers [pictures] [seed], with GLIMPSE_TEST_POSTGRES */
import { join } from "node:path";
import { workersUnderFaults } from "../test/reliability/workers/workers-under-faults.ts";
import { testDatabases } from "../test/support/postgres.ts";
import { inTemporaryFolder, table } from "./report.ts";

const pictures = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);

await inTemporaryFolder("glimpse-workers-", async (home) => {
  const databases = await testDatabases();
  const address = await databases.create();
  const tally = await workersUnderFaults({
    ...{ address, folder: join(home, "pictures"), pictures, seed },
    ...{ silenceMs: 3000, everyMs: 2000 },
  });
  await databases.close();
  for (const problem of tally.problems.slice(0, 30)) console.log(`- ${problem}`);
  table(
    ["measure", "figure"],
    [
      ["pictures", pictures],
      ["workers killed", tally.killed],
      ["stopped for longer than they may be silent", tally.stopped],
      ["cut off from the server for as long", tally.cut],
      ["all connections to the server ended", tally.backendsEnded],
      ["seconds", tally.seconds.toFixed(0)],
      ["pictures placed", tally.placed],
      ["placed more than once", tally.doubled],
      ["problems", tally.problems.length],
    ],
  );
  process.exitCode = tally.problems.length > 0 || tally.placed !== pictures || tally.doubled > 0 ? 1 : 0;
});
