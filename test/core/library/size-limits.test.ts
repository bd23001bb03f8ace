import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { SizeLimits } from "../../../src/core/library/size-limits.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";

test("limits have grown when nobody knows them, or when any of them is higher than when the root was last read", async () => {
  const { state } = await openCatalog({ path: ":memory:" });
  const limits = (maxBytes: number, maxMemory: number) =>
    new SizeLimits(state, Object.assign(new FakeEmbedder(), { maxBytes, maxMemory }));
  expect(await limits(10, 20).haveGrown("/photos")).toBe(true);
  await limits(10, 20).remember("/photos");
  expect(await limits(10, 20).haveGrown("/photos")).toBe(false);
  expect(await limits(10, 15).haveGrown("/photos")).toBe(false);
  expect(await limits(10, 30).haveGrown("/photos")).toBe(true);
  expect(await limits(11, 20).haveGrown("/photos")).toBe(true);
  expect(await limits(10, 20).haveGrown("/other")).toBe(true);
});
