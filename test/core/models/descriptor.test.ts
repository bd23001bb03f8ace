import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ModelDescriptor, parseDescriptor } from "../../../src/core/models/descriptor.ts";
import { filesOf, variantFiles, variantNames } from "../../../src/core/models/variant-files.ts";
import { describedModel } from "./small-model.ts";

const parse = (changes: object) =>
  parseDescriptor(JSON.stringify(describedModel(changes)), "my/model.json") as ModelDescriptor;
const models = new URL("../../../models/", import.meta.url);
const builtIn = readdirSync(models, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(builtIn.map(({ name }) => name))("the descriptor of %s is sound", (id) => {
  const json = readFileSync(new URL(`${id}/model.json`, models), "utf8");
  const descriptor = parseDescriptor(json, id);
  // It is used as written, so no default may be left to fill in.
  expect(JSON.parse(json)).toEqual(descriptor);
  expect(descriptor.id).toBe(id);
  for (const variant of variantNames(descriptor)) {
    for (const path of filesOf(descriptor, variant)) expect(descriptor.files).toHaveProperty([path]);
  }
  const { replacedBy } = descriptor as ModelDescriptor;
  if (replacedBy !== undefined) expect(builtIn.map(({ name }) => name)).toContain(replacedBy);
});

/** Nobody published the digests of these: the hub's own are noted at the first download. */
const UNPINNED: Readonly<Record<string, readonly string[]>> = {
  "siglip2-b32-256": [
    "onnx/vision_model_fp16.onnx",
    "onnx/text_model_fp16.onnx",
    "onnx/vision_model.onnx",
    "onnx/text_model.onnx",
  ],
  "pe-core-b16-224": ["image.onnx", "image.onnx_data", "text.onnx", "text.onnx_data", "tokenizer.json"],
};

test.each(builtIn.map(({ name }) => name))("every file of %s is pinned whose digest was published", (id) => {
  const { files } = parseDescriptor(readFileSync(new URL(`${id}/model.json`, models), "utf8"), id);
  const unpinned = Object.keys(files).filter((path) => !/^.{64}$/.test(files[path]?.sha256 ?? ""));
  expect(unpinned).toEqual(UNPINNED[id] ?? []);
  for (const path of Object.keys(files))
    if (!unpinned.includes(path)) expect(files[path]?.bytes).toBeGreaterThan(0);
});

test("errors name file and field, all at once", () => {
  expect(() => parse({ dimensions: "many", licens: "MIT" })).toThrow(
    /^my\/model\.json is no model descriptor\. dimensions: .*licens/,
  );
  expect(() => parseDescriptor("{", "my/model.json")).toThrow(/^my\/model\.json is not valid JSON/);
});

test("an unknown field is rejected, at any depth", () => {
  const { image } = describedModel();
  expect(() => parse({ image: { ...image, gamma: 2 } })).toThrow(/image: .*gamma/);
});

test("a file cannot lie outside the model's folder", () => {
  const { image } = describedModel();
  for (const file of ["../secret.onnx", "/etc/passwd", "a/../../b.onnx"]) {
    expect(() => parse({ image: { ...image, file } }), file).toThrow(/image\.file: must be a plain path/);
  }
});

test("every file that is used must be listed", () => {
  expect(() => parse({ files: { "tokenizer.json": {} } })).toThrow(
    /uses onnx\/vision\.onnx, which its "files"/,
  );
});

test("the error for an unknown variant lists the known ones", () => {
  const variants = { fp16: { image: "tokenizer.json", text: "tokenizer.json", fidelity: "little" } };
  const descriptor = parse({ variants });
  expect(variantFiles(descriptor, "fp16").image).toBe("tokenizer.json");
  expect(() => variantFiles(descriptor, "q4")).toThrow('has no variant "q4". It has: fp32, fp16.');
});
