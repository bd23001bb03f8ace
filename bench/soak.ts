/**
 * Months of additions, removals and queries in minutes: memory, handles and files must not grow.
 * Usage: npm run bench -- soak [seconds] [images held] [seed]
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Sample, type SoakReport, slopePerHour } from "../test/reliability/soak/soak.ts";
import { inTemporaryFolder, table } from "./report.ts";

const seconds = Number(process.argv[2] ?? 600);
const images = Number(process.argv[3] ?? 5000);
const seed = Number(process.argv[4] ?? 1);
const SAMPLES = 60;
const MIB = 2 ** 20;

await inTemporaryFolder("glimpse-soak-", async (directory) => {
  const compiled = import.meta.url.endsWith(".js");
  const child = fileURLToPath(new URL("../test/reliability/soak/soak-child.ts", import.meta.url));
  const script = compiled ? [child.replace(/\.ts$/, ".js")] : ["--import", "tsx", child];
  const numbers = [seconds * 1000, images, SAMPLES, seed].map(String);
  const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", ...script, directory, ...numbers], {
    encoding: "utf8",
    maxBuffer: 64 * MIB,
  });
  if (!stdout) throw new Error(stderr);
  const report: SoakReport = JSON.parse(stdout);
  for (const problem of report.problems.slice(0, 20)) console.log(`- ${problem}`);
  const row = (name: string, value: (sample: Sample) => number, digits = 1) => {
    const at = (share: number) =>
      value(report.samples[Math.floor(share * (report.samples.length - 1))] as Sample);
    return [
      name,
      at(0.25).toFixed(digits),
      at(1).toFixed(digits),
      slopePerHour(report.samples, value).toFixed(2),
    ];
  };
  table(
    ["measure", "after the warm-up", "in the end", "slope per hour"],
    [
      row("resident memory, MiB", ({ resident }) => resident / MIB),
      row("JavaScript heap after collection, MiB", ({ heap }) => heap / MIB),
      row("open handles", ({ handles }) => handles, 0),
      row("catalog with its log, MiB", ({ catalogBytes }) => catalogBytes / MIB),
      row("index files, MiB", ({ indexBytes }) => indexBytes / MIB),
    ],
  );
  console.log();
  table(
    ["measure", "figure"],
    [
      ["seconds", seconds],
      ["pictures added", report.added],
      ["removed", report.removed],
      ["questions", report.queries],
      ["answers compared with comparing everything", report.compared],
      ["images in the end", report.images],
      ["wrong answers, damage", report.problems.length],
    ],
  );
  process.exitCode = report.problems.length > 0 ? 1 : 0;
});
