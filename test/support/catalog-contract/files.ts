import { expect } from "vitest";
import { comparePaths } from "../../../src/core/compare-paths.ts";
import type { Catalog, Failure } from "../../../src/core/ports.ts";
import { file, idOf, newImage, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

const failure = (origin: string, facts: Partial<Failure> = {}): Failure => ({
  origin,
  root: "/photos",
  bytes: 7,
  modifiedAt: 2000,
  code: "damaged",
  reason: "It is cut off.",
  at: 3000,
  ...facts,
});

const knownPaths = async (catalog: Catalog, path: string) =>
  (await collect(catalog.files.known(path))).map((file) => file.path);

export function describeFiles(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("a root is stored once and remembers its last scan", async (catalog) => {
    await catalog.files.putRoot("/photos", "folder");
    await catalog.files.putRoot("/photos", "folder");
    expect(await catalog.files.roots()).toMatchObject([
      { path: "/photos", kind: "folder", state: "online", lastScanAt: null },
    ]);
    await catalog.files.setRootState("/photos", "online");
    const [root] = await catalog.files.roots();
    expect(root?.lastScanAt).toBeGreaterThan(0);
  });

  test("an unreachable root keeps its images, marked as such and still found", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.files.setRootState("/photos", "offline");
    const [cat] = await catalog.images.byId([idOf("cat")], { files: "all", discord: "none" });
    expect(cat?.record.placements).toEqual([file("/photos/cat.jpg", { online: false })]);
    expect(await catalog.files.roots()).toMatchObject([{ state: "offline", lastScanAt: null }]);
    await catalog.files.setRootState("/photos", "online");
    expect((await catalog.files.placement("/photos/cat.jpg"))?.placement.online).toBe(true);
  });

  test("adding a parent folder absorbs an added one, and a subfolder of an added one is part of it", async (catalog) => {
    await catalog.files.putRoot("/photos/2020", "folder");
    await catalog.images.put([newImage("cat", file("/photos/2020/cat.jpg", { root: "/photos/2020" }))]);
    await catalog.files.putRoot("/photos", "folder");
    expect((await catalog.files.roots()).map(({ path }) => path)).toEqual(["/photos"]);
    expect((await catalog.files.placement("/photos/2020/cat.jpg"))?.placement.root).toBe("/photos");
    await catalog.files.putRoot("/photos/2021", "folder");
    await catalog.images.put([newImage("dog", file("/photos/2021/dog.jpg", { root: "/photos/2021" }))]);
    await catalog.files.putRoot("/photos2", "folder");
    expect((await catalog.files.roots()).map(({ path }) => path)).toEqual(["/photos", "/photos2"]);
    const added = ["/photos", "/photos/a/b.jpg", "/photos2", "/photos3", "/"];
    expect(await Promise.all(added.map((path) => catalog.files.isAdded(path)))).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
    expect((await catalog.files.placement("/photos/2021/dog.jpg"))?.placement.root).toBe("/photos");
    expect(await knownPaths(catalog, "/photos/2021")).toEqual(["/photos/2021/dog.jpg"]);
    expect(await catalog.files.removeRoot("/photos")).toEqual({ placements: 2, images: 2 });
  });

  test("known files have their size, time and outcome", async (catalog) => {
    await catalog.images.put([newImage("cat", file("/photos/cat.jpg", { modifiedAt: 1234.5678 }))]);
    await catalog.images.put([newImage("other", file("/photos-other/a.jpg", { root: "/photos-other" }))]);
    await catalog.files.putFailures([
      failure("/photos/broken.jpg"),
      failure("/photos-other/b.jpg", { root: "/photos-other" }),
    ]);
    expect(await collect(catalog.files.known("/photos"))).toEqual([
      { path: "/photos/broken.jpg", bytes: 7, modifiedAt: 2000, code: "damaged" },
      { path: "/photos/cat.jpg", bytes: 12_345, modifiedAt: 1234.5678, id: idOf("cat") },
    ]);
  });

  test("known files have the time of their last change where a scan gave one, and it can be set later", async (catalog) => {
    await catalog.images.put([newImage("cat", file("/photos/cat.jpg", { changedAt: 5000 }))]);
    await catalog.images.put([newImage("dog", file("/photos/dog.jpg"))]);
    await catalog.files.putFailures([failure("/photos/broken.jpg", { changedAt: 6000 })]);
    const times = async () =>
      (await collect(catalog.files.known("/photos"))).map(({ path, changedAt }) => [path, changedAt]);
    expect(await times()).toEqual([
      ["/photos/broken.jpg", 6000],
      ["/photos/cat.jpg", 5000],
      ["/photos/dog.jpg", undefined],
    ]);
    await catalog.files.putChangeTimes([
      { path: "/photos/cat.jpg", changedAt: 7000 },
      { path: "/photos/dog.jpg", changedAt: 8000 },
      { path: "/photos/unknown.jpg", changedAt: 9000 },
    ]);
    expect((await times()).slice(1)).toEqual([
      ["/photos/cat.jpg", 7000],
      ["/photos/dog.jpg", 8000],
    ]);
  });

  test("known files come in the order of their bytes, each once, failures among them", async (catalog) => {
    const inOrder = [
      "-.jpg",
      "-/a.jpg",
      "-0.jpg",
      "A.jpg",
      "a.jpg",
      "é.jpg",
      "\ue000.jpg",
      "\uffee.jpg",
      "🐕.jpg",
    ].map((name) => `/photos/${name}`);
    const [first = "", second = "", ...others] = inOrder;
    await catalog.images.put([newImage("cat", file(first))]);
    await catalog.images.putPlacements(
      others.toReversed().map((path) => ({ id: idOf("cat"), placement: file(path) })),
    );
    await catalog.files.putFailures([failure(second), failure(first)]);
    const known = await collect(catalog.files.known("/photos"));
    expect(known.map(({ path }) => path)).toEqual(inOrder);
    expect(known.map(({ code }) => code).slice(0, 3)).toEqual(["damaged", "damaged", undefined]);
    expect(known[0]?.id, "it no longer is the picture that it was").toBeUndefined();
    expect(inOrder.toReversed().sort(comparePaths)).toEqual(inOrder);
  });

  test("what a scan left out is kept with its root", async (catalog) => {
    const first = { hidden: { pictures: 2, folders: 1 }, snapshot: { pictures: 0, folders: 1 } };
    await catalog.files.putLeftOut("/nowhere", first);
    expect(await catalog.files.leftOut("/nowhere")).toEqual({});
    await catalog.files.putRoot("/photos", "folder");
    await catalog.files.putLeftOut("/photos", first);
    expect(await catalog.files.leftOut("/photos")).toEqual(first);
    const second = { "recycle-bin": { pictures: 31, folders: 1 } };
    await catalog.files.putLeftOut("/photos", second);
    expect(await catalog.files.leftOut("/photos")).toEqual(second);
    await catalog.files.removeRoot("/photos");
    await catalog.files.putRoot("/photos", "folder");
    expect(await catalog.files.leftOut("/photos")).toEqual({});
  });

  test("a file added by itself is its own root", async (catalog) => {
    await catalog.files.putRoot("/photos/cat.jpg", "file");
    await catalog.images.put([newImage("cat", file("/photos/cat.jpg", { root: "/photos/cat.jpg" }))]);
    expect(await knownPaths(catalog, "/photos/cat.jpg")).toEqual(["/photos/cat.jpg"]);
    expect(await catalog.files.countsBelow("/photos/cat.jpg")).toEqual({
      images: 1,
      placements: 1,
      failed: 0,
    });
    expect(await catalog.files.removeRoot("/photos/cat.jpg")).toEqual({ placements: 1, images: 1 });
    expect(await catalog.files.roots()).toEqual([]);
  });

  test("thousands of files are known and listed, each once", async (catalog) => {
    const names = Array.from({ length: 5000 }, (_, index) => `image ${index}`);
    await catalog.images.put([newImage("cat", file("/photos/0.jpg"))]);
    await catalog.images.putPlacements(
      names.map((name) => ({ id: idOf("cat"), placement: file(`/photos/${name}.jpg`) })),
    );
    expect(await knownPaths(catalog, "/photos")).toEqual(
      ["0", ...names].map((name) => `/photos/${name}.jpg`).sort(),
    );
    expect(await knownPaths(catalog, "/phot")).toEqual([]);
    expect(await catalog.files.remove(names.map((name) => `/photos/${name}.jpg`))).toEqual({
      placements: 5000,
      images: 0,
    });
  });

  test("a changed file belongs to its new image, and the old one is erased with its last placement", async (catalog) => {
    await catalog.images.put([
      newImage("old", file("/photos/a.jpg")),
      newImage("kept", file("/photos/b.jpg")),
    ]);
    await catalog.images.put([newImage("kept", file("/photos/c.jpg"))]);
    await catalog.images.put([
      newImage("new", file("/photos/a.jpg")),
      newImage("new", file("/photos/b.jpg")),
    ]);
    expect(await catalog.images.has(idOf("old"))).toBe(false);
    expect(await catalog.images.has(idOf("kept"))).toBe(true);
    expect((await catalog.files.placement("/photos/a.jpg"))?.id).toBe(idOf("new"));
    expect(await catalog.embeddings.count(SPACE)).toBe(2);
  });

  test("a moved file keeps its image when the new path is seen first", async (catalog) => {
    await catalog.images.put([newImage("cat", file("/photos/old.jpg"))]);
    await catalog.tags.put(idOf("cat"), "pet");
    await catalog.images.putPlacements([{ id: idOf("cat"), placement: file("/photos/new.jpg") }]);
    expect(await catalog.files.remove(["/photos/old.jpg", "/photos/never-there.jpg"])).toEqual({
      placements: 1,
      images: 0,
    });
    const [cat] = await catalog.images.byId([idOf("cat")]);
    expect(cat).toMatchObject({ key: 1, record: { tags: [{ tag: "pet" }] } });
  });

  test("a failure is recorded once per file with its latest reason, until the file succeeds", async (catalog) => {
    await catalog.files.putFailures([failure("/photos/b.jpg"), failure("/photos/a.jpg")]);
    await catalog.files.putFailures([
      failure("/photos/a.jpg", { code: "empty", reason: "It is empty.", at: 4000 }),
    ]);
    expect(await catalog.files.failures()).toEqual([
      failure("/photos/a.jpg", { code: "empty", reason: "It is empty.", at: 4000 }),
      failure("/photos/b.jpg"),
    ]);
    expect(await catalog.files.failures(1)).toHaveLength(1);
    const isWanted = (origin: string) => origin.endsWith("b.jpg");
    expect(await catalog.files.failures(1, isWanted)).toEqual([failure("/photos/b.jpg")]);
    expect(await catalog.images.totals()).toMatchObject({ failed: 2 });
    expect(await catalog.files.countsBelow("/photos")).toMatchObject({ failed: 2 });
    await catalog.images.put([newImage("a", file("/photos/a.jpg"))]);
    expect((await catalog.files.failures()).map(({ origin }) => origin)).toEqual(["/photos/b.jpg"]);
    await catalog.files.clearFailures(["/photos/b.jpg"]);
    expect(await catalog.files.failures()).toEqual([]);
  });

  test("a file that was changed to what cannot be read holds its picture no more, until it can", async (catalog) => {
    const known = file("/photos/lost.jpg", { bytes: 5, modifiedAt: 1000, changedAt: 1000 });
    await catalog.images.put([newImage("lost", known)]);
    const isOnline = async () => (await catalog.files.placement(known.path))?.placement.online;
    // The same bytes that a new limit refuses.
    await catalog.files.putFailures([failure(known.path, { bytes: 5, modifiedAt: 1000, changedAt: 1000 })]);
    expect(await isOnline()).toBe(true);
    await catalog.files.putFailures([failure(known.path, { bytes: 0, modifiedAt: 2000, changedAt: 2000 })]);
    expect(await isOnline()).toBe(false);
    await catalog.files.clearFailures([known.path]);
    expect(await isOnline()).toBe(true);
  });

  test("failures are deleted with their root or file", async (catalog) => {
    await catalog.files.putFailures([failure("/photos/a.jpg"), failure("/photos/b.jpg")]);
    await catalog.files.remove(["/photos/a.jpg"]);
    expect(await catalog.files.failures()).toHaveLength(1);
    await catalog.files.removeRoot("/photos");
    expect(await catalog.files.failures()).toEqual([]);
    expect(await catalog.files.removeRoot("/photos")).toEqual({ placements: 0, images: 0 });
  });
}
