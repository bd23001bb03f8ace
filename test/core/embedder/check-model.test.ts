import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";
import type { LocatedModel } from "../../../src/core/models/located-model.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";

const store = new ModelStore({ directory: mkdtempSync(join(tmpdir(), "glimpse-checks-")) });
const pocket = await store.locate("pocket");

async function checksOf(model: LocatedModel) {
  const embedder = new OnnxEmbedder({ model });
  return embedder.check().finally(() => embedder.close());
}

test("the built-in model answers here as it did when its weights were pinned", async () => {
  const results = await checksOf(pocket);
  expect(results.length).toBeGreaterThan(1);
  const hint = "After new weights: npx tsx scripts/record-model-checks.mjs pocket";
  expect(
    results.filter(({ ok }) => !ok),
    hint,
  ).toEqual([]);
});

test("an answer off by more than the tolerance, or other token ids, is reported with the difference", async () => {
  const source = "nobody";
  const checks = [
    { kind: "grey", name: "grey", grey: 127, tolerance: 1e-4, source, raw: false, values: [0.9], at: {} },
    { kind: "tokens", name: "tokens", text: "a cat", ids: [1, 2, 3], source },
    {
      kind: "grey",
      name: "of another variant",
      variants: ["fp16"],
      grey: 1,
      tolerance: 1,
      source,
      raw: false,
      values: [9],
      at: {},
    },
  ] as const;
  const descriptor = { ...pocket.descriptor, checks: structuredClone(checks) as never };
  const results = await checksOf({ ...pocket, descriptor });
  expect(results.map(({ name, ok }) => [name, ok])).toEqual([
    ["grey", false],
    ["tokens", false],
  ]);
  expect(results[0]?.detail).toMatch(/1 values, largest difference 8\.\de-1 \(allowed 0\.0001\)/);
  expect(results[1]?.detail).toMatch(/token ids 2,.* instead of 1,2,3/);
});

test("where no answer to a picture was published, it is checked that there is one, and said so", async () => {
  const descriptor = { ...pocket.descriptor, checks: [] };
  expect(await checksOf({ ...pocket, descriptor })).toEqual([
    {
      name: "image: a plain grey picture (127)",
      ok: true,
      detail: "a vector of 256 numbers; no answer was published to compare it with",
    },
  ]);
});
