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

const seconds = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function medianOf(runs: number, work: () => unknown): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < runs; run++) taken.push(await seconds(work));
  return median(taken);
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
  const status = await medianOf(7, () => run(main, "--library", join(home, "library"), "status"));
  const empty = await medianOf(7, () => run("-e", ""));

  console.log("| measure | figure |\n| --- | --- |");
  console.log(
    `| re-scan of ${files} unchanged files | ${Math.round(files / scan).toLocaleString("en")} files/s, ${(scan / listing).toFixed(1)}x a bare listing with stat |`,
  );
  console.log(
    `| \`glimpse status\` from start to exit | ${(status / empty).toFixed(1)}x an empty Node program (${(1000 * status).toFixed(0)} ms) |`,
  );
  console.log(`| peak memory of this process | ${Math.round(process.resourceUsage().maxRSS / 1024)} MB |`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
