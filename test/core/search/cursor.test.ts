import { expect, test } from "vitest";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { decodeCursor, encodeCursor, requestDigest } from "../../../src/core/search/cursor.ts";

const digest = requestDigest({ terms: [{ text: "cat" }], scope: ENTIRE_LIBRARY });

test("a cursor decodes to its offset, and none is issued that would be rejected", () => {
  for (const offset of [0, 10, 9999, 10_000]) {
    expect(decodeCursor(encodeCursor(digest, offset) ?? "none given", digest)).toBe(offset);
  }
  expect(encodeCursor(digest, 10_001)).toBeNull();
});

test("the page size is not part of the request's identity, the scope is", () => {
  const question = { terms: [{ text: "cat" }], scope: ENTIRE_LIBRARY };
  expect(requestDigest({ ...question, limit: 50 })).toBe(digest);
  expect(requestDigest({ ...question, scope: { files: "all", discord: "none" } })).not.toBe(digest);
});
