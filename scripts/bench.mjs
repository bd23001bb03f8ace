import { readdirSync } from "node:fs";
import { ensureInstalled, root, run } from "./installed.mjs";

/** Benchmarks that can be run by name; the other files of bench/ support them. */
const benches = [
  "indexing",
  "search",
  "duplicates",
  "classify",
  "tags",
  "rescan",
  "sameness",
  "start",
  "mcp-start",
  "discord-answers",
  "likeness",
  "model-speeds",
  "device",
  "nothing",
  "words",
  "reading",
  "crash-cli",
];

/** Long-running stress and fault tests, run only by name. */
const trials = [
  "crash",
  "faults",
  "corruption",
  "hostile",
  "concurrency",
  "soak",
  "erasure",
  "scale",
  "questions",
  "web",
  "map",
  "commit-cost",
  "releases",
  "postgres",
  "server-faults",
  "workers",
  "worker-rate",
  "community",
  "mcp-clients",
  "assistant-tasks",
  "phone-library",
  "discord-guilds",
  "discord-screens",
];

ensureInstalled();
const [wanted, ...args] = process.argv.slice(2);
if (wanted !== undefined && ![...benches, ...trials].includes(wanted)) {
  console.error(`There is no benchmark "${wanted}". There are: ${[...benches, ...trials].join(", ")}.`);
  process.exit(2);
}
const here = new Set(readdirSync(`${root}bench`));
for (const bench of wanted === undefined ? benches : [wanted]) {
  if (!here.has(`${bench}.ts`)) continue;
  console.log(`\n## ${bench}\n`);
  run(process.execPath, ["--import", "tsx", `bench/${bench}.ts`, ...args]);
}
