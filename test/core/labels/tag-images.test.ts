import { join } from "node:path";
import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { evaluateTags } from "../../../src/core/evaluation/evaluate-tags.ts";
import { applyVocabulary, storedVocabulary, tagNewImages } from "../../../src/core/labels/tag-images.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import type { TagVocabulary } from "../../../src/core/types.ts";
import { aroundWrites, type WriteName } from "../../support/around-catalog.ts";
import { file, idOf } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type LabelLibrary, openLabelLibrary } from "./label-parts.ts";

const vocabulary = (...tags: string[]): TagVocabulary => ({
  tags: tags.map((tag) => ({ tag, threshold: 0.5 })),
});

/** The tags of each picture, by what it shows, as `tag` or `tag (person)`. */
async function tagsOf(
  { catalog }: Pick<LabelLibrary, "catalog">,
  pictures: readonly string[] = shown,
): Promise<Record<string, string[]>> {
  const keys: number[] = [];
  for await (const batch of catalog.images.fingerprints(ENTIRE_LIBRARY))
    keys.push(...batch.map(({ key }) => key));
  const images = await catalog.images.byKey(keys);
  return Object.fromEntries(
    images.map(({ record: { id, tags } }) => [
      pictures.find((words) => idOf(words) === id) ?? id,
      tags.map(({ tag, by }) => (by === "person" ? `${tag} (person)` : tag)).sort(),
    ]),
  );
}
const shown = ["dog", "cat", "dog beach", "boat", "dog boat"];

async function libraryOf(...pictures: string[]): Promise<LabelLibrary> {
  const library = await openLabelLibrary();
  for (const words of pictures) await library.add(words);
  return library;
}

/** The catalog, except that this call fails as if the power had gone just before. */
function crashingAt(catalog: Catalog, write: WriteName, nth: number): Catalog {
  let calls = 0;
  return aroundWrites(catalog, ({ name }, run) => {
    if (name === write) calls += 1;
    if (name === write && calls === nth) throw new Error("power cut");
    return run();
  });
}

test("tags hold where the picture shows them, several or none at once, each with its score", async () => {
  const library = await libraryOf("dog", "cat", "dog beach");
  const report = await applyVocabulary(library, vocabulary("dog", "beach"));
  expect(await tagsOf(library)).toEqual({ dog: ["dog"], cat: [], "dog beach": ["beach", "dog"] });
  expect(report).toEqual({ tagged: 2, added: 3, removed: 0 });
  const [image] = await library.catalog.images.byId([idOf("dog")]);
  expect(image?.record.tags[0]?.score).toBeGreaterThan(0.9);
});

test("a tag without a threshold holds only where it stands out among everyday labels", async () => {
  const animals = ["dog", "cat", "horse", "cow", "sheep"];
  const axes = animals.map(
    (animal, at) => [animal, animals.map((_, axis) => (axis === at ? 1 : 0))] as const,
  );
  const library = await openLabelLibrary({
    vectors: { ...Object.fromEntries(axes), "a dog": [1], "a farm": animals.map(() => 1) },
    traits: { score: { kind: "softmax", scale: 20 } },
  });
  for (const words of ["a dog", "a farm"]) await library.add(words);
  await applyVocabulary(library, vocabulary("dog"));
  expect(await tagsOf(library, ["a dog", "a farm"])).toEqual({ "a dog": ["dog"], "a farm": ["dog"] });
  await applyVocabulary(library, { tags: [{ tag: "dog" }] });
  expect(await tagsOf(library, ["a dog", "a farm"])).toEqual({ "a dog": ["dog"], "a farm": [] });
});

test("another vocabulary removes what no longer applies, without embedding a picture again", async () => {
  const library = await libraryOf("dog", "cat", "dog beach");
  await applyVocabulary(library, vocabulary("dog", "beach"));
  const embedded = library.embedder.calls.pictures;
  const report = await applyVocabulary(library, vocabulary("cat", "beach"));
  expect(await tagsOf(library)).toEqual({ dog: [], cat: ["cat"], "dog beach": ["beach"] });
  expect(report).toEqual({ tagged: 2, added: 1, removed: 2 });
  expect(library.embedder.calls.pictures).toBe(embedded);
  await applyVocabulary(library, { tags: [] });
  expect(await tagsOf(library)).toEqual({ dog: [], cat: [], "dog beach": [] });
});

test("a stricter threshold removes tags, and custom prompts decide", async () => {
  const library = await libraryOf("dog", "dog beach");
  await applyVocabulary(library, { tags: [{ tag: "dog", threshold: 0.999 }] });
  expect(await tagsOf(library)).toEqual({ dog: ["dog"], "dog beach": [] });
  await applyVocabulary(library, { tags: [{ tag: "dog", prompts: ["beach"] }] });
  expect(await tagsOf(library)).toEqual({ dog: [], "dog beach": ["dog"] });
});

test("a user's tags stay, and what a user removed is not added again", async () => {
  const library = await libraryOf("dog", "cat");
  await applyVocabulary(library, vocabulary("dog", "cat"));
  await library.catalog.tags.reject(idOf("dog"), "dog");
  await library.catalog.tags.put(idOf("dog"), "mine");
  await library.catalog.tags.put(idOf("cat"), "dog");
  expect(await applyVocabulary(library, vocabulary("dog"))).toEqual({ tagged: 0, added: 0, removed: 1 });
  await applyVocabulary(library, vocabulary("dog", "cat", "boat"));
  await applyVocabulary(library, { tags: [] });
  await applyVocabulary(library, vocabulary("dog", "cat"));
  expect(await tagsOf(library)).toEqual({ dog: ["mine (person)"], cat: ["cat", "dog (person)"] });
});

test("new pictures are tagged as they are added; a run without changes does nothing", async () => {
  const library = await libraryOf("dog");
  expect(await tagNewImages(library)).toEqual({ tagged: 0, added: 0, removed: 0 });
  await applyVocabulary(library, vocabulary("dog", "boat"));
  await library.add("boat");
  expect(await tagNewImages(library)).toEqual({ tagged: 1, added: 1, removed: 0 });
  expect(await tagsOf(library)).toEqual({ dog: ["dog"], boat: ["boat"] });
  const { texts } = library.embedder.calls;
  expect(await tagNewImages(library)).toEqual({ tagged: 0, added: 0, removed: 0 });
  expect(library.embedder.calls.texts).toBe(texts);
});

test("moves and rescans keep tags; a picture that was removed and added again is tagged again", async () => {
  const library = await libraryOf("dog", "boat");
  await applyVocabulary(library, vocabulary("dog", "boat"));
  await library.catalog.images.putPlacements([{ id: idOf("dog"), placement: file("/photos/moved.jpg") }]);
  await library.catalog.files.remove(["/photos/dog.jpg"]);
  await tagNewImages(library);
  expect(await tagsOf(library)).toEqual({ dog: ["dog"], boat: ["boat"] });
  await library.catalog.files.remove(["/photos/boat.jpg"]);
  await library.add("boat");
  await tagNewImages(library);
  expect(await tagsOf(library)).toEqual({ dog: ["dog"], boat: ["boat"] });
});

test.each([
  ["before any tag is written", "tags.setFromModel", 1],
  ["before the vocabulary counts as applied", "state.set", 2],
] as const)("a crash %s is healed by the next run", async (_, write, nth) => {
  const path = join(temporaryFolder(), `${write}.db`);
  const before = await openLabelLibrary({}, await openCatalog({ path }));
  for (const words of ["dog", "cat"]) await before.add(words);
  await applyVocabulary(before, vocabulary("dog"));
  const crashing = { ...before, catalog: crashingAt(before.catalog, write, nth) };
  await expect(applyVocabulary(crashing, vocabulary("cat"))).rejects.toThrow("power cut");
  await before.catalog.close();
  const after = await openLabelLibrary({}, await openCatalog({ path }));
  await after.add("dog boat");
  await tagNewImages(after);
  expect(await storedVocabulary(after.catalog)).toEqual(vocabulary("cat"));
  expect(await tagsOf(after)).toEqual({ dog: [], cat: ["cat"], "dog boat": [] });
  await after.catalog.close();
});

test("a crash before the vocabulary is stored leaves the old one", async () => {
  const library = await libraryOf("dog");
  await applyVocabulary(library, vocabulary("dog"));
  const crashing = { ...library, catalog: crashingAt(library.catalog, "state.set", 1) };
  await expect(applyVocabulary(crashing, vocabulary("cat"))).rejects.toThrow("power cut");
  await tagNewImages(library);
  expect(await tagsOf(library)).toEqual({ dog: ["dog"] });
});

test("another model tags again in its own space, picture by picture as they are embedded", async () => {
  const library = await libraryOf("dog", "cat");
  await applyVocabulary(library, vocabulary("dog", "cat"));
  // Under this model, pictures of cats lie near the text for dogs.
  const vectors = { dog: [1, 0], [idOf("cat")]: [1, 0], cat: [0, 1], [idOf("dog")]: [0, 1] };
  const next = await openLabelLibrary({ space: "next@1", vectors }, library.catalog, library.settings);
  const reembed = async (words: string) => {
    const { picture, embedding } = await next.embedder.embedPicture({ bytes: Buffer.from(`${words}`) });
    await next.catalog.embeddings.put("next@1", [{ id: picture.id, embedding }]);
  };
  await next.catalog.embeddings.put("next@1", [
    { id: idOf("cat"), embedding: Float32Array.from({ length: 128 }, (_, at) => (at === 0 ? 1 : 0)) },
  ]);
  await tagNewImages(next);
  expect(await tagsOf(next)).toEqual({ dog: ["dog"], cat: ["dog"] });
  await reembed("dog");
  await tagNewImages(next);
  expect((await tagsOf(next)).cat).toEqual(["dog"]);
});

test("a vocabulary that is replaced while its tags are being added gives way to the new one", async () => {
  const library = await libraryOf("dog", "cat");
  let replaced = false;
  const { embeddings, state } = library.catalog;
  const count = async (space: string) => {
    if (!replaced) await state.set("tags/vocabulary", JSON.stringify(vocabulary("cat")));
    replaced = true;
    return embeddings.count(space);
  };
  const catalog = { ...library.catalog, embeddings: { ...embeddings, count } };
  await applyVocabulary({ ...library, catalog }, vocabulary("dog"));
  expect(await tagsOf(library)).toEqual({ dog: [], cat: ["cat"] });
});

test("evaluation gives precision and recall on a user's labels, and a better threshold", async () => {
  const library = await libraryOf("dog", "dog beach", "cat", "boat");
  await applyVocabulary(library, {
    tags: [{ tag: "dog", threshold: 0.999 }, { tag: "boat" }, { tag: "tree" }],
  });
  const find = async (path: string) => {
    const placed = await library.catalog.files.placement(path);
    const [image] = await library.catalog.images.byId([placed?.id ?? ""]);
    return image?.key;
  };
  const truth = [
    { picture: "/photos/dog.jpg", tags: ["Dog"] },
    { picture: "/photos/dog beach.jpg", tags: ["dog", "beach"] },
    { picture: "/photos/cat.jpg", tags: ["boat"] },
    { picture: "/photos/boat.jpg", tags: ["boat"] },
    { picture: "/photos/gone.jpg", tags: ["boat"] },
  ];
  const evaluation = await evaluateTags({ ...library, find }, truth);
  expect(evaluation).toMatchObject({ pictures: 4, missing: ["/photos/gone.jpg"], unknownTags: ["beach"] });
  const [dog, boat, tree] = evaluation.tags;
  expect(dog).toMatchObject({ groundTruth: 2, predicted: 1, truePositives: 1, precision: 1, recall: 0.5 });
  expect(dog?.bestThreshold).toBeLessThan(0.999);
  expect(boat).toMatchObject({ groundTruth: 2, predicted: 1, truePositives: 1, precision: 1, recall: 0.5 });
  expect(tree).toMatchObject({ groundTruth: 0, precision: null, recall: null, bestThreshold: null });
});
