import { expect, test } from "vitest";
import type { Work } from "../../src/web/answers.ts";
import { keyOf, shownWork } from "../../src/web/client/work/shown-work.ts";

const job = (id: number, more: Partial<Work> = {}): Work => ({
  id,
  kind: "tagging",
  subject: `label ${id}`,
  startedAt: 1000 + id,
  stage: "",
  done: 0,
  total: null,
  ...more,
});
const refused = [{ path: "/a.jpg", reason: "it is gone" }];
const NONE = new Set<string>();
const ids = (work: readonly Work[], hidden: ReadonlySet<string> = NONE) =>
  shownWork(work, hidden).map(({ id }) => id);

test("of ten labels added one after the other, only the last one's end is told", () => {
  expect(ids(Array.from({ length: 10 }, (_, at) => job(at + 1, { end: "done" })))).toEqual([10]);
});

test("what runs is always told, and so is what failed or left something undone until it is begun again", () => {
  const work = [
    job(1, { end: "failed", subject: "/photos", kind: "adding" }),
    job(2, { end: "failed", subject: "/other", kind: "adding" }),
    job(3),
    job(4, { end: "done", refused }),
    job(5, { end: "done" }),
    job(6, { subject: "/photos", kind: "adding" }),
  ];
  expect(ids(work)).toEqual([2, 3, 4, 5, 6]);
});

test("what was put away stays away, and brings nothing older back", () => {
  const work = [job(1, { end: "done" }), job(2, { end: "done" }), job(3, { end: "failed" })];
  const [, second, third] = work;
  if (!second || !third) throw new Error("three are listed");
  expect(ids(work, new Set([keyOf(third)]))).toEqual([]);
  expect(ids([...work, job(4)], new Set([keyOf(third)]))).toEqual([4]);
  // Another server counts from one again.
  expect(ids([{ ...third, startedAt: 9000 }], new Set([keyOf(third)]))).toEqual([3]);
});
