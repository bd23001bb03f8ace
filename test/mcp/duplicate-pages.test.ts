import { expect, test } from "vitest";
import type { DuplicateGroup } from "../../src/core/index.ts";
import { DuplicatePages } from "../../src/mcp/duplicate-pages.ts";
import { pictureNamed } from "./support/stand-in-library.ts";

const groups: DuplicateGroup[] = Array.from({ length: 5 }, (_, n) => ({
  kind: "exact",
  keeper: pictureNamed(`${n}.jpg`),
  why: "the original",
  members: [],
  reclaimableBytes: 10,
}));

test("pages follow each other to the end and count everything", () => {
  const pages = new DuplicatePages();
  const first = pages.page(pages.add("key", "1", groups), "key", 3);
  expect(first).toMatchObject({ first: 1, total: 5, reclaimableBytes: 50 });
  expect(first.groups).toEqual(groups.slice(0, 3));
  const second = pages.page(first.nextCursor ?? "", "key", 3);
  expect(second.groups).toEqual(groups.slice(3));
  expect(second.nextCursor).toBeNull();
});

test("a cursor is valid for its own search only, and garbage for none", () => {
  const pages = new DuplicatePages();
  const cursor = pages.add("key", "1", groups);
  for (const [bad, key] of [
    [cursor, "another"],
    ["nonsense", "key"],
    ["", "key"],
    [`${cursor}x`, "key"],
    [`${cursor.split(".")[0]}.-1`, "key"],
  ] as const) {
    expect(() => pages.page(bad, key, 3), bad).toThrow("without a cursor");
  }
});

test("only the latest searches are cached", () => {
  const pages = new DuplicatePages();
  const oldest = pages.add("key", "1", groups);
  for (let n = 0; n < 20; n++) pages.add(`key ${n}`, "1", groups);
  expect(() => pages.page(oldest, "key", 3)).toThrow("expired");
});

test("a finished search answers the same key until the library changes", () => {
  const pages = new DuplicatePages();
  const cursor = pages.add("key", "1", groups);
  pages.page(cursor, "key", 3);
  expect(pages.find("key", "1")).toBe(cursor);
  expect(pages.find("another", "1")).toBeUndefined();
  expect(pages.find("key", "2")).toBeUndefined();
});

test("a search that nobody has fetched answers once, although the library has changed meanwhile", () => {
  const pages = new DuplicatePages();
  const cursor = pages.add("key", "1", groups);
  expect(pages.find("key", "2")).toBe(cursor);
  pages.page(cursor, "key", 3);
  expect(pages.find("key", "2")).toBeUndefined();
});
