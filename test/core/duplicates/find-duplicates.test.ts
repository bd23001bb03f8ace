import { expect, test } from "vitest";
import { findDuplicates } from "../../../src/core/duplicates/find-duplicates.ts";
import type { DuplicateKind, Scope } from "../../../src/core/types.ts";
import { captureTime, file, idOf, post } from "../../support/new-image.ts";
import { type DuplicateLibrary, everything, named, openDuplicateLibrary } from "./duplicate-library.ts";
import { blank, blended, brightened, mirrored, painted, rotated, shotOf } from "./painted.ts";

const find = async (library: DuplicateLibrary, kind?: DuplicateKind, scope: Scope = everything) =>
  findDuplicates(await library.parts(), { scope, kind });

test("a library of none, of one, or of different pictures has no duplicates", async () => {
  const library = await openDuplicateLibrary();
  expect(await find(library)).toEqual([]);
  await library.add("one", { pixels: painted(1) });
  expect(await find(library, "similar")).toEqual([]);
  await library.add("two", { pixels: painted(2) });
  expect(await find(library)).toEqual([]);
});

test("the same bytes at three places are one exact group that could free two files", async () => {
  const library = await openDuplicateLibrary();
  const at = ["/photos/a.jpg", "/photos/b.jpg", "/photos/c.jpg"].map((path) => file(path));
  await library.add("cat", { pixels: painted(1), at, facts: { bytes: 1000 } });
  const [group, ...more] = await find(library, "exact");
  expect(more).toEqual([]);
  expect(group).toMatchObject({
    kind: "exact",
    keeper: { id: idOf("cat") },
    members: [{ image: { id: idOf("cat") }, kind: "exact", reason: "same bytes", measure: 1 }],
    reclaimableBytes: 2000,
  });
});

test("of one picture's places the oldest is kept, then the one with the shortest path", async () => {
  const library = await openDuplicateLibrary();
  const paths = ["/photos/a/copy of cat.jpg", "/photos/cat.jpg"];
  await library.add("cat", { at: paths.map((path) => file(path, { modifiedAt: 5 })) });
  await library.add("dog", { at: [file("/a", { modifiedAt: 9 }), file("/photos/b.jpg", { modifiedAt: 5 })] });
  const kept = new Map((await find(library, "exact")).map(({ keeper }) => [keeper.id, keeper.placements[0]]));
  expect(kept.get(idOf("cat"))).toMatchObject({ path: "/photos/cat.jpg" });
  expect(kept.get(idOf("dog"))).toMatchObject({ path: "/photos/b.jpg" });
});

test("mirrored, rotated and brightened copies are the same picture, with the reason", async () => {
  const library = await openDuplicateLibrary();
  const original = painted(1);
  await library.add("original", {
    pixels: original,
    facts: { width: 76, height: 72, takenAt: captureTime(1) },
  });
  await library.add("mirrored", { pixels: mirrored(original), facts: { width: 76, height: 72 } });
  await library.add("rotated", { pixels: rotated(original), facts: { width: 72, height: 76 } });
  await library.add("brighter", { pixels: brightened(original), facts: { format: "webp" } });
  await library.add("other", { pixels: painted(2) });
  const groups = await find(library);
  expect(groups).toHaveLength(1);
  expect(groups[0]?.keeper.id).toBe(idOf("original"));
  const reasons = groups[0]?.members.map(({ image, reason }) => [image.id, reason]);
  expect(new Map(reasons as [string, string][])).toEqual(
    new Map([
      [idOf("mirrored"), "mirrored"],
      [idOf("rotated"), "turned"],
      [idOf("brighter"), "resized, brighter"],
    ]),
  );
  expect(groups[0]?.members.every(({ kind, measure }) => kind === "same" && measure > 0.9)).toBe(true);
});

test("a file with several pages is no copy of what its first page shows", async () => {
  const library = await openDuplicateLibrary();
  const pixels = painted(1);
  await library.add("photo", { pixels });
  await library.add("scan", { pixels: brightened(pixels), facts: { format: "tiff", pages: 3 } });
  expect(await find(library)).toEqual([]);
  await library.add("copy", { pixels: mirrored(pixels) });
  const [group, ...more] = await find(library);
  expect(more).toEqual([]);
  expect(named(group ? [group] : [], ["photo", "copy", "scan"])[0]?.sort()).toEqual(["copy", "photo"]);
});

test("the keeper has most pixels, then the oldest date, then the shortest path", async () => {
  const library = await openDuplicateLibrary();
  const pixels = painted(1);
  const large = { width: 2000, height: 1000 };
  const old = (path: string) => [file(path, { modifiedAt: 5 })];
  await library.add("small-oldest", { pixels, at: [file("/photos/a.jpg", { modifiedAt: 1 })] });
  await library.add("large-newer", { pixels, facts: large, at: [file("/photos/b.jpg", { modifiedAt: 9 })] });
  await library.add("large-old-deep", { pixels, facts: large, at: old("/photos/2020/summer/c.jpg") });
  await library.add("large-old", { pixels, facts: large, at: old("/photos/d.jpg") });
  await library.add("taken-before", {
    pixels,
    facts: { ...large, takenAt: captureTime(2) },
    at: old("/photos/2020/e.jpg"),
  });
  const names = ["taken-before", "large-old", "large-old-deep", "large-newer", "small-oldest"];
  expect(named(await find(library), names)).toEqual([names]);
});

test("a chain of likenesses is cut: every member is like the keeper itself, or like a copy of it", async () => {
  const library = await openDuplicateLibrary();
  const shares = [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9];
  const steps = [1, 2, 3].flatMap((seed) => shares.map((share) => ({ seed, share })));
  for (const [at, { seed, share }] of steps.entries()) {
    const facts = { width: 76 - at, height: 76 };
    await library.add(`step ${at}`, { pixels: blended(painted(seed), painted(seed + 1), share), facts });
  }
  const groups = await find(library);
  expect(groups.length).toBeGreaterThan(1);
  for (const { members } of groups) for (const { measure } of members) expect(measure).toBeGreaterThan(0.7);
  const ids = groups.map(({ keeper, members }) => [keeper.id, ...members.map(({ image }) => image.id)]);
  for (const group of ids)
    expect(group.includes(idOf("step 4")) && group.includes(idOf("step 14"))).toBe(false);
});

test("pictures that show nothing are not the same picture", async () => {
  const library = await openDuplicateLibrary();
  await library.add("white", { pixels: blank() });
  await library.add("grey", { pixels: blank() });
  expect(await find(library)).toEqual([]);
});

test("similar pictures are found only when requested, and below the model's threshold not at all", async () => {
  const library = await openDuplicateLibrary();
  await library.add("burst 1", { pixels: shotOf(1, 0, 16, 40), degrees: 0 });
  await library.add("burst 2", { pixels: shotOf(1, 6, 44, 40), degrees: 20 });
  await library.add("of the same kind", { pixels: painted(2), degrees: 10 });
  await library.add("elsewhere", { pixels: shotOf(1, 8, 30, 20), degrees: 60 });
  expect(await find(library, "same")).toEqual([]);
  const groups = await find(library, "similar");
  expect(groups).toHaveLength(1);
  expect(groups[0]).toMatchObject({
    kind: "similar",
    members: [{ kind: "similar", reason: "similar scene" }],
  });
  expect(groups[0]?.members[0]?.measure).toBeCloseTo(Math.cos((20 / 180) * Math.PI), 5);
});

test("what lies outside the scope is neither named nor counted", async () => {
  const library = await openDuplicateLibrary();
  const pixels = painted(1);
  await library.add("mine", {
    pixels,
    at: [post("a1", { channelId: "open" }), post("a2", { channelId: "secret" })],
  });
  await library.add("theirs", { pixels: mirrored(pixels), at: [post("a3", { channelId: "secret" })] });
  const open: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["open"] } };
  expect(await find(library, "similar", open)).toEqual([]);
  const secret: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["secret"] } };
  const [group] = await find(library, "same", secret);
  const seen = [group?.keeper, ...(group?.members.map(({ image }) => image) ?? [])];
  expect(seen.flatMap((image) => image?.placements.map((p) => p.kind === "discord" && p.channelId))).toEqual([
    "secret",
    "secret",
  ]);
  expect(group?.reclaimableBytes).toBe(12_345);
});

test("groups come by the bytes they could free, and the same each time", async () => {
  const library = await openDuplicateLibrary();
  for (const [seed, bytes] of [
    [1, 100],
    [2, 5000],
    [3, 700],
  ] as const) {
    await library.add(`a${seed}`, { pixels: painted(seed), facts: { bytes, width: 2000 } });
    await library.add(`b${seed}`, { pixels: mirrored(painted(seed)), facts: { bytes } });
  }
  const groups = await find(library);
  expect(groups.map(({ reclaimableBytes }) => reclaimableBytes)).toEqual([5000, 700, 100]);
  expect(await find(library)).toEqual(groups);
});

test("a copy with more pixels than the one that is kept is called larger", async () => {
  const library = await openDuplicateLibrary();
  const pixels = painted(1);
  await library.add("photo", {
    pixels,
    facts: { quality: { jpegQuality: 85, detail: 25, measuredSide: 64 } },
  });
  await library.add("enlarged", {
    pixels,
    facts: { width: 192, height: 192, quality: { jpegQuality: 30, detail: 25, measuredSide: 192 } },
  });
  const [group] = await findDuplicates(await library.parts(), { scope: everything });
  expect(group?.keeper.id).toBe(idOf("photo"));
  expect(group?.members.map(({ reason }) => reason)).toEqual(["larger"]);
  expect(group?.members[0]?.edits).toEqual([{ kind: "resized", of: "reference" }]);
});

test("a cancelled search ends with the reason of the signal", async () => {
  const library = await openDuplicateLibrary();
  await library.add("a", { pixels: painted(1) });
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(findDuplicates(await library.parts(), { scope: everything, signal })).rejects.toThrow(
    "enough",
  );
});
