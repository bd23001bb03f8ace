import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { openServerTestLibrary } from "../../support/server-test-library.ts";
import { startScript } from "../../support/start-script.ts";
import { cuttableNetwork } from "./cuttable-network.ts";

export interface WorkersUnderFaults {
  /** Of an empty library. */
  readonly address: string;
  readonly folder: string;
  readonly pictures: number;
  /** A worker that is silent for longer is dead. */
  readonly silenceMs: number;
  /** Between two faults. */
  readonly everyMs: number;
  readonly seed: number;
}

export interface FaultTally {
  killed: number;
  stopped: number;
  cut: number;
  backendsEnded: number;
  /** Pictures that are in the library, and how often one was placed once more. */
  placed: number;
  doubled: number;
  seconds: number;
  problems: string[];
}

type Fault = "killed" | "stopped" | "cut" | "backendsEnded";
const FAULTS: readonly Fault[] = ["killed", "stopped", "cut", "backendsEnded"];

/** Three workers add pictures while they are killed, stopped, cut off, and their connections ended, in turn. */
export async function workersUnderFaults(options: WorkersUnderFaults): Promise<FaultTally> {
  const { address, folder, pictures, silenceMs, everyMs } = options;
  const random = seededRandom(options.seed);
  const { library, catalog, db } = await openServerTestLibrary(address);
  const network = await cuttableNetwork(address);
  const workers: ChildProcess[] = [];
  const start = (by: string) =>
    startScript(new URL("./worker-child.ts", import.meta.url), [by, String(silenceMs)]);
  const tally: FaultTally = {
    ...{ killed: 0, stopped: 0, cut: 0, backendsEnded: 0, placed: 0, doubled: 0, seconds: 0 },
    problems: [],
  };
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < pictures; at += 1) writeFileSync(join(folder, `${at}.jpg`), `picture ${at}`);
  // Every placement that is written is written down, in the same transaction.
  await db.script(`CREATE TABLE ledger (path text NOT NULL);
    CREATE FUNCTION note_placement() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO ledger (path) VALUES (NEW.path); RETURN NEW; END $$;
    CREATE TRIGGER placed AFTER INSERT OR UPDATE OF image ON files FOR EACH ROW EXECUTE FUNCTION note_placement();`);
  const status = async () => {
    const { work } = await library.within({ files: "all", discord: "all" }).status();
    return work ?? { workers: [], active: 0, waiting: { file: 0 } };
  };
  const faults: Readonly<Record<Fault, () => Promise<void>>> = {
    killed: async () => {
      const at = Math.floor(random() * 2);
      workers[at]?.kill("SIGKILL");
      workers[at] = start(address);
    },
    stopped: async () => {
      const worker = workers[Math.floor(random() * 2)];
      worker?.kill("SIGSTOP");
      await sleep(silenceMs * 2);
      worker?.kill("SIGCONT");
    },
    cut: async () => {
      network.cut();
      await sleep(silenceMs * 2);
      network.mend();
    },
    backendsEnded: async () => {
      await db.rows(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND state IS NOT NULL`,
      );
    },
  };
  const began = performance.now();
  try {
    workers.push(start(address), start(address), start(network.address));
    await eventually(async () => {
      if ((await status()).workers.length < 3) throw new Error("the workers have not begun");
    });
    const report = await library.add([folder]);
    if (report.queued !== pictures) tally.problems.push(`${report.queued} pictures were left to workers`);
    for (let at = 0; ; at += 1) {
      await sleep(everyMs);
      const { active, waiting } = await status();
      if (active + waiting.file === 0) break;
      const fault = FAULTS[at % FAULTS.length] ?? "killed";
      await faults[fault]();
      tally[fault] += 1;
    }
  } finally {
    for (const worker of workers) worker.kill("SIGCONT");
    network.mend();
    for (const worker of workers) worker.kill("SIGTERM");
    await Promise.all(workers.map((worker) => worker.exitCode ?? worker.signalCode ?? once(worker, "exit")));
    network.close();
  }
  tally.seconds = (performance.now() - began) / 1000;
  const [ledger] = await db.rows<{ paths: number; rows: number }>(
    "SELECT count(DISTINCT path) AS paths, count(*) AS rows FROM ledger",
  );
  tally.placed = ledger?.paths ?? 0;
  tally.doubled = (ledger?.rows ?? 0) - tally.placed;
  tally.problems.push(...(await catalog.check()));
  const { images } = await catalog.images.totals();
  if (images !== pictures) tally.problems.push(`the library has ${images} of ${pictures} images`);
  for (const { origin, reason } of await catalog.files.failures(10))
    tally.problems.push(`${origin}: ${reason}`);
  await db.script("DROP TABLE ledger; DROP TRIGGER placed ON files; DROP FUNCTION note_placement()");
  await library.close();
  return tally;
}
