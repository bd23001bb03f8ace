import { expect } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import type { ImageTag } from "../../../src/core/types.ts";
import { idOf, newImage, post } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

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
      { tag: "zoo", byPerson: 1, byModel: 2 },
      { tag: "ape", byPerson: 1, byModel: 0 },
    ]);
    expect(await catalog.tags.summaries({ files: "all", discord: "none" })).toEqual([
      { tag: "zoo", byPerson: 1, byModel: 1 },
    ]);
  });
}
