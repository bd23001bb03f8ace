/**
 * Kills processes that are using a library, at random moments and at every named write point, and checks after each that
 * nothing acknowledged is lost and nothing is left behind. Usage: npm run bench -- crash [cycles] [seed]
 */
import { runCrashCycles } from "../test/reliability/crash/crash-cycles.ts";
import { inTemporaryFolder, table } from "./report.ts";

const cycles = Number(process.argv[2] ?? 1000);
const seed = Number(process.argv[3] ?? 1);

await inTemporaryFolder("glimpse-crash-", async (home) => {
  const report = await runCrashCycles({
    cycles,
    seed,
    home,
    onProblem: (problem) => console.error(problem),
    onCycle: ({ cycles: done, problems }) => {
      if (done % 50 === 0) console.error(`${done} cycles, ${problems.length} problems`);
    },
  });
  for (const problem of report.problems) console.log(`- ${problem}`);
  table(["killed at", "times"], [...report.kills].sort());
  console.log();
  table(
    ["measure", "figure"],
    [
      ["cycles (work, SIGKILL, check)", report.cycles],
      ["writes acknowledged before the kills", report.acknowledged],
      ["libraries that went on undisturbed in the end", report.libraries],
      ["problems found (lost, not whole, left over, wrong answer, repair needed)", report.problems.length],
    ],
  );
  process.exitCode = report.problems.length > 0 ? 1 : 0;
});
