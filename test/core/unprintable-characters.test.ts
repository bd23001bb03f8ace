import { expect, test } from "vitest";
import { escapeControls, replaceInvisible } from "../../src/core/index.ts";

test("control characters are made visible, and nothing else changes", () => {
  expect(escapeControls("a\x1b[31m\n\x7f\x85é👩‍🚀")).toBe("a\\x1b[31m\\x0a\\x7f\\x85é👩‍🚀");
});

test.each([
  ["a bidi override", "\u202e"],
  ["a zero-width space", "\u200b"],
  ["a byte order mark", "\ufeff"],
  ["a soft hyphen", "\u00ad"],
  ["a line separator", "\u2028"],
  ["a paragraph separator", "\u2029"],
  ["a tag character", "\u{e0041}"],
  ["private use", "\uf8ff"],
  ["private use beyond the basic plane", "\u{10fffd}"],
  ["a lone surrogate", "\ud800"],
  ["a noncharacter", "\uffff"],
  ["a noncharacter beyond the basic plane", "\u{1fffe}"],
  ["a hidden variation selector", "\u{e0100}"],
])("%s is replaced wherever it stands", (_, character) => {
  expect(replaceInvisible(`${character}a${character}b`, () => "?")).toBe("?a?b");
  expect(replaceInvisible(character, (each) => `<${each}>`)).toBe(`<${character}>`);
});

test("letters, accents, emoji with their presentation, and spaces stay", () => {
  const text = "Ünï ﷽ ❤️ 日本 e\u0301\t\u00a0";
  expect(replaceInvisible(text, () => "?")).toBe(text);
});
