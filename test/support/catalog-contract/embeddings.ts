import { expect } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import type { Catalog, Change } from "../../../src/core/ports.ts";
import { embeddingOf, idOf, newImage, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

/** More images gone than any catalog remembers one by one. */
const LONG_GONE = 4200;

const steps = async (catalog: Catalog, seq: number): Promise<[key: number, gone: boolean][]> =>
  ((await catalog.changesSince(SPACE, seq, 100)) ?? []).map(({ key, gone }: Change) => [key, gone]);

export function describeEmbeddings(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("vectors come back to the last bit, by key", async (catalog) => {
    const names = Array.from({ length: 2500 }, (_, index) => `image ${index}`);
    await catalog.putImages(names.map((name) => newImage(name)));
    const stored = await collect(catalog.embeddings(SPACE));
    expect(stored.map(({ key }) => key)).toEqual(names.map((_, index) => index + 1));
    expect(stored[1234]?.embedding).toEqual(embeddingOf("image 1234"));
    const chosen = await collect(catalog.embeddings(SPACE, [900, 2, 4711, 2]));
    expect(chosen).toEqual([stored[1], stored[899]]);
    expect(await catalog.countEmbeddings(SPACE)).toBe(2500);
  });

  test("spaces never mix", async (catalog) => {
    await catalog.putImages([newImage("cat"), newImage("dog")]);
    await catalog.putEmbeddings("other@1", [{ id: idOf("dog"), embedding: new Float32Array([0, 0, 1]) }]);
    expect(await catalog.spaces()).toEqual([
      { space: "other@1", images: 1 },
      { space: SPACE, images: 2 },
    ]);
    expect(await collect(catalog.embeddings("other@1"))).toEqual([
      { key: 2, embedding: new Float32Array([0, 0, 1]) },
    ]);
    expect(await collect(catalog.embeddings("unheard of"))).toEqual([]);
    const missing = await catalog.unembedded("other@1", 0, 10);
    expect(missing.map(({ record }) => record.id)).toEqual([idOf("cat")]);
    expect(await catalog.unembedded("other@1", 1, 10)).toEqual([]);
    expect(await catalog.unembedded("unheard of", 0, 1)).toHaveLength(1);
  });

  test("vectors of another length are refused", async (catalog) => {
    await catalog.putImages([newImage("cat")]);
    const wrong = { ...newImage("dog"), embedding: new Float32Array(3) };
    await expect(catalog.putImages([wrong])).rejects.toThrow("dimensions");
    expect(await catalog.has(idOf("dog"))).toBe(false);
  });

  test("an embedding of an unknown image is refused", async (catalog) => {
    const embedding = embeddingOf("cat");
    await expect(catalog.putEmbeddings(SPACE, [{ id: idOf("cat"), embedding }])).rejects.toThrow(
      NotFoundError,
    );
  });

  test("a known image put in another space gains its embedding there", async (catalog) => {
    await catalog.putImages([newImage("cat")]);
    await catalog.putImages([{ ...newImage("cat"), space: "other@1" }]);
    expect(await catalog.countEmbeddings("other@1")).toBe(1);
  });

  test("the sequence tells what came, changed and went, the latest of each image", async (catalog) => {
    expect(await catalog.latestSeq(SPACE)).toBe(0);
    expect(await steps(catalog, 0)).toEqual([]);
    await catalog.putImages([newImage("a"), newImage("b"), newImage("c")]);
    const seq = await catalog.latestSeq(SPACE);
    expect(await steps(catalog, 0)).toEqual([
      [1, false],
      [2, false],
      [3, false],
    ]);
    await catalog.removeImages([idOf("b")]);
    await catalog.putEmbeddings(SPACE, [{ id: idOf("a"), embedding: embeddingOf("else") }]);
    expect(await steps(catalog, seq)).toEqual([
      [2, true],
      [1, false],
    ]);
    expect(await catalog.changesSince(SPACE, seq, 1)).toHaveLength(1);
    const latest = await catalog.latestSeq(SPACE);
    expect((await catalog.changesSince(SPACE, 0, 100))?.at(-1)?.seq).toBe(latest);
    expect(await steps(catalog, latest)).toEqual([]);
  });

  test("an image put again, or only placed elsewhere, is no step", async (catalog) => {
    await catalog.putImages([newImage("cat")]);
    const seq = await catalog.latestSeq(SPACE);
    await catalog.putImages([newImage("cat")]);
    expect(await catalog.latestSeq(SPACE)).toBe(seq);
  });

  test("a follower ahead of the catalog must read anew", async (catalog) => {
    await catalog.putImages([newImage("cat")]);
    expect(await catalog.changesSince(SPACE, (await catalog.latestSeq(SPACE)) + 1, 10)).toBeUndefined();
    expect(await catalog.changesSince("unheard of", 1, 10)).toBeUndefined();
  });

  test("a follower too far behind must read anew, and the sequence stays short", async (catalog) => {
    const names = Array.from({ length: LONG_GONE }, (_, index) => `image ${index}`);
    await catalog.putImages([newImage("kept")]);
    const early = await catalog.latestSeq(SPACE);
    await catalog.putImages(names.map((name) => newImage(name)));
    await catalog.removeImages(names.map(idOf));
    expect(await catalog.changesSince(SPACE, early, 10)).toBeUndefined();
    const latest = await catalog.latestSeq(SPACE);
    await catalog.putImages([newImage("late")]);
    expect(await catalog.changesSince(SPACE, latest, 10)).toHaveLength(1);
  });

  test("a dropped space is empty, and whoever followed it must read anew", async (catalog) => {
    await catalog.putImages([newImage("cat")]);
    await catalog.putEmbeddings("old@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
    const seq = await catalog.latestSeq("old@1");
    await catalog.dropSpace("old@1");
    await catalog.dropSpace("unheard of");
    expect(await catalog.spaces()).toEqual([{ space: SPACE, images: 1 }]);
    expect(await catalog.changesSince("old@1", seq, 10)).toBeUndefined();
    await catalog.putEmbeddings("old@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
    expect(await catalog.changesSince("old@1", seq, 10)).toBeUndefined();
    expect(await catalog.countEmbeddings("old@1")).toBe(1);
  });

  test("a space made anew may have other dimensions", async (catalog) => {
    await catalog.putImages([newImage("cat")]);
    await catalog.putEmbeddings("old@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
    await catalog.dropSpace("old@1");
    await catalog.putEmbeddings("old@1", [{ id: idOf("cat"), embedding: new Float32Array(8).fill(1, 0, 1) }]);
    expect(await catalog.countEmbeddings("old@1")).toBe(1);
  });

  test("remembers which model answers", async (catalog) => {
    expect(await catalog.activeModel()).toBeUndefined();
    await catalog.setActiveModel("pocket", "pocket@1");
    await catalog.setActiveModel("clip", SPACE);
    expect(await catalog.activeModel()).toEqual({ model: "clip", space: SPACE });
  });
}
