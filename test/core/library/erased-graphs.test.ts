import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import { loadHnswLibrary } from "../../../src/core/vector-index/hnsw-library.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../../support/test-library.ts";

const library = await loadHnswLibrary();
if (!library) console.log("hnswlib-node is not installed: erasing from graphs is not tested");

const index = { hnswFrom: 100, buildAfterMs: 0 };

function pictures(count: number): string {
  const folder = temporaryFolder();
  writePictures(
    folder,
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}.png`, `cat ${n}`])),
  );
  return folder;
}

const graphs = (directory: string) =>
  readdirSync(join(directory, "index"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".hnsw"),
  );

test.skipIf(!library)(
  "a former model's graph loses what is removed, and goes with its vectors and with the last picture",
  async () => {
    const [folder, directory] = [pictures(120), temporaryFolder()];
    const next = new FakeEmbedder({ space: "next@11111111" });
    const { library } = await openTestLibrary(directory, { models: { next }, index });
    await library.add([folder]);
    const [before] = graphs(directory);
    expect(before).toBeDefined();
    expect(await library.useModel("next")).toMatchObject({ switched: true });
    expect(graphs(directory)).toContain(before);
    const bytes = () => readFileSync(join(directory, "index", before ?? ""));
    const whole = bytes();
    await library.remove({ paths: [join(folder, "3.png")] });
    expect(bytes().equals(whole)).toBe(false);
    await library.forgetModel("fake");
    expect(graphs(directory)).not.toContain(before);
    expect(await library.useModel("fake")).toMatchObject({ embedded: 119, switched: true });
    await library.add([]);
    expect(graphs(directory).length).toBeGreaterThan(0);
    await library.remove({ paths: [folder] });
    expect(graphs(directory)).toEqual([]);
    await library.close();
  },
);

test.skipIf(!library)("a removal reads no vector, keeps the graph in use, and needs no model", async () => {
  const [folder, directory] = [pictures(120), temporaryFolder()];
  const first = await openTestLibrary(directory, { index });
  await first.library.add([folder]);
  await first.library.close();
  const [graph = ""] = graphs(directory);
  const before = readFileSync(join(directory, "index", graph));

  let vectorsRead = 0;
  const around = (catalog: Catalog): Catalog => ({
    ...catalog,
    embeddings: {
      ...catalog.embeddings,
      async *read(space, keys) {
        for await (const batch of catalog.embeddings.read(space, keys)) {
          vectorsRead += batch.length;
          yield batch;
        }
      },
    },
  });
  const { library } = await openTestLibrary(directory, { around, index });
  expect(await library.remove({ paths: [join(folder, "3.png")] })).toEqual({ placements: 1, images: 1 });
  expect(vectorsRead).toBe(0);
  expect(graphs(directory)).toEqual([graph]);
  const after = readFileSync(join(directory, "index", graph));
  const changed = [...before.keys()].filter((at) => before[at] !== after[at]);
  expect(changed.length).toBeGreaterThan(400);
  expect(Math.max(...changed) - Math.min(...changed), "one projection of 128 numbers").toBeLessThan(512);
  expect(changed.every((at) => after[at] === 0)).toBe(true);
  await library.close();
});
