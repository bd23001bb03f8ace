/**
 * Everyday work by this program and by an earlier one, alternately in one run: wall time, and processor time with that of
 * the processes that they start. Text in pictures is left unread, since releases up to 2026-11-22 read none.
 * Usage: npm run bench -- releases OTHER_MAIN.js [photos, default 500] [rounds, default 3] (needs bash)
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "../scripts/build.mjs";
import { smallPhotos } from "./photos.ts";
import { inTemporaryFolder, table } from "./report.ts";

const root = new URL("..", import.meta.url).pathname;
const [other = "", count = "500", rounds = "3"] = process.argv.slice(2);
const programs = { before: other, now: `${root}dist/cli/main.js` } as const;
type Program = keyof typeof programs;

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Runs one command; bash's `time` counts the processes that it waits for, and those that they waited for. */
function run(program: Program, library: string, args: readonly string[], input = ""): Cost {
  const words = [process.execPath, programs[program], ...args].map((word) => `'${word}'`).join(" ");
  const { stderr, stdout, status } = spawnSync("bash", ["-c", `TIMEFORMAT='%R %U %S'; time ${words}`], {
    env: { ...process.env, GLIMPSE_LIBRARY: library, GLIMPSE_TEXT: "off", NO_COLOR: "1" },
    encoding: "utf8",
    input,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`);
  const [wall = 0, user = 0, system = 0] = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return { wallMs: 1000 * wall, cpuMs: 1000 * (user + system) };
}

/** What a client sends at its start; the end of the input ends the server. */
const hello = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bench", version: "0" } },
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
]
  .map((message) => `${JSON.stringify(message)}\n`)
  .join("");

await inTemporaryFolder("glimpse-releases-", async (home) => {
  build();
  const photos = join(home, "photos");
  mkdirSync(photos);
  for (const file of await smallPhotos(join(home, "made"), Number(count)))
    copyFileSync(file, join(photos, basename(file)));

  const costs = new Map<string, Record<Program, Cost[]>>();
  const note = (name: string, program: Program, cost: Cost) => {
    const both = costs.get(name) ?? { before: [], now: [] };
    both[program].push(cost);
    costs.set(name, both);
  };
  for (let round = 0; round < Number(rounds); round++) {
    for (const program of ["before", "now"] as const) {
      const library = mkdtempSync(join(home, "library-"));
      note(`add ${count} photos to a new library`, program, run(program, library, ["add", photos]));
      run(program, library, ["find", "a dog"]);
      for (let again = 0; again < 3; again++) {
        note("a cached query", program, run(program, library, ["find", "a dog"]));
        note("`add` again, nothing changed", program, run(program, library, ["add", photos]));
        note("`status`", program, run(program, library, ["status"]));
        note("`mcp` from start to tools/list and end", program, run(program, library, ["mcp"], hello));
      }
    }
  }
  const median = (some: readonly Cost[], of: keyof Cost) =>
    some.map((cost) => cost[of]).sort((a, b) => a - b)[some.length >> 1] ?? Number.NaN;
  table(
    ["median", "before: wall, CPU (ms)", "now: wall, CPU (ms)", "now / before: wall", "CPU"],
    [...costs].map(([name, { before, now }]) => [
      name,
      `${median(before, "wallMs").toFixed(0)}, ${median(before, "cpuMs").toFixed(0)}`,
      `${median(now, "wallMs").toFixed(0)}, ${median(now, "cpuMs").toFixed(0)}`,
      (median(now, "wallMs") / median(before, "wallMs")).toFixed(2),
      (median(now, "cpuMs") / median(before, "cpuMs")).toFixed(2),
    ]),
  );
});
