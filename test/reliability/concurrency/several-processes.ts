import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { startScript } from "../../support/start-script.ts";
import { openTestLibrary } from "../../support/test-library.ts";

const tallySchema = z.object({
  added: z.number(),
  removed: z.number(),
  queries: z.number(),
  /** Results checked against an exhaustive comparison while nothing changed. */
  compared: z.number(),
  slowestMs: z.number(),
  problems: z.array(z.string()),
});

export type Tally = z.infer<typeof tallySchema>;

/** Longer than any call may wait for other processes. */
const GRACE_MS = 60_000;

/** Several processes use one library for this long; then what they acknowledged is compared with its contents. */
export async function severalProcesses(options: {
  readonly processes: number;
  readonly milliseconds: number;
  readonly seed: number;
  readonly home: string;
}): Promise<Tally> {
  const { processes, milliseconds, seed, home } = options;
  const [directory, notes] = [join(home, "library"), join(home, "notes")];
  mkdirSync(notes, { recursive: true });
  const names = Array.from({ length: processes }, (_, n) => `p${n}`);
  const tallies = await Promise.all(
    names.map((name, n) =>
      work([directory, name, `${milliseconds}`, `${seed + n}`, notes], milliseconds + GRACE_MS),
    ),
  );
  const problems = tallies.flatMap((tally) => tally.problems);
  const sum = (count: (tally: Tally) => number) => tallies.reduce((all, tally) => all + count(tally), 0);
  return {
    added: sum(({ added }) => added),
    removed: sum(({ removed }) => removed),
    queries: sum(({ queries }) => queries),
    compared: sum(({ compared }) => compared),
    slowestMs: Math.max(...tallies.map(({ slowestMs }) => slowestMs)),
    problems: [...problems, ...(await compareWithNotes(directory, notes))],
  };
}

async function work(args: readonly string[], timeoutMs: number): Promise<Tally> {
  const child = startScript(new URL("concurrency-child.ts", import.meta.url), args, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (!child.stdout || !child.stderr) throw new Error("the child has no output");
  const timeout = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const ended = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(timeout);
  if (output !== "") return tallySchema.parse(JSON.parse(output));
  const problem = `${args[1]} did not come to its end: ${errors.slice(-500) || "it was stuck"}`;
  return { added: 0, removed: 0, queries: 0, compared: 0, slowestMs: 0, problems: [problem] };
}

async function compareWithNotes(directory: string, notes: string): Promise<string[]> {
  const expected = new Set<string>();
  for (const file of readdirSync(notes)) {
    for (const line of readFileSync(join(notes, file), "utf8").split("\n").slice(0, -1)) {
      if (line.startsWith("+")) expected.add(line.slice(1));
      else expected.delete(line.slice(1));
    }
  }
  const { library, catalog } = await openTestLibrary(directory);
  const placed = (await catalog.posts.placements({ guildId: "g1" })).map(
    ({ placement }) => placement.attachmentId,
  );
  const problems = await catalog.check();
  for (const word of expected) if (!placed.includes(word)) problems.push(`${word} is lost`);
  for (const word of placed) if (!expected.has(word)) problems.push(`${word} should be gone`);
  await library.close();
  return problems;
}
