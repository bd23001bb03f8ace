import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";
import { startScript } from "../../support/start-script.ts";

const roundSchema = z.object({
  round: z.number(),
  target: z.string(),
  kind: z.string(),
  outcome: z.string(),
});

export type Round = z.infer<typeof roundSchema>;

export interface CorruptionReport {
  rounds: number;
  /** Counts by target and outcome, keyed `target | outcome`. */
  readonly outcomes: Map<string, number>;
  deaths: number;
  /** Defects, wrong answers, crashes, and damaged indexes that were used or not rebuilt. */
  readonly problems: string[];
}

const FAILURES = /^defect|^wrong answer|^used though damaged|^not rebuilt/;

/** Damages `count` files, catalogs and index files in turn, and tries each in a process that may crash. */
export async function runCorruption(options: {
  readonly count: number;
  readonly seed: number;
  readonly home: string;
  /** Index files damaged per full rebuild. */
  readonly rebuildEvery: number;
}): Promise<CorruptionReport> {
  const report: CorruptionReport = { rounds: 0, outcomes: new Map(), deaths: 0, problems: [] };
  for (let first = 0; first < options.count; ) {
    const last = await runFrom(first, options, report);
    if (last + 1 >= options.count) break;
    report.deaths += 1;
    report.problems.push(`round ${last} of seed ${options.seed} ended the process`);
    first = last + 1;
  }
  return report;
}

async function runFrom(
  first: number,
  { count, seed, home, rebuildEvery }: Parameters<typeof runCorruption>[0],
  report: CorruptionReport,
): Promise<number> {
  const args = [home, first, count - first, seed, rebuildEvery].map(String);
  const child = startScript(new URL("corruption-child.ts", import.meta.url), args);
  let last = first;
  let finished = false;
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  lines.on("line", (line) => {
    const round = roundSchema.parse(JSON.parse(line));
    last = round.round;
    finished = round.target !== "begun";
    if (finished) note(round, seed, report);
  });
  const [[code]] = await Promise.all([once(child, "exit"), once(lines, "close")]);
  if (code === 0 && !finished) throw new Error("the child ended before its last round");
  return last;
}

function note({ round, target, kind, outcome }: Round, seed: number, report: CorruptionReport): void {
  const name = `${target} | ${outcome}`;
  report.outcomes.set(name, (report.outcomes.get(name) ?? 0) + 1);
  if (target !== "index, queried") report.rounds += 1;
  if (FAILURES.test(outcome))
    report.problems.push(`round ${round} of seed ${seed}, ${target}, ${kind}: ${outcome}`);
}
