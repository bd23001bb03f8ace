import { expect } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import type { Companion, Scope } from "../../../src/core/types.ts";
import { embeddingOf, file, idOf, newImage, picture, post, SPACE } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

const raw = (path: string): Companion => ({ kind: "raw", path });
const all: Scope = { files: "all", discord: "all" };

export function describeCompanions(create: CatalogFactory): void {
  const test = catalogTest(create);

  const filled = async (catalog: Catalog) => {
    await catalog.images.put([
      newImage("cat", file("/photos/a/cat.jpg")),
      newImage("dog", file("/photos/b/dog.jpg")),
      newImage("fox", post("p1")),
      {
        picture: picture("owl", { format: "raw" }),
        placement: file("/photos/b/owl.nef"),
        space: SPACE,
        embedding: embeddingOf("owl"),
      },
    ]);
    await catalog.files.putCompanions([
      {
        path: "/photos/a/cat.jpg",
        companions: [
          raw("/photos/a/cat.NEF"),
          { kind: "sidecar", path: "/photos/a/cat.xmp", stamp: "1/2/3" },
        ],
      },
      { path: "/photos/b/dog.jpg", companions: [{ kind: "video", path: "/photos/b/dog.MOV" }] },
      { path: "/photos/b/gone.jpg", companions: [raw("/photos/b/gone.nef")] },
    ]);
  };
  const found = async (catalog: Catalog, scope: Scope) =>
    (await catalog.images.byKey(await collectKeys(catalog, scope)))
      .flatMap(({ record }) => record.placements.flatMap((at) => (at.kind === "file" ? [at.path] : [])))
      .sort();
  const collectKeys = async (catalog: Catalog, scope: Scope) =>
    (await collect(catalog.images.fingerprints(scope))).map(({ key }) => key);

  test("they are told with their file, in order, and what is stored replaces what was known", async (catalog) => {
    await filled(catalog);
    const [cat] = await catalog.images.byId([idOf("cat")], all);
    const companions = [raw("/photos/a/cat.NEF"), { kind: "sidecar", path: "/photos/a/cat.xmp" }];
    expect(cat?.record.placements).toEqual([
      file("/photos/a/cat.jpg", { companions: companions as Companion[] }),
    ]);
    const known = await collect(catalog.files.known("/photos"));
    expect(known.map(({ path, companions }) => [path, companions])).toEqual([
      ["/photos/a/cat.jpg", [raw("/photos/a/cat.NEF"), { ...companions[1], stamp: "1/2/3" }]],
      ["/photos/b/dog.jpg", [{ kind: "video", path: "/photos/b/dog.MOV" }]],
      ["/photos/b/owl.nef", undefined],
    ]);
    expect(await catalog.files.companionCounts()).toEqual({ raw: 1, video: 1, sidecar: 1 });
    expect(await catalog.files.ofCompanion("/photos/b/dog.MOV")).toBe("/photos/b/dog.jpg");
    for (const path of ["/photos/b/dog.jpg", "/photos/b/gone.nef"])
      expect(await catalog.files.ofCompanion(path)).toBeUndefined();
    await catalog.files.putCompanions([
      { path: "/photos/a/cat.jpg", companions: [raw("/photos/a/cat.NEF")] },
    ]);
    expect(await catalog.files.companionCounts()).toEqual({ raw: 1, video: 1 });
    await catalog.files.putCompanions([{ path: "/photos/a/cat.jpg", companions: [] }]);
    expect((await catalog.files.placement("/photos/a/cat.jpg"))?.placement).toEqual(
      file("/photos/a/cat.jpg"),
    );
  });

  test("where they change, sidecars are to be read again, and words where some were read", async (catalog) => {
    await filled(catalog);
    const [cat, dog] = ["/photos/a/cat.jpg", "/photos/b/dog.jpg"];
    const unread = async () => (await catalog.facts.unreadSidecars("", 9)).map(({ path }) => path);
    await catalog.facts.setFromSidecars(
      (await catalog.facts.unreadSidecars("", 9)).map((file) => ({ ...file, facts: {} })),
    );
    await catalog.tags.setFromFiles([{ path: cat, id: idOf("cat"), tags: ["pet"], titles: [] }]);
    expect([await unread(), await catalog.tags.filesWithUnreadWords("", 9)]).toEqual([[], []]);
    await catalog.files.putCompanions([cat, dog].map((path) => ({ path, companions: [] })));
    expect([await unread(), await catalog.tags.filesWithUnreadWords("", 9)]).toEqual([[cat, dog], [cat]]);
  });

  test("one that changed its picture belongs to the other alone", async (catalog) => {
    await filled(catalog);
    await catalog.files.putCompanions([
      { path: "/photos/b/dog.jpg", companions: [raw("/photos/a/cat.NEF")] },
    ]);
    expect((await catalog.files.placement("/photos/b/dog.jpg"))?.placement.companions).toEqual([
      raw("/photos/a/cat.NEF"),
    ]);
    expect(await catalog.files.companionCounts()).toEqual({ raw: 1, sidecar: 1 });
  });

  test("a scope asks for them, and sees only those beside its own files", async (catalog) => {
    await filled(catalog);
    // The same picture once more, without anything beside it.
    await catalog.images.putPlacements([{ id: idOf("cat"), placement: file("/photos/b/cat.jpg") }]);
    expect(await found(catalog, { ...all, has: ["raw"] })).toEqual([
      "/photos/a/cat.jpg",
      "/photos/b/cat.jpg",
      "/photos/b/owl.nef",
    ]);
    expect(await found(catalog, { ...all, has: ["video"] })).toEqual(["/photos/b/dog.jpg"]);
    expect(await found(catalog, { ...all, has: ["raw", "sidecar"] })).toEqual([
      "/photos/a/cat.jpg",
      "/photos/b/cat.jpg",
    ]);
    const inside: Scope = { files: { folders: ["/photos/b"] }, discord: "none" };
    expect(await found(catalog, { ...inside, has: ["raw"] })).toEqual(["/photos/b/owl.nef"]);
    expect(await catalog.images.count({ ...inside, has: ["raw"] })).toBe(1);
    expect(await catalog.images.count({ ...all, has: ["raw"] })).toBe(2);
    expect(await catalog.images.count({ files: "none", discord: "all", has: ["raw"] })).toBe(0);
  });

  test("they go with their file, its root and its picture", async (catalog) => {
    await filled(catalog);
    await catalog.files.remove(["/photos/a/cat.jpg"]);
    expect(await catalog.files.companionCounts()).toEqual({ video: 1 });
    await catalog.images.remove([idOf("dog")]);
    expect(await catalog.files.companionCounts()).toEqual({});
    await filled(catalog);
    await catalog.files.removeRoot("/photos");
    expect(await catalog.files.companionCounts()).toEqual({});
  });
}
