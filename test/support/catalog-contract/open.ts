import { test } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";

export type CatalogFactory = () => Promise<Catalog>;

/** A test with an empty catalog, which must pass its integrity check when the test ends. */
export function catalogTest(create: CatalogFactory) {
  return (sentence: string, run: (catalog: Catalog) => Promise<void>) =>
    test(sentence, async ({ expect }) => {
      const catalog = await create();
      try {
        await run(catalog);
        expect(await catalog.check()).toEqual([]);
      } finally {
        await catalog.close();
      }
    });
}

export async function collect<Item>(batches: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}
