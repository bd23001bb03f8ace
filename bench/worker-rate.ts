/**
 * How much faster two workers embed than one, each on a core of its own, as if on a machine of its own:
 * `GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh) npm run bench -- worker-rate [pictures] [rounds]`. The server and `add` share the
 * same cores, so two cores bound what two workers can gain. Needs taskset.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pooledServer } from "../src/core/postgres/pooled-server.ts";
import { readAddress } from "../src/core/postgres/server-address.ts";
import { testDatabases } from "../test/support/postgres.ts";
import { colourPatches } from "./colour-patches.ts";
import { inTemporaryFolder, table } from "./report.ts";

const pictures = Number(process.argv[2] ?? 10_000);
const ROUNDS = Number(process.argv[3] ?? 2);
const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

if (!process.env.GLIMPSE_TEST_POSTGRES) {
  console.log("Set GLIMPSE_TEST_POSTGRES: export GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh)");
  process.exit(1);
}

await inTemporaryFolder("glimpse-worker-rate-", async (home) => {
  const folder = join(home, "pictures");
  mkdirSync(folder);
  for (let at = 0; at < pictures; at++) writeFileSync(join(folder, `${at}.jpg`), await colourPatches(at));
  const databases = await testDatabases();
  const rates: Record<number, number[]> = { 1: [], 2: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const workers of [1, 2]) rates[workers]?.push(await rateOf(workers, folder, databases, home));
  await databases.close();
  const best = (workers: number) => Math.max(...(rates[workers] ?? []));
  table(
    ["workers", "pictures a second, each run", "best"],
    [1, 2].map((workers) => [
      workers,
      (rates[workers] ?? []).map((rate) => rate.toFixed(0)).join(", "),
      best(workers).toFixed(0),
    ]),
  );
  console.log(`\nTwo workers are ${(best(2) / best(1)).toFixed(2)} times as fast as one.`);
});

async function rateOf(
  workers: number,
  folder: string,
  databases: Awaited<ReturnType<typeof testDatabases>>,
  home: string,
): Promise<number> {
  const address = await databases.create();
  const env = { ...process.env, GLIMPSE_LIBRARY: address, XDG_DATA_HOME: home, GLIMPSE_TEXT: "off" };
  const server = await pooledServer(readAddress(address), 1);
  const count = async (table: string) => {
    const [row] = await server.withSession((session) =>
      session.rows<{ count: number }>(`SELECT count(*) AS count FROM ${table}`),
    );
    return row?.count ?? 0;
  };
  const until = async (is: () => Promise<boolean>) => {
    while (!(await is())) await sleep(100);
  };
  const running: ChildProcess[] = [];
  try {
    for (let core = 0; core < workers; core++) {
      const command = ["-c", String(core), process.execPath, program, "worker", "--no-text"];
      running.push(spawn("taskset", command, { env, stdio: ["ignore", "ignore", "inherit"] }));
    }
    await until(async () => (await count("workers")) === workers);
    execFileSync(process.execPath, [program, "add", folder], { env, stdio: ["ignore", "ignore", "inherit"] });
    await until(async () => (await count("images")) > 0);
    const [start, already] = [performance.now(), await count("images")];
    await until(async () => (await count("images")) === pictures);
    return (pictures - already) / ((performance.now() - start) / 1000);
  } finally {
    for (const worker of running) worker.kill("SIGTERM");
    await Promise.all(running.map((worker) => worker.exitCode ?? once(worker, "exit")));
    await server.close();
  }
}
