import { expect } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import { embeddingOf, file, idOf, newImage, post, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

/** An image with everything that can hang on one. */
async function putCat(catalog: Catalog): Promise<void> {
  await catalog.putImages([newImage("cat"), newImage("cat", post("1")), newImage("dog")]);
  await catalog.putEmbeddings("other@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
  await catalog.putUserTag(idOf("cat"), "pet");
  await catalog.putVerdict({ a: idOf("cat"), b: idOf("dog"), verdict: "different", at: 5 });
}

async function expectNoCat(catalog: Catalog): Promise<void> {
  expect(await catalog.has(idOf("cat"))).toBe(false);
  expect(await catalog.thumbnail(idOf("cat"))).toBeUndefined();
  expect((await collect(catalog.fingerprints())).map(({ id }) => id)).toEqual([idOf("dog")]);
  expect((await collect(catalog.embeddings(SPACE))).map(({ key }) => key)).toEqual([2]);
  expect(await catalog.countEmbeddings("other@1")).toBe(0);
  expect(await catalog.tagSummaries()).toEqual([]);
  expect(await catalog.filePlacement("/photos/cat.jpg")).toBeUndefined();
}

export function describeErasing(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("an image asked for by id goes with all its placements and all that is known of it", async (catalog) => {
    await putCat(catalog);
    expect(await catalog.removeImages([idOf("cat"), idOf("never"), "zz"])).toEqual({
      placements: 2,
      images: 1,
    });
    await expectNoCat(catalog);
    expect(await catalog.verdicts()).toEqual([]);
  });

  test("an image goes with its last placement, not before", async (catalog) => {
    await putCat(catalog);
    expect(await catalog.removeDiscord({ guildId: "g1" })).toEqual({ placements: 1, images: 0 });
    expect(await catalog.has(idOf("cat"))).toBe(true);
    expect(await catalog.removeFiles(["/photos/cat.jpg"])).toEqual({ placements: 1, images: 1 });
    await expectNoCat(catalog);
  });

  test("verdicts outlive a file that a scan finds gone, and hold when it comes back", async (catalog) => {
    await catalog.putImages([newImage("cat"), newImage("dog")]);
    await catalog.putVerdict({ a: idOf("cat"), b: idOf("dog"), verdict: "different", at: 5 });
    await catalog.removeFiles(["/photos/cat.jpg", "/photos/dog.jpg"]);
    expect(await catalog.verdicts()).toHaveLength(1);
    await catalog.putImages([newImage("cat", file("/photos/back.jpg"))]);
    expect(await catalog.verdicts()).toHaveLength(1);
  });

  test("a person's removal takes the verdicts along", async (catalog) => {
    const verdict = { a: idOf("cat"), b: idOf("dog"), verdict: "same", at: 5 } as const;
    for (const remove of [
      () => catalog.removeFiles(["/photos/cat.jpg"], { forGood: true }),
      () => catalog.removeRoot("/photos"),
      () => catalog.removeImages([idOf("dog")]),
    ]) {
      await catalog.putImages([newImage("cat"), newImage("dog")]);
      await catalog.putVerdict(verdict);
      await remove();
      expect(await catalog.verdicts()).toEqual([]);
    }
    await catalog.putVerdict(verdict);
    await catalog.removeImages([idOf("cat")]);
    expect(await catalog.verdicts(), "of an image that was gone already").toEqual([]);
  });

  test("a removal of hundreds is counted whole", async (catalog) => {
    const names = Array.from({ length: 300 }, (_, index) => `image ${index}`);
    await catalog.putImages(names.map((name) => newImage(name)));
    await catalog.putImages(names.map((name) => newImage(name, post(name))));
    expect(await catalog.removeRoot("/photos")).toEqual({ placements: 300, images: 0 });
    expect(await catalog.removeDiscord({ guildId: "g1" })).toEqual({ placements: 300, images: 300 });
    expect(await catalog.counts()).toEqual({ images: 0, placements: 0, failed: 0 });
  });
}
