import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { libraryDigest } from "../../support/library-digest.ts";
import { startScript } from "../../support/start-script.ts";
import type { Held } from "./every-write-fails.ts";
import { picturesForSession } from "./session.ts";

/** What SQLite asks the system for, once a file is open. */
const CALLS = ["pwrite64", "fdatasync", "fsync", "ftruncate", "pread64"] as const;

/**
 * The system answers a call on the catalog's files with EIO, below SQLite: one call of a session in each run, `runs` of
 * them spread over every kind of call. strace makes the fault; undefined where it is not at hand or may not trace.
 */
export async function diskErrors(home: string, runs: number): Promise<Held | undefined> {
  if (!canInject()) return undefined;
  const pictures = join(home, "pictures");
  picturesForSession(pictures);
  const undisturbed = await session(home, pictures);
  const problems = [...undisturbed.problems];
  let struck = 0;
  for (const call of CALLS) {
    const count = undisturbed.calls.filter((line) => line.includes(`${call}(`)).length;
    const step = Math.max(1, count / Math.ceil(runs / CALLS.length));
    for (let at = 1; at <= count; at += step) {
      const nth = Math.floor(at);
      const disturbed = await session(home, pictures, { call, nth });
      const note = (problem: string) => problems.push(`${call} ${nth} of ${count}: ${problem}`);
      if (disturbed.digest !== undisturbed.digest) note("the library differs");
      for (const problem of disturbed.problems) note(problem);
      struck += disturbed.calls.filter((line) => line.includes("(INJECTED)")).length;
    }
  }
  return { struck, problems };
}

const canInject = () =>
  process.platform === "linux" &&
  spawnSync("strace", ["-qq", "-e", "inject=getcwd:error=EIO", "true"], { stdio: "ignore" }).status === 0;

async function session(home: string, pictures: string, fault?: { call: string; nth: number }) {
  const name = fault ? `${fault.call}-${fault.nth}` : "undisturbed";
  const [directory, log] = [join(home, name), join(home, `${name}.strace`)];
  mkdirSync(directory);
  const files = ["", "-wal", "-shm", "-journal"].flatMap((end) => [
    "-P",
    join(directory, `catalog.db${end}`),
  ]);
  const inject = fault ? ["-e", `inject=${fault.call}:error=EIO:when=${fault.nth}`] : [];
  const trace = ["-f", "-qq", "-o", log, ...files, "-e", `trace=${CALLS.join()}`, ...inject];
  const child = startScript(new URL("session-child.ts", import.meta.url), [directory, pictures], {
    under: ["strace", ...trace],
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (!child.stdout || !child.stderr) throw new Error("the child has no output");
  const [said, complained] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  const problems = said.split("\n").filter(Boolean);
  if (problems.pop() !== "done") problems.push(`the process ended: ${complained.slice(-300)}`);
  const found = await libraryDigest(directory);
  return {
    calls: readFileSync(log, "utf8").split("\n"),
    digest: found.digest,
    problems: [...problems, ...found.problems],
  };
}
