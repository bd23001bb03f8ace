import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { idOf } from "../../support/new-image.ts";
import { startScript } from "../../support/start-script.ts";
import { temporaryFolder, temporaryPath } from "./temporary-library.ts";

const PER_BATCH = 8;
const KILLS = 10;

interface Adding {
  readonly child: ChildProcess;
  /** First numbers of the batches acknowledged so far. */
  readonly acknowledged: number[];
  /** Resolves with the exit code once all output has been read. */
  readonly ended: Promise<number | null>;
}

function startAdding(
  path: string,
  name: string,
  { batches, first = 0 }: { batches: number; first?: number },
): Adding {
  const script = new URL("adding-child.ts", import.meta.url);
  const child = startScript(script, [path, name, `${batches}`, `${first}`]);
  if (!child.stdout) throw new Error("the child has no output");
  const acknowledged: number[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => acknowledged.push(Number(line)));
  const ended = Promise.all([once(child, "exit"), once(lines, "close")]).then(
    ([[code]]) => code as number | null,
  );
  return { child, acknowledged, ended };
}

function startOpening() {
  const script = new URL("opening-child.ts", import.meta.url);
  const child = startScript(script, [], { stdio: ["pipe", "pipe", "inherit"] });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("the child has no input or output");
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    open: async (path: string) => {
      stdin.write(`${path}\n`);
      return JSON.parse((await answers.next()).value);
    },
    end: async () => {
      stdin.end();
      await once(child, "exit");
    },
  };
}

/** Every image of these batches is complete, except for the one of each that was removed again. */
async function expectWhole(path: string, name: string, starts: readonly number[]): Promise<void> {
  const catalog = await openCatalog({ path });
  expect(await catalog.check()).toEqual([]);
  for (const start of starts) {
    const contents = Array.from({ length: PER_BATCH }, (_, index) => `${name} ${start + index}`);
    const images = await catalog.images.byId(contents.map(idOf));
    const expected = contents.filter((_, index) => index !== 1).map(idOf);
    expect(images.map(({ record }) => record.id)).toEqual(expected);
    for (const { record } of images) expect(await catalog.images.thumbnail(record.id)).toBeDefined();
  }
  await catalog.close();
}

test("processes that meet at a catalog that is not there yet all open it", async () => {
  const folder = await temporaryFolder();
  const children = [startOpening(), startOpening(), startOpening()];
  for (let number = 0; number < 40; number++) {
    const path = join(folder, `${number}`, "catalog.db");
    const outcomes = await Promise.all(children.map((child) => child.open(path)));
    expect(outcomes).toEqual(["opened", "opened", "opened"]);
  }
  await Promise.all(children.map((child) => child.end()));
});

test("two processes add and remove side by side, and nothing is lost or refused", async () => {
  const path = await temporaryPath();
  const batches = 60;
  const children = ["ann", "bob"].map((name) => ({ name, ...startAdding(path, name, { batches }) }));
  expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0]);
  for (const { name, acknowledged } of children) {
    expect(acknowledged).toHaveLength(batches);
    await expectWhole(path, name, acknowledged);
  }
  const catalog = await openCatalog({ path });
  const images = 2 * batches * (PER_BATCH - 1) + 1;
  // The shared file and the last post of each child.
  expect(await catalog.images.totals()).toEqual({ images, placements: images - 1 + 1 + 2, failed: 0 });
  expect((await catalog.posts.guilds())[0]?.images).toBe(1);
  await catalog.close();
});

test("killed at any moment, everything acknowledged is there whole", async () => {
  const path = await temporaryPath();
  const acknowledged: number[] = [];
  let killedAtWork = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const adding = startAdding(path, "cat", { batches: 100_000, first: kill * 1_000_000 });
    const ready = once(adding.child.stdout ?? adding.child, "data");
    await ready;
    setTimeout(() => adding.child.kill("SIGKILL"), Math.random() * 120);
    expect(await adding.ended).toBeNull();
    killedAtWork += adding.acknowledged.length;
    acknowledged.push(...adding.acknowledged);
  }
  expect(killedAtWork).toBeGreaterThan(KILLS);
  await expectWhole(path, "cat", acknowledged);
});
