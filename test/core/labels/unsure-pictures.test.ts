import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotFoundError, UsageError } from "../../../src/core/errors.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function openPictures(pictures: Record<string, string>) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  const { library, catalog } = await openTestLibrary(temporaryFolder());
  onTestFinished(() => library.close());
  await library.add([folder]);
  const view = library.within(everything);
  const id = async (name: string) => (await view.resolveImage(join(folder, name))).id;
  return { library, catalog, view, folder, id };
}

const nameOf = (image: { placements: readonly { kind: string; path?: string }[] }) =>
  image.placements[0]?.path?.split("/").at(-1);

test("the pictures nearest to the threshold come first, with what the model makes of them", async () => {
  const { library, view } = await openPictures({
    "sure.jpg": "dog",
    "near.jpg": "dog grass",
    "nearer.jpg": "dog grass sand",
    "not.jpg": "boat",
  });
  await library.tags.setVocabulary({ tags: [{ tag: "dog", threshold: 0.97 }] });
  const unsure = await view.unsurePictures({ tag: "Dog", limit: 10 });
  const margins = unsure.map(({ score }) => Math.abs(score - 0.97));
  expect(margins).toEqual([...margins].sort((a, b) => a - b));
  expect(unsure.map(({ image }) => nameOf(image)).at(-1)).toBe("not.jpg");
  expect(unsure.map(({ score, applies }) => applies === score >= 0.97)).not.toContain(false);
  expect((await view.unsurePictures({ tag: "dog", limit: 2 })).length).toBe(2);
});

test("what somebody judged is not asked again, and comes back when that is undone", async () => {
  const { library, view, id } = await openPictures({ "a.jpg": "dog", "b.jpg": "dog beach", "c.jpg": "cat" });
  await library.tags.setVocabulary({ tags: [{ tag: "dog", threshold: 0.5 }] });
  const asked = async () =>
    (await view.unsurePictures({ tag: "dog", limit: 10 })).map(({ image }) => nameOf(image)).sort();
  expect(await asked()).toEqual(["a.jpg", "b.jpg", "c.jpg"]);
  const before = await library.tags.setState(await id("a.jpg"), "DOG", { by: "rejected", score: 1 });
  expect(before?.by).toBe("model");
  await library.tags.setState(await id("c.jpg"), "dog", { by: "person", score: 1 });
  expect(await asked()).toEqual(["b.jpg"]);
  await library.tags.setState(await id("a.jpg"), "dog", before);
  expect(await asked()).toEqual(["a.jpg", "b.jpg"]);
  expect((await view.image(await id("a.jpg"))).tags).toMatchObject([{ tag: "dog", by: "model" }]);
});

test("nothing outside the scope is asked about, nor what is left out by name", async () => {
  const { library, folder, id } = await openPictures({
    "in/a.jpg": "dog",
    "in/b.jpg": "dog sea",
    "out/c.jpg": "dog sky",
  });
  await library.tags.setVocabulary({ tags: [{ tag: "dog" }] });
  const inside = library.within({ files: { folders: [join(folder, "in")] }, discord: "none" });
  const except = new Set([await id("in/b.jpg")]);
  const unsure = await inside.unsurePictures({ tag: "dog", limit: 10, except });
  expect(unsure.map(({ image }) => nameOf(image))).toEqual(["a.jpg"]);
});

test("a tag of which more pictures are than the nearest that are looked at is asked about too", async () => {
  const pictures = Object.fromEntries(
    Array.from({ length: 2100 }, (_, at) => [
      `${at}.jpg`,
      at < 2050 ? `dog ${at}` : `dog a${at} b${at} c${at} d${at} e${at}`,
    ]),
  );
  const { library, view } = await openPictures(pictures);
  await library.tags.setVocabulary({ tags: [{ tag: "dog", threshold: 0.6 }] });
  const [first] = await view.unsurePictures({ tag: "dog", limit: 1 });
  expect(Number.parseInt(nameOf(first?.image ?? { placements: [] }) ?? "", 10)).toBeGreaterThanOrEqual(2050);
});

test("a tag that the vocabulary lacks is named with what was meant", async () => {
  const { library, view } = await openPictures({ "a.jpg": "dog" });
  await library.tags.setVocabulary({ tags: [{ tag: "mountain" }] });
  const asked = view.unsurePictures({ tag: "mountian", limit: 1 });
  await expect(asked).rejects.toThrow(NotFoundError);
  await expect(asked).rejects.toThrow('Did you mean "mountain"?');
});

test("of many edits of the vocabulary at once none is lost", async () => {
  const { library, catalog, view } = await openPictures({ "a.jpg": "dog", "b.jpg": "cat" });
  const names = Array.from({ length: 8 }, (_, at) => `thing ${at}`);
  await Promise.all(
    [...names, "dog", "cat"].map((tag) =>
      library.tags.editVocabulary((tags) => [...tags, { tag, threshold: 0.5 }]),
    ),
  );
  expect((await library.tags.vocabulary())?.tags.map(({ tag }) => tag).sort()).toEqual(
    [...names, "cat", "dog"].sort(),
  );
  expect((await view.tags()).map(({ tag }) => tag).sort()).toEqual(["cat", "dog"]);
  await expect(library.tags.editVocabulary((tags) => [...tags, { tag: "Dog" }])).rejects.toThrow(UsageError);
  expect(await catalog.leases.acquire("vocabulary", 1000), "it is free again").toBeDefined();
});
