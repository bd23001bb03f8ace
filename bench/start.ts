/**
 * Time from start to exit of everyday commands, compared with an empty Node program: time and CPU of all
 * processes. Usage: npm run bench -- start [another main.js to compare with]
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../scripts/build.mjs";
import { inTemporaryFolder, table } from "./report.ts";

const RUNS = 11;
const root = new URL("..", import.meta.url).pathname;
const programs = [`${root}dist/cli/main.js`, ...process.argv.slice(2)];

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Printed by the program itself as it ends: user and system time, in microseconds. */
const REPORT_CPU = `
  const { writeFileSync } = require("node:fs");
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    if (process.send === undefined) writeFileSync(__dirname + "/cpu", String(user + system));
  });
`;

await inTemporaryFolder("glimpse-start-", async (home) => {
  build();
  writeFileSync(join(home, "cpu.cjs"), REPORT_CPU);
  const run = (...args: string[]): Cost => {
    const begin = performance.now();
    const env = { ...process.env, GLIMPSE_LIBRARY: join(home, "library") };
    spawnSync(process.execPath, ["--require", join(home, "cpu.cjs"), ...args], { stdio: "ignore", env });
    return { ms: performance.now() - begin, cpuMs: Number(readFileSync(join(home, "cpu"), "utf8")) / 1000 };
  };
  const [main = ""] = programs;
  run(main, "add", join(root, "samples"));
  run(main, "find", "a dog");

  const empty = ["-e", ""];
  const commands = [
    ["status"],
    ["find", "a dog"],
    ["find", "a dog", "--in", join(root, "samples/food")],
    ["--help"],
  ];
  const contenders = [empty, ...programs.flatMap((program) => commands.map((args) => [program, ...args]))];
  const costs = contenders.map((): Cost[] => []);
  // Interleaved, so that a load spike affects all equally; the first round warms the disk cache.
  for (let round = 0; round <= RUNS; round++) {
    for (const [at, args] of contenders.entries()) {
      const cost = run(...args);
      if (round > 0) costs[at]?.push(cost);
    }
  }
  const median = (at: number, of: keyof Cost) =>
    (costs[at] ?? []).map((cost) => cost[of]).sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
  table(
    ["program", "ms", "times an empty one", "CPU ms", "times an empty one's"],
    contenders.map((args, at) => [
      args === empty
        ? "an empty Node program"
        : `${args[0]?.replace(root, "")} ${args.slice(1).join(" ").replaceAll(root, "")}`,
      median(at, "ms").toFixed(0),
      (median(at, "ms") / median(0, "ms")).toFixed(1),
      median(at, "cpuMs").toFixed(0),
      (median(at, "cpuMs") / median(0, "cpuMs")).toFixed(1),
    ]),
  );
});
