/**
 * Kills `glimpse add` at random moments, reruns it, and compares the library with that of an uninterrupted run.
 * Usage: npm run bench -- crash-cli [kills] [folder]
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../scripts/build.mjs";
import { libraryDigest } from "../test/support/library-digest.ts";

const kills = Number(process.argv[2] ?? 50);
const pictures = process.argv[3] ?? fileURLToPath(new URL("../samples/", import.meta.url));
const KILLS_PER_LIBRARY = 10;
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "glimpse-crash-"));
const folder = join(home, "pictures");

interface Run {
  readonly milliseconds: number;
  readonly killed: boolean;
}

/** One run of `add`, killed with all its children after this many milliseconds. */
function add(library: string, killAfter?: number): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, [main, "--library", library, "add", folder], {
    stdio: "ignore",
    detached: true,
  });
  const timer =
    killAfter === undefined
      ? undefined
      : setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), killAfter);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(`add ended with ${code ?? signal}`));
      resolve({ milliseconds: performance.now() - start, killed: signal === "SIGKILL" });
    });
  });
}

/** Random, but the same in every run of this benchmark (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

try {
  build();
  cpSync(pictures, folder, { recursive: true });
  const undisturbed = join(home, "undisturbed");
  const { milliseconds } = await add(undisturbed);
  const expected = await libraryDigest(undisturbed);
  const random = randomFrom(7);
  let done = 0;
  let different = 0;
  for (let library = 0; done < kills; library++) {
    const disturbed = join(home, `disturbed-${library}`);
    for (let kill = 0; kill < KILLS_PER_LIBRARY && done < kills; kill++) {
      const { killed } = await add(disturbed, milliseconds * (0.15 + 0.85 * random()));
      if (killed) done += 1;
    }
    await add(disturbed);
    const found = await libraryDigest(disturbed);
    if (found.digest !== expected.digest || found.problems.length > 0) {
      different += 1;
      console.log(
        `library ${library}: ${found.images} of ${expected.images} images; ${found.problems.join("; ")}`,
      );
    }
    rmSync(disturbed, { recursive: true, force: true });
  }
  console.log("| measure | figure |\n| --- | --- |");
  console.log(`| kills (SIGKILL at random moments of \`add\`) | ${done} |`);
  console.log(`| libraries that differ from an undisturbed run (${expected.images} images) | ${different} |`);
  process.exitCode = different > 0 ? 1 : 0;
} finally {
  rmSync(home, { recursive: true, force: true });
}
