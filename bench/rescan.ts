/**
 * Rescan of an unchanged folder compared with merely listing it; start of `glimpse status` compared with an empty program.
 * Usage: npm run bench -- rescan [files]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../scripts/build.mjs";
import { openTestLibrary } from "../test/support/test-library.ts";

const files = Number(process.argv[2] ?? 20_000);
const home = mkdtempSync(join(tmpdir(), "glimpse-bench-"));
const folder = join(home, "pictures");

interface Measurement {
  readonly seconds: number;
  /** Of this process, all threads: other work on the machine hardly changes it. */
  readonly processorSeconds: number;
}

async function measured(work: () => unknown): Promise<Measurement> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6 };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function medianOf(runs: number, work: () => unknown): Promise<Measurement> {
  const taken: Measurement[] = [];
  for (let run = 0; run < runs; run++) taken.push(await measured(work));
  return {
    seconds: median(taken.map(({ seconds }) => seconds)),
    processorSeconds: median(taken.map(({ processorSeconds }) => processorSeconds)),
  };
}

function writeFolder(): void {
  for (let at = 0; at < files; at++) {
    const sub = join(folder, String(at % 100));
    if (at < 100) mkdirSync(sub, { recursive: true });
    writeFileSync(join(sub, `${at}.jpg`), `picture number ${at}`);
  }
}

function listOnly(): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) statSync(join(entry.parentPath, entry.name));
  }
}

try {
  writeFolder();
  const { library } = await openTestLibrary(join(home, "library"));
  await library.add([folder]);
  const scan = await medianOf(5, () => library.add([folder]));
  const listing = await medianOf(5, listOnly);
  await library.close();

  build();
  const main = new URL("../dist/cli/main.js", import.meta.url).pathname;
  const run = (...args: string[]) => spawnSync(process.execPath, args, { stdio: "ignore" });
  const { seconds: status } = await medianOf(7, () =>
    run(main, "--library", join(home, "library"), "status"),
  );
  const { seconds: empty } = await medianOf(7, () => run("-e", ""));

  console.log("| measure | figure |\n| --- | --- |");
  console.log(
    `| re-scan of ${files} unchanged files | ${Math.round(files / scan.seconds).toLocaleString("en")} files/s, ${(scan.seconds / listing.seconds).toFixed(1)}x a bare listing with stat, ${(scan.processorSeconds / listing.processorSeconds).toFixed(1)}x its processor time |`,
  );
  console.log(
    `| \`glimpse status\` from start to exit | ${(status / empty).toFixed(1)}x an empty Node program (${(1000 * status).toFixed(0)} ms) |`,
  );
  console.log(`| peak memory of this process | ${Math.round(process.resourceUsage().maxRSS / 1024)} MB |`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
