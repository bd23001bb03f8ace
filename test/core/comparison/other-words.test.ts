import { expect, test } from "vitest";
import { haveDifferentText } from "../../../src/core/comparison/different-text.ts";

const read = (...texts: string[]) =>
  texts.map((text) => ({
    text,
    confidence: 0.97,
    box: { x: 0, y: 0, width: 1, height: 0.1 },
    angle: 0,
  }));

test.each([
  [["MONDAY MORNING"], ["SO LONG FRIEND"]],
  [
    ["nobody knows", "the trouble"],
    ["somebody told", "my mother"],
  ],
  [["call me later"], ["text me tonight"]],
  [["me at work"], ["me at home today"]],
  [["Ich bin müde"], ["Wir gehen heim"]],
  [["星期一早上好朋友们大家"], ["再见了我的老同学下次"]],
])("%j and %j are other words", (one, two) => {
  expect(haveDifferentText(read(...one), read(...two))).toBe(true);
  expect(haveDifferentText(read(...two), read(...one))).toBe(true);
});

test.each([
  ["misread", ["MONDAY MORNING", "AT WORK"], ["MONDAV MORNlNG", "AT WORK"]],
  ["without spaces", ["so long friend"], ["solongfriend"]],
  ["cut off", ["nobody knows", "the trouble i have seen"], ["nobody knows"]],
  ["nothing read in one", ["MONDAY MORNING"], []],
  ["too little to tell", ["STOP"], ["TAXI"]],
  ["a watermark beside them", ["open until nine"], ["open until nine", "example.com"]],
])("%s: not other words", (_, one, two) => {
  expect(haveDifferentText(read(...one), read(...two))).toBe(false);
});

test("lines that were hardly legible say nothing", () => {
  const unsure = read("SO LONG FRIEND").map((line) => ({ ...line, confidence: 0.4 }));
  expect(haveDifferentText(read("MONDAY MORNING"), unsure)).toBe(false);
});
