import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotFoundError, UsageError } from "../../../src/core/errors.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function libraryOfThree() {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog", "c.jpg": "fox" });
  const opened = await openTestLibrary(temporaryFolder());
  onTestFinished(() => opened.library.close());
  await opened.library.add([folder]);
  const view = opened.library.within(everything);
  const id = async (name: string) => (await view.resolveImage(join(folder, name))).id;
  return { ...opened, view, ids: await Promise.all(["a.jpg", "b.jpg", "c.jpg"].map(id)) };
}

test("a tag is put on many pictures as it is spelled in the library", async () => {
  const { library, view, ids } = await libraryOfThree();
  await library.tags.put(ids[0] ?? "", "Summer Day");
  expect(await library.tags.putAll(ids, "summer  day")).toEqual({ tag: "Summer Day", images: 2 });
  expect(await view.tags()).toEqual([{ tag: "Summer Day", byPerson: 3, byFile: 0, byModel: 0 }]);
  await expect(library.tags.putAll(ids, "a,b")).rejects.toThrow(UsageError);
});

test("a renamed tag of the vocabulary means to the model what it meant before", async () => {
  const { library, view } = await libraryOfThree();
  await library.tags.setVocabulary({ tags: [{ tag: "cat", threshold: 0.4 }, { tag: "dog" }] });
  const before = await view.tags();
  expect(await library.tags.rename("cat", "feline")).toMatchObject({ tag: "feline" });
  expect((await library.tags.vocabulary())?.tags).toMatchObject([
    { tag: "feline", threshold: 0.4, prompts: expect.arrayContaining(["cat"]) },
    { tag: "dog" },
  ]);
  await library.add([]);
  const renamed = before.map((summary) => (summary.tag === "cat" ? { ...summary, tag: "feline" } : summary));
  expect(new Set(await view.tags())).toEqual(new Set(renamed));
  expect(renamed.map(({ tag }) => tag)).toContain("feline");
});

test("two tags of one name become one, in any case", async () => {
  const { library, view, catalog, ids } = await libraryOfThree();
  const [a = "", b = "", c = ""] = ids;
  await library.tags.put(a, "puppy");
  await library.tags.put(b, "Dog");
  // As an older version may have left it.
  await catalog.tags.put(c, "PUPPY");
  expect(await library.tags.rename("Puppy", "dog")).toEqual({ tag: "Dog", images: 2 });
  expect(await view.tags()).toEqual([{ tag: "Dog", byPerson: 3, byFile: 0, byModel: 0 }]);
});

test("a new spelling of a tag is a new name, and its own name is none", async () => {
  const { library, view, ids } = await libraryOfThree();
  await library.tags.putAll(ids, "rome");
  expect(await library.tags.rename("ROME", "Rome")).toEqual({ tag: "Rome", images: 3 });
  expect((await view.tags()).map(({ tag }) => tag)).toEqual(["Rome"]);
  await expect(library.tags.rename("rome", "Rome")).rejects.toThrow(/called "Rome" already/);
  await expect(library.tags.rename("paris", "Rome")).rejects.toThrow(NotFoundError);
  await expect(library.tags.rename("Rome", "a|b")).rejects.toThrow(UsageError);
});

test("a deleted tag is gone from the vocabulary, so that the model does not put it back", async () => {
  const { library, view, ids } = await libraryOfThree();
  await library.tags.setVocabulary({ tags: [{ tag: "cat", threshold: 0 }] });
  await library.tags.reject(ids[0] ?? "", "cat");
  expect(await library.tags.delete("CAT")).toEqual({ tag: "cat", images: 2 });
  await library.add([]);
  expect(await view.tags()).toEqual([]);
  expect(await library.tags.vocabulary()).toEqual({ tags: [] });
  await expect(library.tags.delete("cat")).rejects.toThrow(NotFoundError);
});
