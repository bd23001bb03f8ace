import { execFile } from "node:child_process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Answer, neighboursOf } from "./duplicate-scores.ts";

const run = promisify(execFile);
const MAX_OUTPUT = 256 * 1024 ** 2;
const imagehashScript = fileURLToPath(new URL("./peer-imagehash.py", import.meta.url));

interface Peer {
  readonly program: string;
  /** How to install it. */
  readonly install: string;
  readonly pairsIn: (folder: string) => Promise<string[][]>;
}

/**
 * imagehash: pHash with at most 10 of 64 bits different, as imagededup's default is (imagededup itself depends on
 * PyTorch and downloads the weights of its network at run time). findimagedupes: its own default of 90 %.
 */
const peers: readonly Peer[] = [
  {
    program: "imagehash (pHash)",
    install: "python3 -m venv DIR && DIR/bin/pip install imagehash==4.3.2, then PYTHON=DIR/bin/python",
    pairsIn: async (folder) => {
      const python = process.env.PYTHON ?? "python3";
      const { stdout } = await run(python, [imagehashScript, folder], { maxBuffer: MAX_OUTPUT });
      const { pairs }: { pairs: string[][] } = JSON.parse(stdout);
      return pairs;
    },
  },
  {
    program: "findimagedupes",
    install: "apt install findimagedupes",
    pairsIn: async (folder) => {
      // Paths come separated by spaces; the collection's have none.
      const { stdout } = await run("findimagedupes", ["-R", "-q", folder], { maxBuffer: MAX_OUTPUT });
      return stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ").map((path) => relative(folder, path)));
    },
  },
];

/** The answers of the installed peers; for each of the others, prints how to install it. */
export async function peerAnswers(folder: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { program, install, pairsIn } of peers) {
    const start = performance.now();
    try {
      const neighbours = neighboursOf(await pairsIn(folder));
      console.log(`${program}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
      answers.push({ program, neighbours });
    } catch (error) {
      console.log(`${program} is skipped (${firstLine(error)}). To compare with it: ${install}`);
    }
  }
  return answers;
}

function firstLine(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error)
    .trim()
    .split("\n");
  return lines.at(-1) ?? "";
}
