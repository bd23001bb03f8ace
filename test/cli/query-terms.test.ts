import { expect, test } from "vitest";
import { termsOf } from "../../src/cli/query-terms.ts";
import { UsageError } from "../../src/core/errors.ts";

const and = (typed: string) => termsOf([], { and: [typed] })[0];

test.each([
  ["cat:0.5", "cat", 0.5],
  ["cat:2", "cat", 2],
  ["cat:.5", "cat", 0.5],
  ["route 66:2.0", "route 66", 2],
  ["a clock at 12:30:0.5", "a clock at 12:30", 0.5],
])("%j ends in a weight", (typed, text, weight) => {
  expect(and(typed)).toEqual({ text, weight });
});

test.each([
  "a clock at 12:30",
  "12:30",
  "12:30:15",
  "16:9",
  "12:30pm",
  "a note: a dog",
  "cat:dog",
  "cat:abc",
  "cat:x10",
  "poster: 3 dogs",
  "at 5:30 o'clock",
])("%j is words to its end", (text) => {
  expect(and(text)).toEqual({ text, weight: 1 });
});

test.each([
  "cat:",
  "cat: ",
  "cat:NaN",
  "cat:nan",
  "cat:1e999",
  "cat:Infinity",
  "cat:-1",
  "cat:0",
  "cat:101",
  "cat:0,5",
  "cat:50%",
  "cat:0x10",
  "cat:0b1",
  "cat:1_000",
  "cat:1/2",
  "cat:½",
  "cat:٣",
  "cat:２",
  "cat:²",
  "cat:∞",
  "cat:−1",
  "cat:+1",
  "cat:-inf",
  "cat:2x",
])("%j has an invalid weight, which is an error", (typed) => {
  for (const flag of ["and", "not"]) expect(() => termsOf([], { [flag]: [typed] })).toThrow(UsageError);
  expect(() => termsOf([], { like: [`3f2a9c01${typed.slice(3)}`] })).toThrow(/not a weight.*such as :0\.5/);
});

test("an id keeps its weight, though it may end in digits", () => {
  expect(termsOf([], { like: ["3f2a9c01:2"], unlike: ["77be01:30"] })).toEqual([
    { image: { id: "3f2a9c01" }, weight: 2 },
    { image: { id: "77be01" }, weight: -30 },
  ]);
});
