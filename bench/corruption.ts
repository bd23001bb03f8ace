/**
 * Damages catalogs, their logs and index files: bits, runs, cuts, swaps. Each must be detected or harmless.
 * Usage: npm run bench -- corruption [files] [seed]
 */
import { runCorruption } from "../test/reliability/corruption/corruption-rounds.ts";
import { inTemporaryFolder, table } from "./report.ts";

const count = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);

await inTemporaryFolder("glimpse-corruption-", async (home) => {
  const report = await runCorruption({ count, seed, home, rebuildEvery: 100 });
  for (const problem of report.problems.slice(0, 50)) console.log(`- ${problem}`);
  table(
    ["damaged", "what became of it", "times"],
    [...report.outcomes].sort().map(([name, times]) => [...name.split(" | "), times]),
  );
  console.log();
  table(
    ["measure", "figure"],
    [
      ["damaged files", report.rounds],
      ["processes that died", report.deaths],
      ["defects, wrong answers, damaged files used", report.problems.length],
    ],
  );
  process.exitCode = report.problems.length > 0 ? 1 : 0;
});
