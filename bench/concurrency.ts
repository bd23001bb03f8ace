/** Processes that add to, remove from and search one library. Usage: npm run bench -- concurrency [seconds] [processes] [seed] */
import { severalProcesses } from "../test/reliability/concurrency/several-processes.ts";
import { inTemporaryFolder, table } from "./report.ts";

const seconds = Number(process.argv[2] ?? 600);
const processes = Number(process.argv[3] ?? 4);
const seed = Number(process.argv[4] ?? 1);

await inTemporaryFolder("glimpse-concurrency-", async (home) => {
  const tally = await severalProcesses({ processes, milliseconds: seconds * 1000, seed, home });
  for (const problem of tally.problems.slice(0, 30)) console.log(`- ${problem}`);
  table(
    ["measure", "figure"],
    [
      ["processes", processes],
      ["seconds", seconds],
      ["pictures added", tally.added],
      ["removed", tally.removed],
      ["questions about what somebody had acknowledged", tally.queries],
      ["answers compared with comparing everything", tally.compared],
      ["longest wait of any call", `${(tally.slowestMs / 1000).toFixed(1)} s`],
      ["lost updates, wrong answers, deadlocks", tally.problems.length],
    ],
  );
  process.exitCode = tally.problems.length > 0 ? 1 : 0;
});
