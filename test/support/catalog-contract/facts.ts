import { expect } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import type { FactsFilter, PictureFacts, Scope } from "../../../src/core/types.ts";
import { dateBound, file, idOf, newImage, post } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

const everything: Scope = { files: "all", discord: "all" };
const within = (...folders: string[]): Scope => ({ files: { folders }, discord: "none" });
const channel: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["c1"] } };

const lisbon = { id: 2267057, name: "Lisbon, PT" };
const facts: PictureFacts = {
  camera: "Canon EOS 5D",
  lens: "EF 50mm",
  software: "Lightroom",
  location: { latitude: 38.7167, longitude: -9.1333 },
  place: lisbon,
  rating: 3,
};

/** A picture in two folders and a channel, one on the date line, one that was only posted, and a screenshot by name. */
async function fill(catalog: Catalog): Promise<void> {
  await catalog.images.put([
    newImage("cat", file("/a/cat.jpg", { root: "/a", modifiedAt: 1000 }), { facts }),
    newImage("cat", file("/b/cat.jpg", { root: "/b", modifiedAt: 5000 }), { facts }),
    newImage("cat", post("1", { channelId: "c1" }), { facts }),
    newImage("fiji", file("/a/fiji.jpg", { root: "/a" }), {
      facts: { camera: "Nikon Ä70", location: { latitude: -17, longitude: 179.99 } },
    }),
    newImage("posted", post("2", { channelId: "c1" }), { facts }),
    newImage("shot", file("/b/Screenshot 2024.png", { root: "/b" })),
    newImage("phone", file("/b/x.png", { root: "/b" }), { facts: { isScreenshot: true } }),
  ]);
}

const NAMES = ["cat", "fiji", "posted", "shot", "phone"] as const;

async function found(catalog: Catalog, filter: FactsFilter, scope: Scope = everything): Promise<string[]> {
  const passing = { ...scope, facts: filter };
  const images = await catalog.images.byId(NAMES.map(idOf), passing);
  const names = NAMES.filter((name) => images.some(({ record }) => record.id === idOf(name)));
  // However they are asked for, they are the same.
  expect(await catalog.images.count(passing)).toBe(names.length);
  const newest = await catalog.images.byDate(passing, "newest", 10);
  expect([...newest].sort()).toEqual(images.map(({ key }) => key).sort());
  return names;
}

const factsIn = async (catalog: Catalog, name: string, scope: Scope = everything) =>
  (await catalog.images.byId([idOf(name)], scope))[0]?.record.facts;

export function describeFacts(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("what metadata say comes back with the picture", async (catalog) => {
    await fill(catalog);
    expect(await factsIn(catalog, "cat")).toEqual(facts);
    expect(await factsIn(catalog, "phone")).toEqual({ isScreenshot: true });
    expect(await factsIn(catalog, "shot")).toBeUndefined();
  });

  test("filters find by camera, place, distance, rating and screenshot", async (catalog) => {
    await fill(catalog);
    expect(await found(catalog, { camera: "canon 5d" })).toEqual(["cat"]);
    expect(await found(catalog, { camera: "NIKON ä70" })).toEqual(["fiji"]);
    expect(await found(catalog, { camera: "canon nikon" })).toEqual([]);
    expect(await found(catalog, { places: [1, lisbon.id] })).toEqual(["cat"]);
    expect(await found(catalog, { places: [2] })).toEqual([]);
    expect(await found(catalog, { rating: { from: 3, to: 3 } })).toEqual(["cat"]);
    expect(await found(catalog, { rating: { from: 4, to: 5 } })).toEqual([]);
    expect(await found(catalog, { screenshots: true })).toEqual(["shot", "phone"]);
    expect(await found(catalog, { camera: "canon", rating: { from: 1, to: 5 } })).toEqual(["cat"]);
    expect(await found(catalog, { camera: "canon", screenshots: true })).toEqual([]);
  });

  test("a distance is along the Earth: across the date line, over a pole, at its edge", async (catalog) => {
    await fill(catalog);
    const near = (latitude: number, longitude: number, kilometres: number) =>
      found(catalog, { near: { latitude, longitude, kilometres } });
    expect(await near(38.7, -9.1, 10)).toEqual(["cat"]);
    // 3.433 km by the haversine formula.
    expect(await near(38.7, -9.1, 3.44)).toEqual(["cat"]);
    expect(await near(38.7, -9.1, 3.42)).toEqual([]);
    expect(await near(-17, -179.99, 3)).toEqual(["fiji"]);
    expect(await near(-17, 179.99, 0)).toEqual(["fiji"]);
    await catalog.images.put([
      newImage("posted", file("/a/pole.jpg", { root: "/a" }), {
        facts: { location: { latitude: 89.99, longitude: 10 } },
      }),
    ]);
    expect(await near(89.99, -170, 3)).toEqual(["posted"]);
    expect(await near(89.99, -170, 2)).toEqual([]);
    expect(await near(0, 0, 20_100)).toEqual(["cat", "fiji", "posted"]);
  });

  test("of a picture that was only posted nothing is kept, and a scope without its files shows nothing", async (catalog) => {
    await fill(catalog);
    expect(await factsIn(catalog, "posted")).toBeUndefined();
    expect(await factsIn(catalog, "cat", channel)).toBeUndefined();
    for (const filter of [{ camera: "canon" }, { places: [lisbon.id] }, { rating: { from: 1, to: 5 } }])
      expect(await found(catalog, filter, channel)).toEqual([]);
    const near = { latitude: 38.7, longitude: -9.1, kilometres: 10 };
    expect(await found(catalog, { near }, channel)).toEqual([]);
    expect(await catalog.facts.counts(channel)).toEqual({ cameras: [], places: [] });
    // The post is in this scope, its file is not.
    const mixed: Scope = { files: { folders: ["/elsewhere"] }, discord: "all" };
    expect(await factsIn(catalog, "cat", mixed)).toBeUndefined();
    expect(await found(catalog, { camera: "canon" }, mixed)).toEqual([]);
    expect(await found(catalog, { camera: "canon" }, within("/a"))).toEqual(["cat"]);
    expect(await found(catalog, { camera: "canon" }, { ...everything, since: dateBound(4000) })).toEqual([
      "cat",
    ]);
    // With its last file it goes, though the post stays.
    await catalog.files.remove(["/a/cat.jpg", "/b/cat.jpg"]);
    expect(await factsIn(catalog, "cat")).toBeUndefined();
    expect(await found(catalog, { camera: "canon" })).toEqual([]);
    expect(await catalog.check()).toEqual([]);
  });

  test("what a sidecar says belongs to its file, and stands before what the bytes say", async (catalog) => {
    await fill(catalog);
    const porto = { id: 2735943, name: "Porto, PT" };
    const said = { rating: 5, location: { latitude: 41.15, longitude: -8.61 }, place: porto };
    await catalog.facts.setFromSidecars([{ path: "/b/cat.jpg", id: idOf("cat"), facts: said }]);
    expect(await factsIn(catalog, "cat")).toEqual({ ...facts, ...said });
    expect(await factsIn(catalog, "cat", within("/a"))).toEqual(facts);
    expect(await found(catalog, { rating: { from: 5, to: 5 } })).toEqual(["cat"]);
    expect(await found(catalog, { rating: { from: 5, to: 5 } }, within("/b"))).toEqual(["cat"]);
    expect(await found(catalog, { rating: { from: 5, to: 5 } }, within("/a"))).toEqual([]);
    // Camera and rating are of different rows.
    expect(await found(catalog, { camera: "canon", rating: { from: 5, to: 5 } })).toEqual(["cat"]);
    expect((await catalog.facts.counts(within("/a"))).places).toEqual([{ ...lisbon, images: 1 }]);
    expect((await catalog.facts.counts(everything)).places).toEqual([
      { ...lisbon, images: 1 },
      { ...porto, images: 1 },
    ]);
    // Of another picture by now, or of none: nothing is kept.
    await catalog.facts.setFromSidecars([{ path: "/a/fiji.jpg", id: idOf("cat"), facts: said }]);
    expect(await factsIn(catalog, "fiji")).toMatchObject({ camera: "Nikon Ä70" });
    await catalog.facts.setFromSidecars([{ path: "/b/cat.jpg", id: idOf("cat"), facts: {} }]);
    expect(await factsIn(catalog, "cat")).toEqual(facts);
    await catalog.facts.setFromSidecars([{ path: "/b/cat.jpg", id: idOf("cat"), facts: said }]);
    await catalog.images.put([{ ...newImage("fiji", file("/b/cat.jpg", { root: "/b" })), replaces: true }]);
    expect(await found(catalog, { rating: { from: 5, to: 5 } })).toEqual([]);
    expect(await catalog.check()).toEqual([]);
  });

  test("a picture that comes into a file, and files with sidecars, wait to be read", async (catalog) => {
    await fill(catalog);
    const waiting = async () => (await catalog.images.outdated(0, 10)).map(({ record }) => record.id);
    expect(await waiting()).toEqual([]);
    expect(await catalog.facts.unreadSidecars("", 3)).toEqual([
      { path: "/a/cat.jpg", id: idOf("cat") },
      { path: "/a/fiji.jpg", id: idOf("fiji") },
      { path: "/b/Screenshot 2024.png", id: idOf("shot") },
    ]);
    await catalog.images.putPlacements([
      { id: idOf("posted"), placement: file("/a/saved.jpg", { root: "/a" }) },
    ]);
    expect(await waiting()).toEqual([idOf("posted")]);
    await catalog.images.putReread([{ id: idOf("posted"), takenAt: null, facts }]);
    expect(await waiting()).toEqual([]);
    expect(await found(catalog, { camera: "canon" })).toEqual(["cat", "posted"]);
    await catalog.facts.setFromSidecars([{ path: "/a/cat.jpg", id: idOf("cat"), facts: {} }]);
    expect(await catalog.facts.unreadSidecars("", 1)).toMatchObject([{ path: "/a/fiji.jpg" }]);
  });

  test("counts tell cameras and places of what is seen, the most frequent first", async (catalog) => {
    await fill(catalog);
    await catalog.images.put([
      newImage("dog", file("/b/dog.jpg", { root: "/b" }), { facts: { camera: "Canon EOS 5D" } }),
    ]);
    expect(await catalog.facts.counts(everything)).toEqual({
      cameras: [
        { name: "Canon EOS 5D", images: 2 },
        { name: "Nikon Ä70", images: 1 },
      ],
      places: [{ ...lisbon, images: 1 }],
    });
    expect((await catalog.facts.counts({ ...everything, ids: [idOf("fiji")] })).cameras).toEqual([
      { name: "Nikon Ä70", images: 1 },
    ]);
  });

  test("without locations, cameras and places go and none come in; with them again, files are read again", async (catalog) => {
    await fill(catalog);
    await catalog.facts.setFromSidecars([
      { path: "/b/cat.jpg", id: idOf("cat"), facts: { ...facts, rating: 5 } },
    ]);
    expect(await catalog.facts.keepsLocation()).toBe(true);
    await catalog.facts.keepLocation(false);
    expect(await catalog.facts.keepsLocation()).toBe(false);
    expect(await factsIn(catalog, "cat")).toEqual({ rating: 5 });
    expect(await factsIn(catalog, "fiji")).toBeUndefined();
    expect(await catalog.facts.counts(everything)).toEqual({ cameras: [], places: [] });
    await catalog.images.put([newImage("dog", file("/b/dog.jpg", { root: "/b" }), { facts })]);
    await catalog.facts.setFromSidecars([{ path: "/a/cat.jpg", id: idOf("cat"), facts }]);
    expect(await factsIn(catalog, "dog")).toEqual({ rating: 3 });
    expect(await found(catalog, { camera: "canon" })).toEqual([]);
    await catalog.facts.keepLocation(true);
    const waiting = (await catalog.images.outdated(0, 10)).map(({ record }) => record.id);
    expect(waiting.sort()).toEqual(["cat", "dog", "fiji", "phone", "shot"].map(idOf).sort());
    expect(await catalog.facts.unreadSidecars("", 1)).toMatchObject([{ path: "/a/cat.jpg" }]);
    await catalog.images.putReread(waiting.map((id) => ({ id, takenAt: null, facts })));
    expect(await catalog.images.outdated(0, 10)).toEqual([]);
    expect(await catalog.images.count({ ...everything, facts: { camera: "canon" } })).toBe(5);
  });
}
