import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { olderVectors } from "../../../src/core/library/older-vectors.ts";
import { SyncedVectorIndex } from "../../../src/core/vector-index/synced-vector-index.ts";
import { describeVectorSearch } from "../../support/vector-search-contract.ts";

describeVectorSearch(async () => {
  const directory = await mkdtemp(join(tmpdir(), "glimpse-search-"));
  const catalog = await openCatalog({ path: ":memory:" });
  return {
    catalog: { ...catalog, close: () => catalog.close().then(() => rm(directory, { recursive: true })) },
    vectors: (space, lackedBy) =>
      new SyncedVectorIndex({
        catalog: lackedBy === undefined ? catalog : olderVectors(catalog, space, lackedBy),
        space,
        dimensions: 32,
        directory,
      }),
  };
});
