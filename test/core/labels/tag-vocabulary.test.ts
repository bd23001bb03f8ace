import { expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { parseGroundTruth } from "../../../src/core/evaluation/ground-truth-file.ts";
import { checkTag, checkVocabulary, parseVocabulary } from "../../../src/core/labels/tag-vocabulary.ts";

test("a vocabulary is read with its prompts and thresholds", () => {
  const text =
    "\uFEFF# my tags\r\n\r\ndog\r\n  beach  @0.6 \nnight : a dark  street | the sky at night @ .7\nкот: кошка";
  expect(parseVocabulary(text)).toEqual({
    tags: [
      { tag: "dog" },
      { tag: "beach", threshold: 0.6 },
      { tag: "night", prompts: ["a dark street", "the sky at night"], threshold: 0.7 },
      { tag: "кот", prompts: ["кошка"] },
    ],
  });
});

test.each([
  ["dog\ncat @1.7", /Line 2 .*"cat" must be a number from 0 to 1/],
  ["dog @", /Line 1 .*threshold/],
  ["dog @high", /Line 1 .*threshold/],
  ["\n\n: a dog", /Line 3 .*empty/],
  ["dog: a | | b", /Line 1 .*prompt of "dog" is empty/],
  ["dog:", /Line 1 .*prompt of "dog" is empty/],
  ["dog\n# dog\nDOG", /Line 3 .*"DOG" is on line 1 already/],
  ["cat, dog", /Line 1 .*"cat, dog" holds/],
])("%j is refused with the line number", (text, sentence) => {
  expect(() => parseVocabulary(text)).toThrow(UsageError);
  expect(() => parseVocabulary(text)).toThrow(sentence);
});

test("a vocabulary file without a tag is wrong usage", () => {
  for (const text of ["", "# only words to people\n\n"])
    expect(() => parseVocabulary(text)).toThrow(/names no tag/);
});

test("a tag added by hand follows the same rules, and is normalised", () => {
  expect(checkTag("  my   holiday ")).toBe("my holiday");
  for (const tag of ["", "  ", "bad,tag", "a:b", "a|b", "a@b", "a\tb", "x".repeat(101)])
    expect(() => checkTag(tag), tag).toThrow(UsageError);
});

test("a vocabulary made by a program follows the same rules", () => {
  expect(() => checkVocabulary({ tags: [{ tag: "a" }, { tag: "A " }] })).toThrow(/twice/);
  expect(() => checkVocabulary({ tags: [{ tag: "a", threshold: Number.NaN }] })).toThrow(/threshold/);
  expect(checkVocabulary({ tags: [] })).toEqual({ tags: [] });
});

test("a ground truth file names pictures and the tags that apply, or none", () => {
  expect(parseGroundTruth("# truth\nbeach/a b.jpg\tdog, beach\n0a1b2c\t\n/x.jpg\n")).toEqual([
    { picture: "beach/a b.jpg", tags: ["dog", "beach"] },
    { picture: "0a1b2c", tags: [] },
    { picture: "/x.jpg", tags: [] },
  ]);
});

test.each([
  ["a.jpg\tdog\n\tdog", /Line 2 .*no picture/],
  ["a.jpg\tdog\tcat", /Line 1 .*more than one tab/],
  ["a.jpg\tdog,,cat", /Line 1 .*empty/],
  ["# nothing", /names no picture/],
])("truth %j is refused with the line number", (text, sentence) => {
  expect(() => parseGroundTruth(text)).toThrow(sentence);
});
