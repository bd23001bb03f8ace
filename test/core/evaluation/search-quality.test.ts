import { expect, test } from "vitest";
import { estimate } from "../../../src/core/evaluation/bootstrap.ts";
import { nameInWords } from "../../../src/core/evaluation/own-questions.ts";
import { globPattern, parseQuestions } from "../../../src/core/evaluation/questions-file.ts";
import { qualityBySource } from "../../../src/core/evaluation/search-quality.ts";
import type { EvaluationQuestion } from "../../../src/core/types.ts";

const question = (right: readonly string[]): EvaluationQuestion => ({ text: "q", source: "file", right });
const hits = (...ids: string[]) => ids.map((id) => [id]);

test("recall, rank and precision are those of hand-made answers", () => {
  const [quality] = qualityBySource([
    { question: question(["a"]), hits: hits("a", "b"), match: "good" },
    { question: question(["c", "d"]), hits: hits("x", "c", "y", "z", "w", "d"), match: "weak" },
    { question: question(["e"]), hits: hits("x", "y"), match: "nothing" },
    { question: question([]), hits: hits("x"), match: "nothing" },
    { question: question([]), hits: hits("x"), match: "good" },
  ]);
  expect(quality).toMatchObject({
    source: "file",
    answerable: 3,
    unanswerable: 2,
    refused: 1,
    rightlyRefused: 1,
    unjudged: 0,
  });
  expect(quality?.recallAt1?.mean).toBeCloseTo((1 + 0 + 0) / 3);
  expect(quality?.recallAt5?.mean).toBeCloseTo((1 + 0.5 + 0) / 3);
  expect(quality?.recallAt10?.mean).toBeCloseTo((1 + 1 + 0) / 3);
  expect(quality?.reciprocalRank?.mean).toBeCloseTo((1 + 0.5 + 0) / 3);
  expect(quality?.precisionAt10?.mean).toBeCloseTo((1 / 2 + 2 / 6 + 0) / 3);
});

test("of more right pictures than places, as many as there are places are all that can be found", () => {
  const [quality] = qualityBySource([
    { question: question(["a", "b", "c", "d"]), hits: hits("a", "b", "c", "d") },
  ]);
  expect(quality?.recallAt1?.mean).toBe(1);
  expect(quality?.unjudged).toBe(1);
});

test("a hit that stands for copies is right when one of them is", () => {
  const [quality] = qualityBySource([{ question: question(["copy"]), hits: [["original", "copy"]] }]);
  expect(quality?.reciprocalRank?.mean).toBe(1);
});

test("intervals hold the mean, narrow with more questions, and are the same each time", () => {
  const few = estimate([0, 1, 1, 0, 1]);
  const many = estimate(Array.from({ length: 500 }, (_, at) => (at % 5 < 3 ? 1 : 0)));
  expect(few).toEqual(estimate([0, 1, 1, 0, 1]));
  for (const one of [few, many]) {
    expect(one?.mean).toBeCloseTo(0.6);
    expect(one?.low).toBeLessThanOrEqual(0.6);
    expect(one?.high).toBeGreaterThanOrEqual(0.6);
  }
  expect((many?.high ?? 1) - (many?.low ?? 0)).toBeLessThan((few?.high ?? 0) - (few?.low ?? 0));
  // The normal approximation of a share of 0.6 among 500: 0.6 ± 1.96 · √(0.24 / 500).
  expect(many?.low).toBeCloseTo(0.557, 1);
  expect(estimate([])).toBeNull();
  expect(estimate([1, 1])).toEqual({ mean: 1, low: 1, high: 1 });
});

test.each([
  ["golden-retriever_on beach (2).jpg", ["golden retriever on beach"]],
  ["IMG_2041.JPG", []],
  ["DSC00012.jpg", []],
  ["Screenshot 2024-05-06 at 10.11.png", []],
  ["3f2a9c01d4e5.jpg", []],
  ["Copy of Grandma's cake.png", ["grandma's cake"]],
  ["glass of wine.jpg", ["glass of wine"]],
  ["sunsetOverTheSea.jpeg", ["sunset over the sea"]],
  ["犬と海辺の散歩.jpg", ["犬と海辺の散歩"]],
  ["IMG-20240506-WA0001.jpg", []],
  [".jpg", []],
])("the name %s asks for %j", (name, words) => {
  expect(nameInWords(name)).toEqual(words);
});

test("questions are read from tabs and from JSON Lines", () => {
  const text =
    '\ufeff# mine\r\na dog\tdogs/*.jpg\t3f2a9c01\r\n\r\na submarine\r\n{"question": "a cat", "right": ["cat.jpg"]}\n';
  expect(parseQuestions(text)).toEqual([
    { line: 2, text: "a dog", right: ["dogs/*.jpg", "3f2a9c01"] },
    { line: 4, text: "a submarine", right: [] },
    { line: 5, text: "a cat", right: ["cat.jpg"] },
  ]);
});

test("questions are read from a JSON array; a comma in a question is none of a table", () => {
  expect(
    parseQuestions('\n[\n {"question": "a cat", "right": ["cat.jpg"]},\n {"question": "b"}\n]\n'),
  ).toEqual([
    { line: 1, text: "a cat", right: ["cat.jpg"] },
    { line: 2, text: "b", right: [] },
  ]);
  expect(parseQuestions("a dog, a cat\n[draft] page").map(({ text }) => text)).toEqual([
    "a dog, a cat",
    "[draft] page",
  ]);
});

test.each([
  ["\ta.jpg", /Line 1 .*empty/],
  ['{"question": 3}', /Line 1 /],
  ["{nonsense", /Line 1 /],
  ["# nothing\n", /asks no question/],
  ["question,right\ninvoice,/p/b.png\n", /Line 2 .*after a comma.*by tabs/],
  ['a dog;"my dogs/1.JPG"', /Line 1 .*after a comma/],
  ['[{"question": "a cat"}', /JSON array and are none/],
  ['[{"question": "a cat"}, "b"]', /Line 2 .*"b" is no question/],
  ['[{"question": "a cat"}, {"right": []}]', /Line 2 /],
])("%j is refused with its line", (text, message) => {
  expect(() => parseQuestions(text)).toThrow(message);
});

test("globs keep to their folder unless they say otherwise", () => {
  expect(globPattern("/p/*.jpg").test("/p/a.jpg")).toBe(true);
  expect(globPattern("/p/*.jpg").test("/p/q/a.jpg")).toBe(false);
  expect(globPattern("/p/**/a?.jpg").test("/p/q/r/ab.jpg")).toBe(true);
  expect(globPattern("/p/**/a?.jpg").test("/p/ab.jpg")).toBe(true);
  expect(globPattern("/p/(1).jpg").test("/p/(1).jpg")).toBe(true);
  expect(globPattern("/p/*.jpg").test("/p/a.jpgx")).toBe(false);
});
