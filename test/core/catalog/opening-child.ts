import { createInterface } from "node:readline";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";

/** Opens and closes the catalog at each path that it receives, and prints when it did, or how it failed. */
for await (const path of createInterface({ input: process.stdin })) {
  const outcome = await openCatalog({ path })
    .then((catalog) => catalog.close())
    .then(() => "opened", String);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
