import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotFoundError, UsageError } from "../../../src/core/errors.ts";
import { parseQuestions } from "../../../src/core/evaluation/questions-file.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { post } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const PICTURES = { "cat.jpg": "cat sofa", "dog.jpg": "dog", "sub/red fox.jpg": "fox", "boat.jpg": "horse" };

async function libraryOf(models: Record<string, FakeEmbedder> = {}) {
  const folder = temporaryFolder();
  const directory = temporaryFolder();
  writePictures(folder, PICTURES);
  const opened = await openTestLibrary(directory, { models });
  onTestFinished(() => opened.library.close());
  await opened.library.add([folder]);
  const id = async (name: string) =>
    (await opened.library.within(everything).resolveImage(join(folder, name))).id;
  return { ...opened, folder, directory, id };
}

test("a file's questions are asked, pictures given by path and glob", async () => {
  const { library, folder } = await libraryOf();
  const written = parseQuestions(
    `cat\t${folder}/cat.jpg\nfox\t${folder}/**/*fox.jpg\ndog\t${folder}/boat.jpg\nsubmarine`,
  );
  const [quality] = await library.evaluate(everything, { written, limit: 10 });
  expect(quality).toMatchObject({ source: "file", answerable: 3, unanswerable: 1 });
  expect(quality?.recallAt1?.mean).toBeCloseTo(2 / 3);
});

test("a picture that is not there is an error, not a question that nothing answers", async () => {
  const { library, folder } = await libraryOf();
  for (const picture of ["none.jpg", "*.gif"]) {
    const written = parseQuestions(`cat\t${folder}/${picture}`);
    await expect(library.evaluate(everything, { written, limit: 10 })).rejects.toThrow(UsageError);
  }
});

test.each(["%", "*", "...", "text:"])(
  "nothing is marked for %s, which asks for nothing",
  async (question) => {
    const { library, id } = await libraryOf();
    await expect(library.marks.put(question, await id("cat.jpg"))).rejects.toThrow(UsageError);
    await expect(library.marks.put(question, null)).rejects.toThrow(UsageError);
    expect(await library.marks.list()).toEqual([]);
  },
);

test("the library's own names are asked of looks alone: a name does not find itself", async () => {
  const { library, id } = await libraryOf();
  await library.tags.put(await id("cat.jpg"), "sofa");
  const quality = await library.evaluate(everything, { own: ["names", "tags"], limit: 10 });
  const names = quality.find(({ source }) => source === "names");
  // "boat.jpg" shows a horse.
  expect(names).toMatchObject({ answerable: 4 });
  expect(names?.recallAt1?.mean).toBeCloseTo(3 / 4);
  expect(quality.find(({ source }) => source === "tags")?.recallAt1?.mean).toBe(1);
});

test("what lies outside the scope plays no part in the questions", async () => {
  const { library, folder } = await libraryOf();
  await library.addPosted(
    Buffer.from("castle"),
    post("1", { filename: "a castle.jpg", caption: "my castle" }),
  );
  const within = { files: { folders: [join(folder, "sub")] }, discord: "none" } as const;
  expect(await library.evaluate(within, { own: ["names", "captions"], limit: 10 })).toMatchObject([
    { source: "names", answerable: 1 },
  ]);
  expect(await library.evaluate(everything, { own: ["captions"], limit: 10 })).toMatchObject([
    { source: "captions", answerable: 1 },
  ]);
});

test("right pictures outside the scope do not count, questions without others are not asked, and both are said", async () => {
  const { library, folder, id } = await libraryOf();
  const within = { files: { folders: [join(folder, "sub")] }, discord: "none" } as const;
  await library.marks.put("an animal", await id("sub/red fox.jpg"));
  await library.marks.put("an animal", await id("cat.jpg"));
  await library.marks.put("a dog", await id("dog.jpg"));
  await library.marks.put("a submarine", null);
  const outside = { images: 2, questions: 1 };
  expect(await library.evaluate(within, { marksOf: "owner", limit: 10 })).toMatchObject([
    { source: "marks", answerable: 1, unanswerable: 1, recallAt5: { mean: 1 }, outside },
  ]);
  const cat = (await id("cat.jpg")).slice(0, 12);
  const written = parseQuestions(
    `fox\t${folder}/**/*fox.jpg\t${folder}/dog.jpg\nanimal\t${folder}/*.jpg\ncat\t${cat}\nsubmarine`,
  );
  expect(await library.evaluate(within, { written, limit: 10 })).toMatchObject([
    { answerable: 1, unanswerable: 1, outside: { images: 5, questions: 2 } },
  ]);
  expect(await library.evaluate(everything, { written, limit: 10 })).toMatchObject([
    { answerable: 3, unanswerable: 1, outside: { images: 0, questions: 0 } },
  ]);
  await expect(
    library.evaluate(within, { written: parseQuestions(`x\t${folder}/none.jpg`), limit: 10 }),
  ).rejects.toThrow(UsageError);
});

test("marks answer questions, in whatever spelling they were asked", async () => {
  const { library, id } = await libraryOf();
  await library.marks.put("a cat.", await id("cat.jpg"));
  await library.marks.put("a  cat", await id("dog.jpg"), { isRight: false });
  await library.marks.put("a dog", await id("boat.jpg"));
  await library.marks.put("a submarine", null);
  const member = { guildId: "g1", userId: "u1" };
  await library.marks.put("theirs", await id("cat.jpg"), { maker: member });
  const [quality] = await library.evaluate(everything, { marksOf: "owner", limit: 10 });
  expect(quality).toMatchObject({ source: "marks", answerable: 2, unanswerable: 1 });
  expect(quality?.recallAt1?.mean).toBe(0.5);
  expect((await library.marks.list()).map(({ question }) => question)).not.toContain("theirs");
});

test("a mark needs a question and an image that is there", async () => {
  const { library } = await libraryOf();
  await expect(library.marks.put("  ", null)).rejects.toThrow(UsageError);
  await expect(library.marks.put("x".repeat(600), null)).rejects.toThrow(UsageError);
  await expect(library.marks.put("cat", "0".repeat(64))).rejects.toThrow(NotFoundError);
});

test("models are compared on a sample, and the library stays as it is", async () => {
  // Sees a horse in every picture but one of a fox.
  const poor = new FakeEmbedder({ space: "poor@1" });
  for (const words of ["cat sofa", "dog"]) poor.place(Buffer.from(words), "horse");
  const { library, catalog, directory, folder } = await libraryOf({
    good: new FakeEmbedder({ space: "good@1" }),
    poor,
  });
  const files = () => readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  const [before, token] = [files(), await catalog.embeddings.changeToken("fake@00000000")];
  const comparison = await library.compareModels(everything, {
    models: ["good", "poor"],
    sample: 10,
    own: ["names"],
    limit: 10,
  });
  expect(comparison.models.map(({ model, pictures, skipped }) => [model, pictures, skipped])).toEqual([
    ["good", 4, 0],
    ["poor", 4, 0],
  ]);
  expect(comparison.questions).toBe(4);
  const [good, bad] = comparison.models.map(({ reciprocalRank }) => reciprocalRank?.mean ?? 0);
  expect(good).toBeGreaterThan(bad ?? 1);
  expect(comparison.gains[0]?.reciprocalRank?.mean).toBeCloseTo((bad ?? 0) - (good ?? 0));
  expect(files()).toEqual(before);
  expect(await catalog.embeddings.changeToken("fake@00000000")).toBe(token);
  expect(await catalog.embeddings.otherSpaces("fake@00000000")).toEqual([]);
  expect(statSync(join(folder, "cat.jpg")).size).toBe("cat sofa".length);
});

test("a file that changed since is skipped, and stopping leaves nothing", async () => {
  const { library, folder, catalog } = await libraryOf({
    a: new FakeEmbedder({ space: "a@1" }),
    b: new FakeEmbedder({ space: "b@1" }),
  });
  writeFileSync(join(folder, "dog.jpg"), "another dog");
  const request = { models: ["a", "b"], sample: 10, own: ["names"], limit: 10 } as const;
  const { models } = await library.compareModels(everything, request);
  expect(models.map(({ pictures, skipped }) => [pictures, skipped])).toEqual([
    [3, 1],
    [3, 1],
  ]);
  const signal = AbortSignal.abort();
  await expect(library.compareModels(everything, { ...request, signal })).rejects.toThrow(/abort/i);
  expect(await catalog.embeddings.otherSpaces("fake@00000000")).toEqual([]);
  await expect(library.compareModels(everything, { ...request, own: [] })).rejects.toThrow(UsageError);
  await expect(library.compareModels(everything, { ...request, models: ["a", "none"] })).rejects.toThrow(
    "no test model none",
  );
});
