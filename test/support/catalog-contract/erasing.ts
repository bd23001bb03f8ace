import { expect } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { embeddingOf, file, idOf, newImage, post, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

/** An image with every kind of data that can belong to one. */
async function putCat(catalog: Catalog): Promise<void> {
  await catalog.images.put([newImage("cat"), newImage("cat", post("1")), newImage("dog")]);
  await catalog.embeddings.put("other@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
  await catalog.tags.put(idOf("cat"), "pet");
  await catalog.verdicts.put({ a: idOf("cat"), b: idOf("dog"), verdict: "different", at: 5 });
}

async function expectNoCat(catalog: Catalog): Promise<void> {
  expect(await catalog.images.has(idOf("cat"))).toBe(false);
  expect(await catalog.images.thumbnail(idOf("cat"))).toBeUndefined();
  expect((await collect(catalog.images.fingerprints(ENTIRE_LIBRARY))).map(({ id }) => id)).toEqual([
    idOf("dog"),
  ]);
  expect((await collect(catalog.embeddings.read(SPACE))).map(({ key }) => key)).toEqual([2]);
  expect(await catalog.embeddings.count("other@1")).toBe(0);
  expect(await catalog.tags.summaries()).toEqual([]);
  expect(await catalog.files.placement("/photos/cat.jpg")).toBeUndefined();
}

export function describeErasing(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("erasing an image by id removes all its placements and everything known about it", async (catalog) => {
    await putCat(catalog);
    expect(await catalog.images.remove([idOf("cat"), idOf("never"), "zz"])).toEqual({
      placements: 2,
      images: 1,
    });
    await expectNoCat(catalog);
    expect(await catalog.verdicts.list()).toEqual([]);
  });

  test("an image is erased with its last placement, not before", async (catalog) => {
    await putCat(catalog);
    expect(await catalog.posts.remove({ guildId: "g1" })).toEqual({ placements: 1, images: 0 });
    expect(await catalog.images.has(idOf("cat"))).toBe(true);
    expect(await catalog.files.remove(["/photos/cat.jpg"])).toEqual({ placements: 1, images: 1 });
    await expectNoCat(catalog);
  });

  test("verdicts survive when a scan finds the file missing, and apply again when it returns", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog")]);
    await catalog.verdicts.put({ a: idOf("cat"), b: idOf("dog"), verdict: "different", at: 5 });
    await catalog.files.remove(["/photos/cat.jpg", "/photos/dog.jpg"]);
    expect(await catalog.verdicts.list()).toHaveLength(1);
    await catalog.images.put([newImage("cat", file("/photos/back.jpg"))]);
    expect(await catalog.verdicts.list()).toHaveLength(1);
  });

  test("a removal by the user also deletes the verdicts", async (catalog) => {
    const verdict = { a: idOf("cat"), b: idOf("dog"), verdict: "same", at: 5 } as const;
    for (const remove of [
      () => catalog.files.remove(["/photos/cat.jpg"], { forGood: true }),
      () => catalog.files.removeRoot("/photos"),
      () => catalog.images.remove([idOf("dog")]),
    ]) {
      await catalog.images.put([newImage("cat"), newImage("dog")]);
      await catalog.verdicts.put(verdict);
      await remove();
      expect(await catalog.verdicts.list()).toEqual([]);
    }
    await catalog.verdicts.put(verdict);
    await catalog.images.remove([idOf("cat")]);
    expect(await catalog.verdicts.list(), "of an image that was gone already").toEqual([]);
  });

  test("every image is counted when hundreds are removed", async (catalog) => {
    const names = Array.from({ length: 300 }, (_, index) => `image ${index}`);
    await catalog.images.put(names.map((name) => newImage(name)));
    await catalog.images.put(names.map((name) => newImage(name, post(name))));
    expect(await catalog.files.removeRoot("/photos")).toEqual({ placements: 300, images: 0 });
    expect(await catalog.posts.remove({ guildId: "g1" })).toEqual({ placements: 300, images: 300 });
    expect(await catalog.images.totals()).toEqual({ images: 0, placements: 0, failed: 0 });
  });
}
