/**
 * Damages copies of a library and prints the outcome of each; the parent sees whether this process survives.
 * Arguments: home, first round, rounds, seed, rounds between index rebuilds.
 */
import { mkdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { libraryDigest } from "../../support/library-digest.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import type { Round } from "./corruption-rounds.ts";
import { damaged } from "./damage.ts";
import { isRebuilt, tryCatalog, tryIndex } from "./outcomes.ts";
import { makeSpecimens } from "./specimens.ts";

const [home = "", first = "0", rounds = "0", seed = "0", rebuildEvery = "100"] = process.argv.slice(2);
const report = (round: Round) => writeSync(1, `${JSON.stringify(round)}\n`);

const specimens = await makeSpecimens(join(home, `specimens-${first}`));
const [own, other] = specimens.closed;
const copy = join(home, `copy-${first}`);

function lay(files: ReadonlyMap<string, Buffer>): void {
  rmSync(copy, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    writeFileSync(join(copy, name), bytes);
  }
}

async function linesOf(files: ReadonlyMap<string, Buffer>): Promise<ReadonlySet<string>> {
  lay(files);
  return new Set((await libraryDigest(copy)).lines);
}

const catalogOnly = (files: ReadonlyMap<string, Buffer>) =>
  new Map([...files].filter(([name]) => name.startsWith("catalog")));
const known = {
  own: await linesOf(own),
  other: await linesOf(other),
  killed: await linesOf(specimens.killed),
};
const indexNames = [...own.keys()].filter((name) => name.startsWith("index"));
const otherIndex = [...other].filter(([name]) => name.startsWith("index"));

for (let round = Number(first); round < Number(first) + Number(rounds); round++) {
  const random = seededRandom(Number(seed) * 1_000_003 + round);
  // Printed before the attempt, so that a crash can be attributed to its round.
  report({ round, target: "begun", kind: "", outcome: "" });
  if (round % 2 === 0) await damageCatalog(round, random);
  else await damageIndex(round, random);
}

async function damageCatalog(round: number, random: () => number): Promise<void> {
  const withLog = random() < 0.4;
  const files = new Map(catalogOnly(withLog ? specimens.killed : own));
  const name = withLog && random() < 0.6 ? "catalog.db-wal" : "catalog.db";
  const { kind, bytes } = damaged(
    files.get(name) ?? Buffer.alloc(0),
    other.get("catalog.db") ?? Buffer.alloc(0),
    random,
  );
  lay(files.set(name, bytes));
  const outcome = await tryCatalog(copy, { sound: withLog ? known.killed : known.own, other: known.other });
  report({ round, target: name === "catalog.db" ? "catalog" : "log of the catalog", kind, outcome });
}

async function damageIndex(round: number, random: () => number): Promise<void> {
  const name = indexNames[Math.floor(random() * indexNames.length)] ?? "";
  const ending = name.slice(name.lastIndexOf("."));
  const counterpart = otherIndex.find(([path]) => path.endsWith(ending))?.[1] ?? Buffer.alloc(0);
  const { kind, bytes } = damaged(own.get(name) ?? Buffer.alloc(0), counterpart, random);
  lay(new Map(own).set(name, bytes));
  report({ round, target: `index ${ending}`, kind, outcome: await tryIndex(copy) });
  if (round % (2 * Number(rebuildEvery)) === 1) {
    const outcome = (await isRebuilt(copy)) ? "rebuilt, answers exact" : "not rebuilt";
    report({ round, target: "index, queried", kind, outcome });
  }
}
