import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { qualityOf } from "../../../src/core/evaluation/evaluate-tags.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const PICTURES = {
  "kennel/dog.jpg": "dog",
  "kennel/grass.jpg": "dog grass",
  "kennel/beach.jpg": "dog beach sand",
  "kennel/many.jpg": "dog one two three four five",
  "cat.jpg": "cat",
  "boat.jpg": "boat",
  "tree.jpg": "tree",
};

/** The model calls a dog what reaches 0.9: a dog among many other things does not. */
async function judgedLibrary() {
  const folder = temporaryFolder();
  writePictures(folder, PICTURES);
  const { library } = await openTestLibrary(temporaryFolder());
  onTestFinished(() => library.close());
  await library.add([folder]);
  await library.tags.setVocabulary({
    tags: [
      { tag: "dog", threshold: 0.9 },
      { tag: "boat", threshold: 0.9 },
    ],
  });
  const view = library.within(everything);
  const id = async (name: string) => (await view.resolveImage(join(folder, name))).id;
  return { library, view, folder, id };
}

test("nothing is known of a tag that nobody judged", async () => {
  const { view } = await judgedLibrary();
  expect(await view.tagQuality()).toMatchObject({
    pictures: 0,
    tags: [
      { tag: "dog", judged: 0, precision: null, recall: null, bestThreshold: null },
      { tag: "boat", judged: 0 },
    ],
  });
});

test("precision and recall are of what was put, withdrawn and marked, and three of each suggest a threshold", async () => {
  const { library, view, id } = await judgedLibrary();
  for (const name of ["kennel/dog.jpg", "kennel/grass.jpg"]) await library.tags.put(await id(name), "Dog");
  await library.tags.reject(await id("cat.jpg"), "dog");
  await library.tags.reject(await id("boat.jpg"), "dog");
  const [early] = (await view.tagQuality()).tags;
  expect(early).toMatchObject({ judged: 4, groundTruth: 2, bestThreshold: null });

  await library.marks.put("DOG", await id("kennel/many.jpg"));
  await library.marks.put("dog", await id("tree.jpg"), { isRight: false });
  await library.marks.put("a red dog", await id("kennel/beach.jpg"));
  const { pictures, tags } = await view.tagQuality();
  const [dog, boat] = tags;
  expect(pictures).toBe(6);
  expect(dog).toMatchObject({ judged: 6, groundTruth: 3, predicted: 2, truePositives: 2, precision: 1 });
  expect(dog?.recall).toBeCloseTo(2 / 3);
  expect(boat).toMatchObject({ judged: 0 });

  const best = dog?.bestThreshold ?? 1;
  expect(best).toBeLessThan(0.9);
  await library.tags.editVocabulary((entries) =>
    entries.map((entry) => (entry.tag === "dog" ? { ...entry, threshold: best } : entry)),
  );
  expect((await view.tagQuality()).tags[0]).toMatchObject({ precision: 1, recall: 1 });
});

test("no threshold is suggested that would take wrong ones as well as right ones", async () => {
  const { library, view, id } = await judgedLibrary();
  for (const name of ["cat.jpg", "boat.jpg", "tree.jpg"]) await library.tags.put(await id(name), "dog");
  for (const name of ["dog", "grass", "beach"])
    await library.tags.reject(await id(`kennel/${name}.jpg`), "dog");
  expect((await view.tagQuality()).tags[0]).toMatchObject({ judged: 6, groundTruth: 3, bestThreshold: null });
});

test.each([
  ["well above chance", [0.9, 0.8, 0.7], [0.2, 0.1, 0], 0.45],
  ["only what scores so by chance", [0.009, 0.008, 0.007], [0.002, 0.001, 0], null],
  ["mixed with wrong ones down to the last", [0.9, 0.3, 0.1], [0.8, 0.7, 0.2], null],
])("of right ones %s, the threshold follows", (_, right, wrong, threshold) => {
  const samples = [
    ...right.map((score) => ({ isRight: true, score, applies: false })),
    ...wrong.map((score) => ({ isRight: false, score, applies: false })),
  ];
  expect(qualityOf("dog", samples, 0.02).bestThreshold).toBe(threshold);
});

test("a person's word on a picture counts before a mark, and what is outside the scope not at all", async () => {
  const { library, view, folder, id } = await judgedLibrary();
  await library.tags.reject(await id("cat.jpg"), "dog");
  await library.marks.put("dog", await id("cat.jpg"));
  await library.tags.put(await id("kennel/dog.jpg"), "dog");
  expect((await view.tagQuality()).tags[0]).toMatchObject({ judged: 2, groundTruth: 1 });
  const kennel = library.within({ files: { folders: [join(folder, "kennel")] }, discord: "none" });
  expect((await kennel.tagQuality()).tags[0]).toMatchObject({ judged: 1, groundTruth: 1 });
});
