import { expect, test } from "vitest";
import { loadHnswLibrary } from "../../src/core/vector-index/hnsw-library.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { erasure } from "./erasure/erasure.ts";

/** `npm run bench -- erasure 4000` is the long version. */
const PICTURES = 160;

test("removed pictures and people leave no byte in the catalog, log or graph", async () => {
  const report = await erasure(temporaryFolder(), PICTURES);
  expect(report.before, "the scan finds everything").toBe(report.needles);
  const perPicture = (await loadHnswLibrary()) ? 6 : 5;
  expect(report.needles).toBeGreaterThan(PICTURES * perPicture);
  expect(report.left).toEqual([]);
  expect(report.removed).toBeGreaterThan(PICTURES / 3);
  expect(report.lost).toBe(0);
});
