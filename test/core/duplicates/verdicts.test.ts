import { join } from "node:path";
import { expect, test } from "vitest";
import { findDuplicates } from "../../../src/core/duplicates/find-duplicates.ts";
import { findSamePictures } from "../../../src/core/duplicates/same-pictures.ts";
import type { DuplicateKind, Verdict } from "../../../src/core/types.ts";
import { file, idOf, picture } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type DuplicateLibrary, everything, named, openDuplicateLibrary } from "./duplicate-library.ts";
import { mirrored, painted } from "./painted.ts";

const folder = temporaryFolder();
let opened = 0;
const place = () => join(folder, String(++opened), "catalog.db");

const mark = (library: DuplicateLibrary, a: string, b: string, verdict: Verdict["verdict"]) =>
  library.catalog.verdicts.put({ a: idOf(a), b: idOf(b), verdict, at: 1 });

const names = ["original", "copy", "stranger", "third"];
const find = async (library: DuplicateLibrary, kind: DuplicateKind = "same") =>
  named(await findDuplicates(await library.parts(), { scope: everything, kind }), names);

async function libraryWithAPair(path = place()): Promise<DuplicateLibrary> {
  const library = await openDuplicateLibrary(path);
  await library.add("original", { pixels: painted(1), facts: { width: 2000 }, degrees: 0 });
  await library.add("copy", { pixels: mirrored(painted(1)), degrees: 1 });
  return library;
}

test("a pair called different never comes back, at no level", async () => {
  const library = await libraryWithAPair();
  expect(await find(library)).toEqual([["original", "copy"]]);
  await mark(library, "copy", "original", "different");
  expect(await find(library)).toEqual([]);
  expect(await find(library, "similar")).toEqual([]);
});

test("a pair called variants is no copy, and is among the variants whatever it looks like", async () => {
  const library = await libraryWithAPair();
  await library.add("stranger", { pixels: painted(9) });
  await mark(library, "copy", "original", "variant");
  await mark(library, "stranger", "original", "variant");
  expect(await find(library)).toEqual([]);
  const [group, ...others] = await findDuplicates(await library.parts(), {
    scope: everything,
    kind: "variant",
  });
  expect(others).toEqual([]);
  expect(group).toMatchObject({ kind: "variant", reclaimableBytes: 0 });
  expect(group?.members.map(({ kind, reason }) => ({ kind, reason }))).toEqual(
    ["copy", "stranger"].map(() => ({ kind: "variant", reason: "verdict of a person" })),
  );
  expect(
    (await findSamePictures(await library.parts(), idOf("copy"), everything)).map(({ id }) => id),
  ).toEqual([idOf("copy")]);
});

test("a third picture does not bring a pair called different together", async () => {
  const library = await libraryWithAPair();
  await library.add("third", { pixels: painted(1) });
  await mark(library, "copy", "original", "different");
  const groups = await find(library);
  expect(groups).toHaveLength(1);
  expect(groups[0]?.toSorted()).toEqual(["original", "third"]);
});

test("a pair called the same is one group whatever it looks like", async () => {
  const library = await libraryWithAPair();
  await library.add("stranger", { pixels: painted(9), facts: { bytes: 1000 } });
  await mark(library, "stranger", "copy", "same");
  expect(await find(library)).toEqual([["original", "copy", "stranger"]]);
  const [group] = await findDuplicates(await library.parts(), { scope: everything });
  const stranger = group?.members.find(({ image }) => image.id === idOf("stranger"));
  expect(stranger).toMatchObject({ kind: "same", reason: "verdict of a person" });
  expect(stranger?.measure).toBeLessThan(0.8);
});

test("different outweighs a chain of sames", async () => {
  const library = await libraryWithAPair();
  await library.add("stranger", { pixels: painted(9) });
  await mark(library, "stranger", "copy", "same");
  await mark(library, "stranger", "original", "different");
  const groups = await find(library);
  for (const group of groups) expect(group.includes("stranger") && group.includes("original")).toBe(false);
});

test("the latest verdict counts", async () => {
  const library = await libraryWithAPair();
  await mark(library, "copy", "original", "different");
  await mark(library, "original", "copy", "same");
  expect(await find(library)).toEqual([["original", "copy"]]);
});

test("verdicts hold through closing, moves, rescans and a file that went and came back", async () => {
  const path = place();
  const before = await libraryWithAPair(path);
  await mark(before, "copy", "original", "different");
  await before.catalog.close();
  const library = await openDuplicateLibrary(path);
  await library.catalog.images.putPlacements([
    { id: idOf("copy"), placement: file("/photos/moved/copy.jpg") },
  ]);
  await library.catalog.files.remove(["/photos/copy.jpg"]);
  expect(await find(library)).toEqual([]);
  await library.catalog.files.remove(["/photos/moved/copy.jpg"]);
  await library.add("copy", { pixels: mirrored(painted(1)), degrees: 1 });
  expect(await find(library, "similar")).toEqual([]);
});

test("verdicts hold through another model", async () => {
  const path = place();
  const before = await libraryWithAPair(path);
  await mark(before, "copy", "original", "different");
  await before.catalog.close();
  const library = await openDuplicateLibrary(path, "other@11111111");
  const vector = new Float32Array(16).fill(0.25);
  for (const name of ["original", "copy"]) {
    await library.catalog.embeddings.put("other@11111111", [{ id: idOf(name), embedding: vector }]);
  }
  expect(await find(library, "similar")).toEqual([]);
});

test("a repost check returns every copy in scope, oldest first, and respects verdicts", async () => {
  const library = await openDuplicateLibrary(place());
  const at = (path: string, modifiedAt: number) => [file(path, { modifiedAt })];
  await library.add("original", { pixels: painted(1), at: at("/photos/new.jpg", 30) });
  await library.add("copy", { pixels: mirrored(painted(1)), at: at("/photos/old.jpg", 10) });
  await library.add("third", { pixels: painted(1), at: at("/photos/middle.jpg", 20) });
  await library.add("stranger", { pixels: painted(2), at: at("/photos/stranger.jpg", 5) });
  const same = async () => {
    const images = await findSamePictures(await library.parts(), idOf("original"), everything);
    return images.map(({ id }) => names.find((name) => idOf(name) === id));
  };
  expect(await same()).toEqual(["copy", "third", "original"]);
  await mark(library, "original", "copy", "different");
  await mark(library, "original", "stranger", "same");
  expect(await same()).toEqual(["stranger", "third", "original"]);
  expect(await findSamePictures(await library.parts(), picture("unknown").id, everything)).toEqual([]);
});
