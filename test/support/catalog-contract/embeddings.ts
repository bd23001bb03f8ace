import { describe, expect } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import type { Catalog, ChangeToken } from "../../../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import type { Part } from "../../../src/core/types.ts";
import { embeddingOf, idOf, newImage, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

/** More removed images than any catalog tracks individually. */
const LONG_GONE = 4200;

async function changesSince(
  catalog: Catalog,
  token: ChangeToken,
): Promise<[key: number, removed: boolean][] | undefined> {
  const batch = await catalog.embeddings.changesSince(SPACE, token, 100);
  return batch?.changes.map(({ key, removed }) => [key, removed]);
}

export function describeEmbeddings(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("vectors are returned by key, bit for bit", async (catalog) => {
    const names = Array.from({ length: 2500 }, (_, index) => `image ${index}`);
    await catalog.images.put(names.map((name) => newImage(name)));
    const stored = await collect(catalog.embeddings.read(SPACE));
    expect(stored.map(({ key }) => key)).toEqual(names.map((_, index) => index + 1));
    expect(stored[1234]?.embedding).toEqual(embeddingOf("image 1234"));
    const chosen = await collect(catalog.embeddings.read(SPACE, [900, 2, 4711, 2]));
    expect(chosen).toEqual([stored[1], stored[899]]);
    expect(await catalog.embeddings.count(SPACE)).toBe(2500);
  });

  test("spaces never mix", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog")]);
    await catalog.embeddings.put("other@1", [{ id: idOf("dog"), embedding: new Float32Array([0, 0, 1]) }]);
    expect(await catalog.embeddings.spaces()).toEqual([
      { space: "other@1", images: 1 },
      { space: SPACE, images: 2 },
    ]);
    expect(await collect(catalog.embeddings.read("other@1"))).toEqual([
      { key: 2, embedding: new Float32Array([0, 0, 1]) },
    ]);
    expect(await collect(catalog.embeddings.read("unknown@1"))).toEqual([]);
    const missing = await catalog.embeddings.missing("other@1", 0, 10);
    expect(missing.map(({ record }) => record.id)).toEqual([idOf("cat")]);
    expect(await catalog.embeddings.missing("other@1", 1, 10)).toEqual([]);
    expect(await catalog.embeddings.missing("unknown@1", 0, 1)).toHaveLength(1);
  });

  describe("parts of an image", () => {
    const frame = { kind: "frame", atMs: 1500 } as const;
    const page = { kind: "page", page: 2 } as const;
    const tile = { kind: "tile", x: 0.5, y: 0, width: 0.5, height: 0.25 } as const;
    const partsOf = (catalog: Catalog, keys?: readonly number[]) =>
      collect(catalog.embeddings.readParts(SPACE, keys));
    const putParts = (catalog: Catalog, name: string, ...parts: Part[]) =>
      catalog.embeddings.put(
        SPACE,
        parts.map((part) => ({ id: idOf(name), part, embedding: embeddingOf(JSON.stringify(part)) })),
      );

    test("are returned as stored, alongside the whole image", async (catalog) => {
      await catalog.images.put([newImage("cat"), newImage("dog")]);
      await putParts(catalog, "dog", frame, page, tile);
      await putParts(catalog, "cat", frame);
      const parts = await partsOf(catalog);
      expect(parts.map(({ key }) => key)).toEqual([1, 2, 2, 2]);
      expect(parts.map(({ part }) => part)).toEqual(expect.arrayContaining([frame, page, tile]));
      for (const { part, embedding } of parts) expect(embedding).toEqual(embeddingOf(JSON.stringify(part)));
      expect((await partsOf(catalog, [1, 99])).map(({ key, part }) => [key, part])).toEqual([[1, frame]]);
      expect(await catalog.embeddings.count(SPACE)).toBe(2);
      expect((await collect(catalog.embeddings.read(SPACE))).map(({ key }) => key)).toEqual([1, 2]);
      expect(await collect(catalog.embeddings.readParts("other@1"))).toEqual([]);
      expect(await catalog.check()).toEqual([]);
    });

    test("are replaced individually, and each replacement is a change of its image", async (catalog) => {
      await catalog.images.put([newImage("cat"), newImage("dog")]);
      const token = await catalog.embeddings.changeToken(SPACE);
      await putParts(catalog, "cat", frame, page);
      expect(await changesSince(catalog, token)).toEqual([[1, false]]);
      const later = await catalog.embeddings.changeToken(SPACE);
      const embedding = embeddingOf("another");
      await catalog.embeddings.put(SPACE, [{ id: idOf("cat"), part: frame, embedding }]);
      expect(await changesSince(catalog, later)).toEqual([[1, false]]);
      const parts = await partsOf(catalog);
      expect(parts).toHaveLength(2);
      expect(parts).toContainEqual({ key: 1, part: frame, embedding });
    });

    test("are removed with the whole image, and require it", async (catalog) => {
      await catalog.images.put([newImage("cat"), newImage("dog")]);
      await putParts(catalog, "cat", frame);
      await putParts(catalog, "dog", page);
      const token = await catalog.embeddings.changeToken(SPACE);
      await catalog.images.remove([idOf("cat")]);
      expect(await changesSince(catalog, token)).toEqual([[1, true]]);
      expect((await partsOf(catalog)).map(({ key }) => key)).toEqual([2]);
      await catalog.embeddings.dropSpace(SPACE);
      expect(await partsOf(catalog)).toEqual([]);
      await expect(putParts(catalog, "dog", page)).rejects.toThrow(NotFoundError);
      await catalog.embeddings.put(SPACE, [{ id: idOf("dog"), embedding: embeddingOf("dog") }]);
      expect(await partsOf(catalog)).toEqual([]);
    });
  });

  test("images missing from a space are counted within a scope", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog"), newImage("bird")]);
    await catalog.embeddings.put("other@1", [{ id: idOf("dog"), embedding: new Float32Array([0, 0, 1]) }]);
    const scope = { ...ENTIRE_LIBRARY, ids: [idOf("cat"), idOf("dog")] };
    expect(await catalog.embeddings.countMissing("other@1", ENTIRE_LIBRARY)).toBe(2);
    expect(await catalog.embeddings.countMissing("other@1", scope)).toBe(1);
    expect(await catalog.embeddings.countMissing(SPACE, ENTIRE_LIBRARY)).toBe(0);
    expect(await catalog.embeddings.keysOnlyIn(SPACE, "other@1")).toEqual([1, 3]);
    expect(await catalog.embeddings.keysOnlyIn(SPACE, "other@1", [99, 3, 2, 3])).toEqual([3]);
    expect(await catalog.embeddings.countOnlyIn(SPACE, "other@1", ENTIRE_LIBRARY)).toBe(2);
    expect(await catalog.embeddings.countOnlyIn(SPACE, "other@1", scope)).toBe(1);
    expect(await catalog.embeddings.countOnlyIn("other@1", SPACE, ENTIRE_LIBRARY)).toBe(0);
  });

  test("vectors of another length are refused", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    const wrong = { ...newImage("dog"), embedding: new Float32Array(3) };
    await expect(catalog.images.put([wrong])).rejects.toThrow("dimensions");
    expect(await catalog.images.has(idOf("dog"))).toBe(false);
  });

  test("an embedding of an unknown image is refused", async (catalog) => {
    const embedding = embeddingOf("cat");
    await expect(catalog.embeddings.put(SPACE, [{ id: idOf("cat"), embedding }])).rejects.toThrow(
      NotFoundError,
    );
  });

  test("storing a known image in another space adds its embedding there", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.images.put([{ ...newImage("cat"), space: "other@1" }]);
    expect(await catalog.embeddings.count("other@1")).toBe(1);
  });

  test("the change sequence lists what was added, replaced and removed, the latest of each image", async (catalog) => {
    const beginning = await catalog.embeddings.changeToken(SPACE);
    expect(await changesSince(catalog, beginning)).toEqual([]);
    await catalog.images.put([newImage("a"), newImage("b"), newImage("c")]);
    const token = await catalog.embeddings.changeToken(SPACE);
    expect(await changesSince(catalog, beginning)).toEqual([
      [1, false],
      [2, false],
      [3, false],
    ]);
    await catalog.images.remove([idOf("b")]);
    await catalog.embeddings.put(SPACE, [{ id: idOf("a"), embedding: embeddingOf("else") }]);
    expect(await changesSince(catalog, token)).toEqual([
      [2, true],
      [1, false],
    ]);
    const latest = await catalog.embeddings.changeToken(SPACE);
    const all = await catalog.embeddings.changesSince(SPACE, beginning, 100);
    expect(all?.token).toBe(latest);
    expect(all?.more).toBe(false);
    expect(await changesSince(catalog, latest)).toEqual([]);
  });

  test("changes come in batches, each of which goes on where the last one ended", async (catalog) => {
    const beginning = await catalog.embeddings.changeToken(SPACE);
    await catalog.images.put(["a", "b", "c", "d", "e"].map((name) => newImage(name)));
    const seen: number[][] = [];
    for (let token = beginning; ; ) {
      const batch = await catalog.embeddings.changesSince(SPACE, token, 2);
      seen.push(batch?.changes.map(({ key }) => key) ?? []);
      if (!batch?.more) break;
      token = batch.token;
    }
    expect(seen).toEqual([[1, 2], [3, 4], [5]]);
  });

  test("storing an image again, or only a new placement, does not advance the sequence", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    const token = await catalog.embeddings.changeToken(SPACE);
    await catalog.images.put([newImage("cat")]);
    expect(await catalog.embeddings.changeToken(SPACE)).toBe(token);
  });

  test("a follower ahead of the catalog must read everything again", async (catalog) => {
    const other = await create();
    await other.images.put([newImage("cat"), newImage("dog")]);
    const ahead = await other.embeddings.changeToken(SPACE);
    await other.close();
    await catalog.images.put([newImage("cat")]);
    expect(await catalog.embeddings.changesSince(SPACE, ahead, 10)).toBeUndefined();
    expect(await catalog.embeddings.changesSince("unknown@1", ahead, 10)).toBeUndefined();
    expect(await catalog.embeddings.changesSince(SPACE, "of another store", 10)).toBeUndefined();
  });

  test("a follower too far behind must read everything again, and the sequence stays short", async (catalog) => {
    const names = Array.from({ length: LONG_GONE }, (_, index) => `image ${index}`);
    await catalog.images.put([newImage("kept")]);
    const early = await catalog.embeddings.changeToken(SPACE);
    await catalog.images.put(names.map((name) => newImage(name)));
    await catalog.images.remove(names.map(idOf));
    expect(await catalog.embeddings.changesSince(SPACE, early, 10)).toBeUndefined();
    const latest = await catalog.embeddings.changeToken(SPACE);
    await catalog.images.put([newImage("late")]);
    expect((await catalog.embeddings.changesSince(SPACE, latest, 10))?.changes).toHaveLength(1);
  });

  test("a dropped space is empty, and its followers must read everything again", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.embeddings.put("old@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
    const token = await catalog.embeddings.changeToken("old@1");
    await catalog.embeddings.dropSpace("old@1");
    await catalog.embeddings.dropSpace("unknown@1");
    expect(await catalog.embeddings.spaces()).toEqual([{ space: SPACE, images: 1 }]);
    expect(await catalog.embeddings.changesSince("old@1", token, 10)).toBeUndefined();
    await catalog.embeddings.put("old@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
    expect(await catalog.embeddings.changesSince("old@1", token, 10)).toBeUndefined();
    expect(await catalog.embeddings.count("old@1")).toBe(1);
  });

  test("a recreated space may have other dimensions", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.embeddings.put("old@1", [{ id: idOf("cat"), embedding: embeddingOf("cat") }]);
    await catalog.embeddings.dropSpace("old@1");
    await catalog.embeddings.put("old@1", [
      { id: idOf("cat"), embedding: new Float32Array(8).fill(1, 0, 1) },
    ]);
    expect(await catalog.embeddings.count("old@1")).toBe(1);
  });

  test("remembers the active model", async (catalog) => {
    expect(await catalog.embeddings.activeModel()).toBeUndefined();
    await catalog.embeddings.setActiveModel("pocket", "pocket@1");
    await catalog.embeddings.setActiveModel("clip", SPACE);
    expect(await catalog.embeddings.activeModel()).toEqual({ model: "clip", space: SPACE });
  });
}
