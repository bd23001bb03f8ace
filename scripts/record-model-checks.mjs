/**
 * Writes what a model answers here into its descriptor's `checks`, for models whose answers nobody published: ours.
 * Run it once after the weights change, and only then. Usage: npx tsx scripts/record-model-checks.mjs pocket
 */
import { readFileSync, writeFileSync } from "node:fs";
import { greyPixels } from "../src/core/embedder/check-model.ts";
import { openImageTower, openTextTower, toUnit } from "../src/core/embedder/tower-session.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { root } from "./installed.mjs";

const [id = "pocket"] = process.argv.slice(2);
const GREY = 127;
const TEXT = "two dogs playing in the snow";
const KEPT = 16;
const source = "recorded from the pinned weights with onnxruntime on the CPU";

const model = await new ModelStore({ directory: `${root}.cache` }).locate(id);
const [picture] = await (await openImageTower(model, 1)).embed([greyPixels(GREY, model.descriptor.image)]);
const [words] = await (await openTextTower(model, 1)).embed([TEXT]);
const start = (vector) => [...toUnit(vector).slice(0, KEPT)].map((value) => Number(value.toFixed(5)));

const file = `${root}models/${id}/model.json`;
const descriptor = JSON.parse(readFileSync(file, "utf8"));
descriptor.checks = [
  {
    kind: "grey",
    name: `image: a plain grey picture (${GREY})`,
    grey: GREY,
    tolerance: 0.001,
    source,
    values: start(picture),
  },
  // 8-bit weights answer a little differently from processor to processor.
  {
    kind: "text",
    name: `text: "${TEXT}"`,
    text: TEXT,
    ids: words.ids,
    tolerance: 0.02,
    source,
    values: start(words.vector),
  },
];
writeFileSync(file, `${JSON.stringify(descriptor, null, 1)}\n`);
