import { expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { classifyImages } from "../../../src/core/labels/classify-images.ts";
import { EVERYDAY_LABELS } from "../../../src/core/labels/everyday-labels.ts";
import { openLabelLibrary } from "./label-parts.ts";

const bytes = (shows: string) => ({ bytes: Buffer.from(shows) });

test("the label that fits comes first, with probabilities that sum to one under softmax", async () => {
  const parts = await openLabelLibrary();
  const [answer] = await classifyImages(parts, { images: [bytes("dog")], labels: ["cat", "dog", "car"] });
  expect(answer?.labels.map(({ label }) => label)[0]).toBe("dog");
  expect(answer?.labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  expect(answer).toMatchObject({ none: false, origin: "picture" });
});

test("a picture of something else is none of these", async () => {
  const parts = await openLabelLibrary();
  const [answer] = await classifyImages(parts, { images: [bytes("bicycle")], labels: ["cat", "dog"] });
  expect(answer?.none).toBe(true);
});

test("a single label is judged by itself instead of getting a probability of 1", async () => {
  const parts = await openLabelLibrary();
  const answers = await classifyImages(parts, { images: [bytes("dog"), bytes("boat")], labels: ["dog"] });
  expect(answers.map(({ none }) => none)).toEqual([false, true]);
  expect(answers[0]?.labels[0]?.probability).toBeGreaterThan(0.9);
  expect(answers[1]?.labels[0]?.probability).toBeLessThan(0.5);
});

test("under a sigmoid every label has its own probability", async () => {
  const score = { kind: "sigmoid", scale: 20, bias: -8 } as const;
  const parts = await openLabelLibrary({ traits: { score } });
  const [answer] = await classifyImages(parts, {
    images: [bytes("cat dog")],
    labels: ["cat", "dog", "boat"],
  });
  const sum = answer?.labels.reduce((total, { probability }) => total + probability, 0) ?? 0;
  expect(sum).toBeGreaterThan(1.5);
  expect(answer?.labels.map(({ label }) => label)).toContain("boat");
});

test("labels that differ in case, width or spaces are one label; other scripts work like any", async () => {
  const parts = await openLabelLibrary();
  const labels = ["Dog", "dog ", " DOG", "ｄｏｇ", "猫", "собака", "red  car"];
  const [answer] = await classifyImages(parts, { images: [bytes("猫")], labels, limit: 10 });
  expect(answer?.labels.map(({ label }) => label).sort()).toEqual(["Dog", "red car", "собака", "猫"].sort());
  expect(answer?.labels[0]?.label).toBe("猫");
});

test.each([
  [[], /no label/],
  [["cat", " "], /Label 2 of 2 is empty/],
])("labels %j are refused with a sentence", async (labels, sentence) => {
  const parts = await openLabelLibrary();
  const refused = classifyImages(parts, { images: [bytes("cat")], labels });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

test("five thousand labels are embedded once: the second time none is", async () => {
  const parts = await openLabelLibrary();
  const labels = Array.from({ length: 5000 }, (_, at) => `thing ${at}`);
  const request = { images: [bytes("thing 4711")], labels };
  const [answer] = await classifyImages(parts, request);
  expect(answer?.labels[0]?.label).toBe("thing 4711");
  const embedded = parts.embedder.calls.texts;
  await classifyImages(parts, request);
  expect(parts.embedder.calls.texts).toBe(embedded);
});

test("other templates or another model do not take the remembered vectors", async () => {
  const first = await openLabelLibrary({ traits: { templates: ["{}", "a photo of {}"] } });
  await classifyImages(first, { images: [bytes("cat")], labels: ["cat", "dog"] });
  expect(first.embedder.calls.texts).toBe(4);
  for (const options of [{ traits: { templates: ["{} here"] } }, { space: "other@1" }]) {
    const parts = await openLabelLibrary(options, first.catalog, first.settings);
    await classifyImages(parts, { images: [bytes("cat")], labels: ["cat", "dog"] });
    expect(parts.embedder.calls.texts).toBe(2);
  }
});

test("stored images are classified from their vectors, with their place; unusable pictures with a reason", async () => {
  const parts = await openLabelLibrary();
  const id = await parts.add("dog");
  const embedded = parts.embedder.calls.pictures;
  const answers = await classifyImages(parts, {
    images: [{ id }, bytes(""), { path: "/nowhere.jpg" }, { id: "feed" }, bytes("cat")],
    labels: ["cat", "dog"],
  });
  expect(parts.embedder.calls.pictures).toBe(embedded + 1);
  expect(answers[0]).toMatchObject({ id, origin: "/photos/dog.jpg", none: false });
  expect(answers[0]?.labels[0]?.label).toBe("dog");
  expect(answers.slice(1, 4).map(({ skipped }) => skipped?.code)).toEqual(["empty", "unreadable", "failed"]);
  expect(answers[4]?.labels[0]?.label).toBe("cat");
});

test("without labels the everyday vocabulary is used", async () => {
  const parts = await openLabelLibrary();
  const [answer] = await classifyImages(parts, { images: [bytes("giraffe")] });
  expect(answer?.labels).toHaveLength(5);
  expect(answer?.labels[0]?.label).toBe("giraffe");
  expect(new Set(EVERYDAY_LABELS).size).toBe(EVERYDAY_LABELS.length);
  expect(EVERYDAY_LABELS.length).toBeGreaterThan(350);
});

test("a cancelled classification ends with the reason of the signal", async () => {
  const parts = await openLabelLibrary();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(classifyImages(parts, { images: [bytes("cat")], labels: ["cat"], signal })).rejects.toThrow(
    "enough",
  );
});
