import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { measureSpeeds, type Timed } from "../../../src/core/embedder/measure-speeds.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import type { Progress } from "../../../src/core/types.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const pocket = await new ModelStore({ directory: temporaryFolder() }).locate("pocket");
const tower = { layers: 3, tokens: 4, width: 8, hidden: 16, heads: 2 };
const byShape: Timed = { key: "tiny by its shape", image: tower, text: { ...tower, tokens: 2 } };
const installed: Timed = { key: pocket.space, model: pocket };

async function timed(folder: string, models: readonly Timed[]) {
  const steps: Progress[] = [];
  const speeds = await measureSpeeds(folder, models, { onProgress: (step) => steps.push(step) });
  return { speeds, items: steps.map(({ item }) => item) };
}

/** As if nothing else had been running, so that nothing is timed again for that. */
function calm(folder: string): void {
  const file = join(folder, "speeds.json");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll('"isBusy": true', '"isBusy": false'));
}

test("a model that is here is timed by its towers, another by a few layers, each once; what cannot be timed is left out", async () => {
  const folder = join(temporaryFolder(), "models");
  const paths = { ...pocket.paths, image: join(folder, "gone.onnx") };
  const broken: Timed = { key: "broken", model: { ...pocket, paths } };
  const { speeds, items } = await timed(folder, [installed, broken, byShape]);
  expect(items).toEqual([pocket.space, "broken", "tiny by its shape"]);
  expect([...speeds.keys()]).toEqual([pocket.space, "tiny by its shape"]);
  expect(speeds.get(pocket.space)?.isEstimate).toBe(false);
  expect(speeds.get("tiny by its shape")?.isEstimate).toBe(true);
  for (const { picturesPerSecond, questionMs } of speeds.values()) {
    expect(picturesPerSecond).toBeGreaterThan(0);
    expect(questionMs).toBeGreaterThan(0);
  }
  expect(readdirSync(folder)).toEqual(["speeds.json"]);

  calm(folder);
  const again = await timed(folder, [installed, byShape]);
  expect(again.items).toEqual([]);
  expect(again.speeds.get("tiny by its shape")?.questionMs).toBe(speeds.get("tiny by its shape")?.questionMs);
});

test("what was timed on another machine, or is damaged, is timed again", async () => {
  const folder = join(temporaryFolder(), "models");
  await timed(folder, [byShape]);
  const file = join(folder, "speeds.json");
  const kept = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...kept, machine: "another" }));
  expect((await timed(folder, [byShape])).items).toHaveLength(1);
  writeFileSync(file, "{");
  expect((await timed(folder, [byShape])).items).toHaveLength(1);
  writeFileSync(file, JSON.stringify({ ...kept, speeds: { [byShape.key]: { picturesPerSecond: "fast" } } }));
  expect((await timed(folder, [byShape])).items).toHaveLength(1);
});

test("a cancelled timing leaves nothing behind but what was timed before", async () => {
  const folder = join(temporaryFolder(), "models");
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  await expect(measureSpeeds(folder, [byShape], { signal: stop.signal, onProgress })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
});
