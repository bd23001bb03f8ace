/**
 * What a library on a server loses when things fail under four writers: `npm run bench -- server-faults`, as root, with the
 * server that scripts/start-postgres.sh started (GLIMPSE_TEST_POSTGRES, and GLIMPSE_TEST_POSTGRES_FOLDER if it was set).
 * With pgbouncer on the PATH all of it runs a second time through one in transaction mode.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as dial, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pooledServer } from "../src/core/postgres/pooled-server.ts";
import { readAddress } from "../src/core/postgres/server-address.ts";
import { openServerLibrary, type ServerLibrary } from "../src/core/postgres/server-library.ts";
import { file, newImage } from "../test/support/new-image.ts";

const WRITERS = 4;
const CUTS = 100;
const CUT_EVERY_MS = 50;
const KILLS = 3;
const BETWEEN_KILLS_MS = 1500;

const root = [process.env.GLIMPSE_TEST_POSTGRES_FOLDER, "/dev/shm/glimpse-postgres", "/tmp/glimpse-postgres"]
  .flatMap((folder) => (folder ? [join(folder, "root")] : []))
  .find((folder) => existsSync(join(folder, "data", "postmaster.pid")));
const server = process.env.GLIMPSE_TEST_POSTGRES;
if (!server || !root) {
  console.log(
    "This needs the server of scripts/start-postgres.sh, and root: export GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh)",
  );
  process.exit(1);
}
const port = Number(new URL(server).port);
const within = (...command: string[]) =>
  execFileSync("chroot", ["--userspec=5432:5432", root, ...command], { stdio: ["ignore", "ignore", "pipe"] });
const program = (name: string) => `/usr/lib/postgresql/17/bin/${name}`;

/** In the data folder, as the script starts it. */
async function start(data: string, at: number): Promise<void> {
  const options = `-p ${at} -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp -c fsync=off -c full_page_writes=off`;
  for (let tries = 0; ; tries++) {
    try {
      within(program("pg_ctl"), "-D", data, "-l", `${data}/log`, "-w", "-o", options, "start");
      return;
    } catch (error) {
      // What the killed one left behind takes a moment to end.
      if (tries === 40) throw error;
      await sleep(100);
    }
  }
}

/** As no server expects it: nothing is written, nobody is told. */
const killServer = (data: string) =>
  process.kill(Number(readFileSync(join(root, data, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");

interface Outcome {
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly refused: number;
  readonly problems: readonly string[];
}

/** Writes until the faults are over, then looks what is there. */
async function under(faults: () => Promise<void>, address: string, lookAt = address): Promise<Outcome> {
  const library = await openServerLibrary(address);
  const acknowledged: string[] = [];
  let [writing, refused] = [true, 0];
  const round = `${Math.random()}`.slice(2, 8);
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let at = 0; writing; at++) {
      const image = newImage(`${round} ${writer} ${at}`, file(`/photos/${round}-${writer}-${at}.jpg`));
      try {
        await library.catalog.images.put([image]);
        acknowledged.push(image.picture.id);
      } catch {
        refused++;
      }
    }
  });
  await sleep(500);
  await faults();
  await sleep(500);
  writing = false;
  await Promise.all(writers);
  await library.catalog.close();
  const looked: ServerLibrary = await openServerLibrary(lookAt);
  const found = new Set<string>();
  for (let from = 0; from < acknowledged.length; from += 1000)
    for (const { record } of await looked.catalog.images.byId(acknowledged.slice(from, from + 1000)))
      found.add(record.id);
  const outcome = {
    acknowledged: acknowledged.length,
    stored: (await looked.catalog.images.totals()).images,
    lost: acknowledged.filter((id) => !found.has(id)).length,
    refused,
    problems: await looked.catalog.check(),
  };
  await looked.catalog.close();
  return outcome;
}

async function onServer(at: number, statement: string, database = "postgres"): Promise<void> {
  const connection = await pooledServer(readAddress(`postgres://postgres@127.0.0.1:${at}/${database}`), 1);
  await connection.withSession((session) => session.run(statement)).finally(() => connection.close());
}

const report = (name: string, { acknowledged, stored, lost, refused, problems }: Outcome) =>
  console.log(
    `| ${name} | ${acknowledged} | ${stored} | ${lost} | ${refused} | ${problems.length === 0 ? "none" : problems.join(" ")} |`,
  );

async function newDatabase(at: number): Promise<string> {
  const name = `faults_${`${Math.random()}`.slice(2, 10)}`;
  await onServer(at, `CREATE DATABASE ${name}`);
  return name;
}

async function cutBackends(database: string): Promise<void> {
  const admin = await pooledServer(readAddress(server ?? ""), 1);
  for (let cut = 0; cut < CUTS; cut++) {
    await admin.withSession((session) =>
      session.rows(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'
        ORDER BY random() LIMIT 1`,
        [database],
      ),
    );
    await sleep(CUT_EVERY_MS);
  }
  await admin.close();
}

async function killAgainAndAgain(): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    killServer("/data");
    await start("/data", port);
    await sleep(BETWEEN_KILLS_MS);
  }
}

/** The primary is killed, and a standby that it waited for is promoted; what stands between them points to that one then. */
async function promote(proxy: Proxy, standby: number): Promise<void> {
  killServer("/data");
  within(program("pg_ctl"), "-D", "/standby", "-w", "promote");
  proxy.target = standby;
}

interface Proxy {
  target: number;
  readonly port: number;
  close(): void;
}

/** One address, whichever server answers at it. */
async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const proxy = { target, port: 0, close: () => undefined as unknown };
  const listening = createServer((client) => {
    const upstream = dial(proxy.target, "127.0.0.1");
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => listening.once("listening", resolve));
  proxy.port = (listening.address() as { port: number }).port;
  proxy.close = () => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  };
  return proxy as Proxy;
}

/** In transaction mode, before whatever is at the target. */
async function startPooler(target: number): Promise<{ port: number; stop(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "glimpse-pooler-"));
  const at = 56_432;
  writeFileSync(join(folder, "users"), '"postgres" ""\n');
  writeFileSync(
    join(folder, "pgbouncer.ini"),
    `[databases]\n* = host=127.0.0.1 port=${target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${at}\nauth_type = trust
auth_file = ${folder}/users\npool_mode = transaction\ndefault_pool_size = 6\nmax_client_conn = 100\nunix_socket_dir =
logfile = ${folder}/log\nuser = nobody\nserver_login_retry = 1\n`,
  );
  execFileSync("chmod", ["-R", "a+rwX", folder]);
  const pooler = spawn("pgbouncer", ["-q", "-u", "nobody", join(folder, "pgbouncer.ini")], {
    stdio: "ignore",
  });
  await sleep(500);
  return {
    port: at,
    stop: () => {
      pooler.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const hasPooler = (() => {
  try {
    execFileSync("pgbouncer", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

console.log("| fault | acknowledged | stored | lost | refused | problems |\n|---|---|---|---|---|---|");
for (const pooled of hasPooler ? [false, true] : [false]) {
  const suffix = pooled ? ", through pgbouncer" : "";
  const proxy = await startProxy(port);
  const pooler = pooled ? await startPooler(proxy.port) : undefined;
  const addressOf = (database: string) =>
    `postgres://postgres@127.0.0.1:${pooler?.port ?? proxy.port}/${database}`;
  const direct = (at: number, database: string) => `postgres://postgres@127.0.0.1:${at}/${database}`;
  try {
    const one = await newDatabase(port);
    report(
      `${CUTS} backends cut${suffix}`,
      await under(() => cutBackends(one), addressOf(one), direct(port, one)),
    );
    const other = await newDatabase(port);
    report(
      `postmaster killed ${KILLS} times${suffix}`,
      await under(killAgainAndAgain, addressOf(other), direct(port, other)),
    );
    const third = await newDatabase(port);
    const standby = port + 1;
    rmSync(join(root, "standby"), { recursive: true, force: true });
    execFileSync("install", ["-d", "-o", "5432", "-g", "5432", "-m", "700", join(root, "standby")]);
    within(
      program("pg_basebackup"),
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      "-U",
      "postgres",
      "-D",
      "/standby",
      "-R",
      "-c",
      "fast",
      "-X",
      "stream",
    );
    await start("/standby", standby);
    await onServer(port, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await onServer(port, "SELECT pg_reload_conf()");
    const promoted = await under(() => promote(proxy, standby), addressOf(third), direct(standby, third));
    report(`standby promoted, synchronous commit${suffix}`, promoted);
    within(program("pg_ctl"), "-D", "/standby", "-m", "immediate", "stop");
    rmSync(join(root, "data", "postgresql.auto.conf"));
    writeFileSync(join(root, "data", "postgresql.auto.conf"), "");
    execFileSync("chown", ["5432:5432", join(root, "data", "postgresql.auto.conf")]);
    await start("/data", port);
    for (const name of [one, other, third])
      await onServer(port, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } finally {
    pooler?.stop();
    proxy.close();
  }
}
process.exit();
