import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { libraryDigest } from "../../support/library-digest.ts";
import type { FaultReport } from "./every-write-fails.ts";
import { problemsOfScript } from "./run-script.ts";
import { picturesForSession } from "./session.ts";

/** System calls that SQLite makes on an open file. */
const CALLS = ["pwrite64", "fdatasync", "fsync", "ftruncate", "pread64"] as const;

/**
 * A system call on the catalog's files fails with EIO, below SQLite: one call of a session in each run, `runs` of
 * them spread over every kind of call. strace injects the fault; undefined where it is missing or may not trace.
 */
export async function diskErrors(home: string, runs: number): Promise<FaultReport | undefined> {
  if (!canInject()) return undefined;
  const pictures = join(home, "pictures");
  picturesForSession(pictures);
  const undisturbed = await session(home, pictures);
  const problems = [...undisturbed.problems];
  let injected = 0;
  for (const call of CALLS) {
    const count = undisturbed.calls.filter((line) => line.includes(`${call}(`)).length;
    const some = Math.min(count, Math.ceil(runs / CALLS.length));
    for (let i = 0; i < some; i++) {
      const nth = Math.floor(((i + 0.5) * count) / some) + 1;
      const disturbed = await session(home, pictures, { call, nth });
      const note = (problem: string) => problems.push(`${call} ${nth} of ${count}: ${problem}`);
      if (disturbed.digest !== undisturbed.digest) note("the library differs");
      for (const problem of disturbed.problems) note(problem);
      injected += disturbed.calls.filter((line) => line.includes("(INJECTED)")).length;
    }
  }
  return { injected, problems };
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
  const script = new URL("session-child.ts", import.meta.url);
  const problems = await problemsOfScript(script, [directory, pictures], { under: ["strace", ...trace] });
  const found = await libraryDigest(directory);
  return {
    calls: readFileSync(log, "utf8").split("\n"),
    digest: found.digest,
    problems: [...problems, ...found.problems],
  };
}
