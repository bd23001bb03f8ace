/**
 * One of several processes on one library: adds, removes and searches for a while, and compares every result with what
 * any process had acknowledged, and with an exhaustive comparison. Arguments: library, name, milliseconds, seed,
 * and the folder where each process records what it has acknowledged.
 */
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { post } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { everything, openTestLibrary } from "../../support/test-library.ts";
import { bruteForce, isExact, storedVectors } from "../brute-force.ts";
import { openIndex } from "../crash/workloads.ts";
import type { Tally } from "./several-processes.ts";

const [directory = "", name = "", milliseconds = "0", seed = "0", notes = ""] = process.argv.slice(2);
const until = performance.now() + Number(milliseconds);
const random = seededRandom(Number(seed));
const scene = await openTestLibrary(directory);
const { library, catalog, embedder } = scene;
const index = openIndex(catalog, embedder, directory);
const mine: string[] = [];
const tally: Tally = { added: 0, removed: 0, queries: 0, compared: 0, slowestMs: 0, problems: [] };
let next = 0;

/** Every picture has a unique term, so that it is the only correct hit for that term. */
async function add(): Promise<void> {
  const word = `${name}x${next++}`;
  await library.addPosted(Buffer.from(word), post(word));
  appendFileSync(join(notes, name), `+${word}\n`);
  mine.push(word);
  tally.added += 1;
}

async function remove(): Promise<void> {
  const [word] = mine.splice(Math.floor(random() * mine.length), 1);
  if (word === undefined) return;
  appendFileSync(join(notes, name), `?${word}\n`);
  await library.remove({ discord: { guildId: "g1", attachmentIds: [word] } });
  appendFileSync(join(notes, name), `-${word}\n`);
  tally.removed += 1;
}

/** By term: + is present, - is removed, ? is being removed. */
function acknowledged(): Map<string, string> {
  const state = new Map<string, string>();
  for (const file of readdirSync(notes)) {
    for (const line of readFileSync(join(notes, file), "utf8").split("\n").slice(0, -1)) {
      state.set(line.slice(1), line.slice(0, 1));
    }
  }
  return state;
}

/** Additions and removals acknowledged before the query must be reflected in its result. */
async function query(): Promise<void> {
  const before = acknowledged();
  const words = [...before.keys()];
  const word = words[Math.floor(random() * words.length)];
  if (word === undefined) return;
  const answer = await library.within(everything).find({ terms: [{ text: word }], limit: 3 });
  const found = answer.hits.some(({ placements }) =>
    placements.some((at) => "attachmentId" in at && at.attachmentId === word),
  );
  const after = acknowledged();
  tally.queries += 1;
  if (!found && before.get(word) === "+" && after.get(word) === "+")
    tally.problems.push(`${word} was added and is not found`);
  if (found && before.get(word) === "-") tally.problems.push(`${word} was removed and is found`);
}

/** If nothing changes meanwhile, the result equals that of an exhaustive comparison. */
async function compareSearch(): Promise<void> {
  const before = await catalog.embeddings.changeToken(embedder.space);
  const vectors = await storedVectors(catalog, embedder.space);
  const [query] = await embedder.embedTexts([`${name}x${Math.floor(random() * next)}`]);
  if (!query) return;
  const found = await index.nearest({ vector: query.embedding, scope: ENTIRE_LIBRARY, limit: 10 });
  if ((await catalog.embeddings.changeToken(embedder.space)) !== before) return;
  tally.compared += 1;
  if (!isExact(found, bruteForce(vectors, query.embedding, 10)))
    tally.problems.push("a search differs from comparing everything");
}

const actions = [add, add, add, query, query, query, compareSearch, remove];
while (performance.now() < until) {
  const start = performance.now();
  await actions[Math.floor(random() * actions.length)]?.();
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - start);
  if (mine.length > 150) await remove();
  if (random() < 0.05) await pause(random() * 100);
}
await index.close();
await library.close();
console.log(JSON.stringify(tally));
