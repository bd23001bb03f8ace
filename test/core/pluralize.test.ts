import { expect, test } from "vitest";
import { pluralize } from "../../src/core/english.ts";

test.each([
  [0, "picture", "0 pictures"],
  [1, "picture", "1 picture"],
  [2, "more place", "2 more places"],
  [1204, "copy", "1,204 copies"],
])("%s %s", (count, noun, words) => expect(pluralize(count, noun)).toBe(words));
