/**
 * Writes a model's output on this machine into its descriptor's `checks`, for models without published reference outputs, such as `pocket`.
 * Run it once after the weights change, and only then. Usage: npx tsx scripts/record-model-checks.mjs pocket
 */
import { readFileSync, writeFileSync } from "node:fs";
import { greyPixels } from "../src/core/embedder/golden-pictures.ts";
import { openImageTower, openTextTower } from "../src/core/embedder/tower-session.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { toUnit } from "../src/core/vector.ts";
import { root } from "./installed.mjs";

const [id = "pocket"] = process.argv.slice(2);
const GREY = 127;
const TEXT = "two dogs playing in the snow";
const KEPT = 16;
/** 8-bit values may round differently on another processor. */
const TOLERANCE = 0.02;
const source = "recorded from the pinned weights with onnxruntime on the CPU";

const model = await new ModelStore({ directory: `${root}.cache` }).locate(id);
const [picture] = await (await openImageTower(model, { threads: 1 })).embed([
  greyPixels(GREY, model.descriptor.image),
]);
const [words] = await (await openTextTower(model, { threads: 1 })).embed([TEXT]);
const start = (vector) => [...toUnit(vector).slice(0, KEPT)].map((value) => Number(value.toFixed(5)));

const file = `${root}models/${id}/model.json`;
const descriptor = JSON.parse(readFileSync(file, "utf8"));
descriptor.checks = [
  {
    kind: "grey",
    name: `image: a plain grey picture (${GREY})`,
    grey: GREY,
    tolerance: TOLERANCE,
    source,
    raw: false,
    at: {},
    values: start(picture),
  },
  {
    kind: "text",
    name: `text: "${TEXT}"`,
    text: TEXT,
    ids: words.ids,
    tolerance: TOLERANCE,
    source,
    raw: false,
    at: {},
    values: start(words.vector),
  },
];
writeFileSync(file, `${JSON.stringify(descriptor, null, 1)}\n`);
