import { expect } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import type { ImageTag, Scope } from "../../../src/core/types.ts";
import { carriedBy, idOf, newImage, post } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

const everything: Scope = { files: "all", discord: "all" };

const tagsOf = async (catalog: Catalog, content: string): Promise<readonly ImageTag[]> =>
  (await catalog.images.byId([idOf(content)]))[0]?.record.tags ?? [];

export function describeTags(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("the model's tags are replaced as a set, best first", async (catalog) => {
    await catalog.images.put([newImage("cat"), newImage("dog")]);
    await catalog.tags.setFromModel([
      {
        key: 1,
        tags: [
          { tag: "indoor", score: 0.4 },
          { tag: "cat", score: 0.9 },
        ],
      },
      { key: 2, tags: [{ tag: "dog", score: 0.7 }] },
    ]);
    expect(await tagsOf(catalog, "cat")).toEqual([
      { tag: "cat", by: "model", score: 0.9 },
      { tag: "indoor", by: "model", score: 0.4 },
    ]);
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "kitten", score: 0.5 }] }]);
    expect(await tagsOf(catalog, "cat")).toEqual([{ tag: "kitten", by: "model", score: 0.5 }]);
    expect(await tagsOf(catalog, "dog")).toHaveLength(1);
  });

  test("a user's tag overrides the model's and stays when the model changes its tags", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "cat", score: 0.3 }] }]);
    await catalog.tags.put(idOf("cat"), "cat");
    expect(await tagsOf(catalog, "cat")).toEqual([{ tag: "cat", by: "person", score: 1 }]);
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "cat", score: 0.3 }] }]);
    await catalog.tags.setFromModel([{ key: 1, tags: [] }]);
    expect(await tagsOf(catalog, "cat")).toEqual([{ tag: "cat", by: "person", score: 1 }]);
  });

  test("a tag that the user rejected can be restored by the user, but not by the model", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "dog", score: 0.9 }] }]);
    await catalog.tags.reject(idOf("cat"), "dog");
    await catalog.tags.reject(idOf("cat"), "never there");
    await catalog.tags.setFromModel([
      { key: 1, tags: ["dog", "never there"].map((tag) => ({ tag, score: 1 })) },
    ]);
    expect(await tagsOf(catalog, "cat")).toEqual([]);
    expect(await catalog.tags.summaries()).toEqual([]);
    await catalog.tags.put(idOf("cat"), "dog");
    expect(await tagsOf(catalog, "cat")).toEqual([{ tag: "dog", by: "person", score: 1 }]);
  });

  test("tags survive a change of model", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.tags.put(idOf("cat"), "pet");
    await catalog.tags.reject(idOf("cat"), "dog");
    await catalog.images.put([{ ...newImage("cat"), space: "next@2" }]);
    await catalog.embeddings.setActiveModel("next", "next@2");
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "dog", score: 1 }] }]);
    expect((await tagsOf(catalog, "cat")).map(({ tag }) => tag)).toEqual(["pet"]);
  });

  test("an image erased meanwhile is skipped for the model and an error for the user", async (catalog) => {
    await catalog.tags.setFromModel([{ key: 77, tags: [{ tag: "cat", score: 1 }] }]);
    await expect(catalog.tags.put(idOf("cat"), "cat")).rejects.toThrow(NotFoundError);
    await expect(catalog.tags.reject(idOf("cat"), "cat")).rejects.toThrow(NotFoundError);
    expect(await catalog.tags.summaries()).toEqual([]);
  });

  test("summaries count tags by source for the images in scope, most used first", async (catalog) => {
    await catalog.images.put([newImage("a"), newImage("b"), newImage("c", post("1"))]);
    await catalog.tags.setFromModel([1, 2, 3].map((key) => ({ key, tags: [{ tag: "zoo", score: 0.5 }] })));
    await catalog.tags.put(idOf("a"), "zoo");
    await catalog.tags.put(idOf("c"), "ape");
    expect(await catalog.tags.summaries()).toEqual([
      { tag: "zoo", byPerson: 1, byFile: 0, byModel: 2 },
      { tag: "ape", byPerson: 1, byFile: 0, byModel: 0 },
    ]);
    expect(await catalog.tags.summaries({ files: "all", discord: "none" })).toEqual([
      { tag: "zoo", byPerson: 1, byFile: 0, byModel: 1 },
    ]);
  });

  test("what files carry overrides the model's tags, and a user's word overrides both", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.tags.setFromModel([{ key: 1, tags: ["cat", "sofa"].map((tag) => ({ tag, score: 0.6 })) }]);
    await catalog.tags.put(idOf("cat"), "pet");
    await catalog.tags.reject(idOf("cat"), "dog");
    await catalog.tags.setFromFiles([carriedBy("cat", ["cat", "dog", "pet", "Rome"])]);
    expect(await tagsOf(catalog, "cat")).toEqual([
      { tag: "Rome", by: "file", score: 1 },
      { tag: "cat", by: "file", score: 1 },
      { tag: "pet", by: "person", score: 1 },
      { tag: "sofa", by: "model", score: 0.6 },
    ]);
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "cat", score: 0.9 }] }]);
    expect((await tagsOf(catalog, "cat")).find(({ tag }) => tag === "cat")?.by).toBe("file");
  });

  test("what a file no longer carries is gone, and an image erased meanwhile is skipped", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.tags.put(idOf("cat"), "pet");
    await catalog.tags.setFromFiles([carriedBy("gone", ["x"]), carriedBy("cat", ["cat", "Rome"])]);
    await catalog.tags.setFromFiles([carriedBy("cat", ["Rome"])]);
    expect((await tagsOf(catalog, "cat")).map(({ tag }) => tag)).toEqual(["Rome", "pet"]);
    await catalog.tags.setFromFiles([carriedBy("cat", [])]);
    expect(await tagsOf(catalog, "cat")).toEqual([{ tag: "pet", by: "person", score: 1 }]);
    expect(await catalog.check()).toEqual([]);
  });

  test("a tag is put on many images at once, and those are counted that did not have it", async (catalog) => {
    const names = Array.from({ length: 600 }, (_, at) => `picture ${at}`);
    await catalog.images.put(names.map((name) => newImage(name)));
    await catalog.tags.put(idOf("picture 7"), "trip");
    await catalog.tags.setFromModel([{ key: 9, tags: [{ tag: "trip", score: 0.6 }] }]);
    expect(await catalog.tags.putAll([...names.map(idOf), idOf("gone")], "trip")).toBe(599);
    expect(await catalog.tags.summaries()).toEqual([{ tag: "trip", byPerson: 600, byFile: 0, byModel: 0 }]);
  });

  test("a renamed tag keeps who put it, and of two on one image the word of a user stays", async (catalog) => {
    const names = Array.from({ length: 300 }, (_, at) => `picture ${at}`);
    await catalog.images.put(["a", "b", "c", "d", ...names].map((name) => newImage(name)));
    await catalog.tags.putAll(names.map(idOf), "dog");
    await catalog.tags.put(idOf("a"), "dog");
    await catalog.tags.reject(idOf("b"), "dog");
    await catalog.tags.reject(idOf("c"), "hound");
    await catalog.tags.setFromFiles([carriedBy("d", ["dog", "hound"])]);
    await catalog.tags.setFromModel([
      { key: 1, tags: [{ tag: "hound", score: 0.7 }] },
      { key: 2, tags: [{ tag: "hound", score: 0.7 }] },
      { key: 3, tags: [{ tag: "dog", score: 0.7 }] },
    ]);
    expect(await catalog.tags.rename("dog", "hound")).toBe(303);
    expect(await tagsOf(catalog, "a")).toEqual([{ tag: "hound", by: "person", score: 1 }]);
    expect(await tagsOf(catalog, "b")).toEqual([]);
    expect(await tagsOf(catalog, "c")).toEqual([]);
    expect(await tagsOf(catalog, "d")).toEqual([{ tag: "hound", by: "file", score: 1 }]);
    expect(await catalog.tags.summaries()).toEqual([{ tag: "hound", byPerson: 301, byFile: 1, byModel: 0 }]);
    expect(await catalog.check()).toEqual([]);
  });

  test("a removed tag is gone from every image, and so is every rejection of it", async (catalog) => {
    await catalog.images.put([newImage("a"), newImage("b")]);
    await catalog.tags.put(idOf("a"), "dog");
    await catalog.tags.reject(idOf("b"), "dog");
    expect(await catalog.tags.remove("dog")).toBe(1);
    expect(await catalog.tags.remove("dog")).toBe(0);
    await catalog.tags.setFromModel([{ key: 2, tags: [{ tag: "dog", score: 0.7 }] }]);
    expect(await tagsOf(catalog, "b")).toEqual([{ tag: "dog", by: "model", score: 0.7 }]);
  });

  test("what an image says of a tag is replaced as a whole, and restored by what was said before", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "cat", score: 0.75 }] }]);
    const before = await catalog.tags.replace(idOf("cat"), "cat", { by: "rejected", score: 1 });
    expect(before).toEqual({ by: "model", score: 0.75 });
    expect(await tagsOf(catalog, "cat")).toEqual([]);
    expect(await catalog.tags.replace(idOf("cat"), "cat", before)).toEqual({ by: "rejected", score: 1 });
    expect(await tagsOf(catalog, "cat")).toEqual([{ tag: "cat", by: "model", score: 0.75 }]);
    expect(await catalog.tags.replace(idOf("cat"), "pet", { by: "person", score: 1 })).toBeUndefined();
    expect(await catalog.tags.replace(idOf("cat"), "pet", undefined)).toEqual({ by: "person", score: 1 });
    expect((await tagsOf(catalog, "cat")).map(({ tag }) => tag)).toEqual(["cat"]);
    expect(await catalog.tags.summaries()).toEqual([{ tag: "cat", byPerson: 0, byFile: 0, byModel: 1 }]);
    await expect(catalog.tags.replace(idOf("gone"), "cat", undefined)).rejects.toThrow(NotFoundError);
    expect(await catalog.check()).toEqual([]);
  });

  test("what people and files say of a tag is listed in any spelling, a withdrawal before the rest", async (catalog) => {
    await catalog.images.put(["a", "b", "c", "d", "e"].map((name) => newImage(name)));
    await catalog.tags.put(idOf("a"), "dog");
    await catalog.tags.put(idOf("b"), "Dog");
    await catalog.tags.reject(idOf("b"), "dog");
    await catalog.tags.setFromFiles([carriedBy("c", ["DOG"])]);
    await catalog.tags.setFromModel([{ key: 4, tags: [{ tag: "dog", score: 0.9 }] }]);
    await catalog.tags.put(idOf("e"), "cat");
    const said: { key: number; isRight: boolean }[] = [];
    for await (const batch of catalog.tags.said("dog", everything)) said.push(...batch);
    expect(said.sort((one, other) => one.key - other.key)).toEqual([
      { key: 1, isRight: true },
      { key: 2, isRight: false },
      { key: 3, isRight: true },
    ]);
  });
}
