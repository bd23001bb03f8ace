import { expect, test } from "vitest";
import type { DuplicateGroup } from "../../src/core/index.ts";
import { DuplicatePages } from "../../src/mcp/duplicate-pages.ts";
import { pictureNamed } from "./support/stand-in-library.ts";

const groups: DuplicateGroup[] = Array.from({ length: 5 }, (_, n) => ({
  kind: "exact",
  keeper: pictureNamed(`${n}.jpg`),
  members: [],
  reclaimableBytes: 10,
}));

test("pages follow each other to the end and count everything", () => {
  const pages = new DuplicatePages();
  const first = pages.page(pages.keep("question", "1", groups), "question", 3);
  expect(first).toMatchObject({ first: 1, total: 5, reclaimableBytes: 50 });
  expect(first.groups).toEqual(groups.slice(0, 3));
  const second = pages.page(first.nextCursor ?? "", "question", 3);
  expect(second.groups).toEqual(groups.slice(3));
  expect(second.nextCursor).toBeNull();
});

test("a cursor serves its own question only, and garbage serves none", () => {
  const pages = new DuplicatePages();
  const cursor = pages.keep("question", "1", groups);
  for (const [bad, question] of [
    [cursor, "another"],
    ["nonsense", "question"],
    ["", "question"],
    [`${cursor}x`, "question"],
    [`${cursor.split(".")[0]}.-1`, "question"],
  ] as const) {
    expect(() => pages.page(bad, question, 3), bad).toThrow("without a cursor");
  }
});

test("only the latest answers are kept", () => {
  const pages = new DuplicatePages();
  const oldest = pages.keep("question", "1", groups);
  for (let n = 0; n < 20; n++) pages.keep(`question ${n}`, "1", groups);
  expect(() => pages.page(oldest, "question", 3)).toThrow("expired");
});

test("a finished search serves the same question until the library changes", () => {
  const pages = new DuplicatePages();
  const cursor = pages.keep("question", "1", groups);
  pages.page(cursor, "question", 3);
  expect(pages.kept("question", "1")).toBe(cursor);
  expect(pages.kept("another", "1")).toBeUndefined();
  expect(pages.kept("question", "2")).toBeUndefined();
});

test("a search that nobody has seen serves once, though the library has changed meanwhile", () => {
  const pages = new DuplicatePages();
  const cursor = pages.keep("question", "1", groups);
  expect(pages.kept("question", "2")).toBe(cursor);
  pages.page(cursor, "question", 3);
  expect(pages.kept("question", "2")).toBeUndefined();
});
