import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { contents, describedModel, writeModel } from "./small-model.ts";

let home: string;
let store: ModelStore;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "glimpse-models-"));
  store = new ModelStore({ directory: home });
});
afterEach(() => rm(home, { recursive: true }));

test("the built-in model is available at once, and sound", async () => {
  const model = await store.locate("pocket");
  expect(model.space).toMatch(/^pocket@[0-9a-f]{8}$/);
  const states = (await store.verify("pocket")).map(({ state }) => state);
  expect(states).toEqual(["sound", "sound", "sound", "sound"]);
});

test("the error for a model that was not pulled says how to get it, online and offline", async () => {
  await expect(store.locate("clip-vit-b32", "fp16")).rejects.toThrow(
    /glimpse models pull clip-vit-b32 --variant fp16.*onnx\/vision_model_fp16\.onnx.*Xenova.*GLIMPSE_HUB/,
  );
});

test("the error for an unknown model lists the available ones", async () => {
  await expect(store.locate("clop")).rejects.toThrow(/no model "clop".*clip-vit-b32.*pocket/);
  await expect(store.locate("../pocket")).rejects.toThrow(/no model/);
});

test("the list has size, licence and what is installed", async () => {
  const models = await store.list();
  expect(models.find(({ id }) => id === "pocket")).toMatchObject({ installed: true, builtIn: true });
  const clip = models.find(({ id }) => id === "clip-vit-b32");
  expect(clip).toMatchObject({ installed: false, dimensions: 512 });
  expect(clip?.variants.map(({ name, bytes }) => [name, bytes])).toEqual([
    ["fp32", 607_968_381],
    ["fp16", 305_644_572],
    ["quantised", 155_845_627],
  ]);
});

test("the user's own model is added, located and removed", async () => {
  const folder = await writeModel(join(home, "mine"), describedModel(), contents);
  await store.add(folder);
  await rm(folder, { recursive: true });
  expect((await store.locate("small")).paths.image).toBe(join(home, "models/small/onnx/vision.onnx"));
  expect((await store.list()).find(({ id }) => id === "small")).toMatchObject({
    builtIn: false,
    installed: true,
  });
  await store.remove("small");
  await expect(store.locate("small")).rejects.toThrow(/no model "small"/);
});

test("a model that cannot be used is refused and leaves nothing behind", async () => {
  const other = { ...contents, "onnx/text.onnx": Buffer.from("cut") };
  const damaged = await writeModel(join(home, "damaged"), describedModel(), other);
  await expect(store.add(damaged)).rejects.toThrow(/text\.onnx is not the file that its model\.json pins/);
  const without = await writeModel(join(home, "without"), describedModel({ hub: undefined }));
  await expect(store.add(without)).rejects.toThrow(/vision\.onnx is missing/);
  const taken = await writeModel(join(home, "taken"), describedModel({ id: "pocket" }), contents);
  await expect(store.add(taken)).rejects.toThrow(/already.*another id/);
  expect((await store.list()).map(({ id }) => id)).not.toContain("small");
});

test("what comes with the program, or was never here, is not reported as removed", async () => {
  await expect(store.remove("pocket")).rejects.toThrow(
    new NotFoundError("Model pocket comes with the program and cannot be removed from it."),
  );
  await mkdir(join(home, "models/pocket"), { recursive: true });
  await expect(store.remove("pocket")).rejects.toThrow(NotFoundError);
  await expect(store.remove("clip-vit-b32")).rejects.toThrow(
    /Nothing of model clip-vit-b32 has been downloaded/,
  );
});
