import { expect } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import type { CaptureTime, DateBound, ImageFormat, Placement, Scope } from "../../../src/core/types.ts";
import { captureTime, dateBound, file, idOf, newImage, post } from "../new-image.ts";
import { seededRandom } from "../random-embeddings.ts";
import { useTimeZone } from "../time-zone.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

const all: Scope = { files: "all", discord: "all" };
const files: Scope = { files: "all", discord: "none" };
const inFolder = (...folders: string[]): Scope => ({ files: { folders }, discord: "none" });
const inChannels = (...channelIds: string[]): Scope => ({
  files: "none",
  discord: { guildId: "g1", channelIds },
});

/** Contents of the images in scope, sorted. */
async function seen(catalog: Catalog, names: readonly string[], scope: Scope): Promise<string[]> {
  const ids = new Set((await collect(catalog.images.fingerprints(scope))).map(({ id }) => id));
  expect(await catalog.images.count(scope)).toBe(ids.size);
  return names.filter((name) => ids.has(idOf(name)));
}

export function describeScope(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("images are counted in everything, in nothing, and only once however many placements they have", async (catalog) => {
    const names = Array.from({ length: 70 }, (_, index) => `image ${index}`);
    await catalog.images.put(names.map((name) => newImage(name)));
    await catalog.images.putPlacements([{ id: idOf("image 3"), placement: file("/photos/copy.jpg") }]);
    for (const scope of [all, { ...all, tags: [], notTags: [] }, files])
      expect(await catalog.images.count(scope)).toBe(70);
    for (const scope of [
      { files: "none", discord: "none" } as const,
      { ...all, ids: [] },
      inFolder(),
      inChannels(),
    ])
      expect(await catalog.images.count(scope)).toBe(0);
  });

  test("a folder covers itself and everything below it, not paths that merely share its prefix", async (catalog) => {
    const paths = [
      "/photos/a.jpg",
      "/photos/sub/b.jpg",
      "/photos2/c.jpg",
      "/photo",
      "/photos%/d.jpg",
      "/photos\\x",
    ];
    await catalog.images.put(paths.map((path) => newImage(path, file(path, { root: path }))));
    const below = ["/photos/a.jpg", "/photos/sub/b.jpg"];
    expect(await seen(catalog, paths, inFolder("/photos"))).toEqual(below);
    expect(await seen(catalog, paths, inFolder("/photos/"))).toEqual(below);
    expect(await seen(catalog, paths, inFolder("/photos/a.jpg"))).toEqual(["/photos/a.jpg"]);
    expect(await seen(catalog, paths, inFolder("/photos%"))).toEqual(["/photos%/d.jpg"]);
    expect(await seen(catalog, paths, inFolder("/"))).toEqual(paths);
    expect(await seen(catalog, paths, inFolder("/photo", "/photos/sub", "/photos"))).toEqual([
      ...below,
      "/photo",
    ]);
    expect(await seen(catalog, paths, inFolder("/PHOTOS"))).toEqual([]);
  });

  test("Windows folders use their own separator", async (catalog) => {
    const paths = ["C:\\Pics\\a.jpg", "C:\\Pics2\\b.jpg"];
    await catalog.images.put(paths.map((path) => newImage(path, file(path, { root: path }))));
    expect(await seen(catalog, paths, inFolder("C:\\Pics"))).toEqual(["C:\\Pics\\a.jpg"]);
    expect(await seen(catalog, paths, inFolder("C:\\"))).toEqual(paths);
  });

  test("only the named channels of that guild match, and a thread by its own id", async (catalog) => {
    await catalog.images.put([
      newImage("here", post("1")),
      newImage("thread", post("2", { channelId: "t1", parentId: "c1" })),
      newImage("elsewhere", post("3", { guildId: "g2" })),
      newImage("file"),
    ]);
    const names = ["here", "thread", "elsewhere", "file"];
    expect(await seen(catalog, names, inChannels("c1"))).toEqual(["here"]);
    expect(await seen(catalog, names, inChannels("c1", "t1"))).toEqual(["here", "thread"]);
    expect(await seen(catalog, names, { files: "none", discord: "all" })).toEqual([
      "here",
      "thread",
      "elsewhere",
    ]);
    expect(await seen(catalog, names, files)).toEqual(["file"]);
  });

  test("age-restricted posts are visible only where they are allowed", async (catalog) => {
    await catalog.images.put([
      newImage("mild", post("1")),
      newImage("wild", post("2", { ageRestricted: true })),
    ]);
    const discord = { guildId: "g1", channelIds: ["c1"] };
    const names = ["mild", "wild"];
    expect(await seen(catalog, names, { files: "none", discord })).toEqual(["mild"]);
    expect(
      await seen(catalog, names, { files: "none", discord: { ...discord, ageRestricted: true } }),
    ).toEqual(names);
  });

  test("captions must contain every word, in any case", async (catalog) => {
    await catalog.images.put([
      newImage("a", post("1", { caption: "Straßenkatze im GRÜNEN Gras" })),
      newImage("b", post("2", { caption: "100% katze" })),
      newImage("c", post("3")),
    ]);
    const captioned = (captionContains: string): Scope => ({
      files: "none",
      discord: { guildId: "g1", channelIds: ["c1"], captionContains },
    });
    expect(await seen(catalog, ["a", "b", "c"], captioned("KATZE"))).toEqual(["a", "b"]);
    expect(await seen(catalog, ["a", "b", "c"], captioned("gras grünen"))).toEqual(["a"]);
    expect(await seen(catalog, ["a", "b", "c"], captioned("STRASSE"))).toEqual(["a"]);
    expect(await seen(catalog, ["a", "b", "c"], captioned("%"))).toEqual(["b"]);
  });

  test("thousands of channels, folders and ids are no problem", async (catalog) => {
    await catalog.images.put([newImage("post", post("1", { channelId: "c4999" })), newImage("file")]);
    const many = Array.from({ length: 40_000 }, (_, index) => index);
    expect(await seen(catalog, ["post"], inChannels(...many.map((index) => `c${index}`)))).toEqual(["post"]);
    const folders = [...many.slice(0, 2000).map((index) => `/f${index}`), "/photos"];
    expect(await seen(catalog, ["file"], inFolder(...folders))).toEqual(["file"]);
    const ids = [...many.slice(0, 2000).map((index) => idOf(`${index}`)), idOf("file")];
    expect(await seen(catalog, ["post", "file"], { ...all, ids })).toEqual(["file"]);
  });

  test("a file is dated by when it was taken, else modified; a post by when it was posted", async (catalog) => {
    const then = { takenAt: captureTime(50) };
    await catalog.images.put([
      newImage("taken", file("/photos/a.jpg", { modifiedAt: 900 }), then),
      newImage("modified", file("/photos/b.jpg", { modifiedAt: 900 })),
      newImage("posted", post("1", { postedAt: 900 }), then),
    ]);
    const names = ["taken", "modified", "posted"];
    expect(await seen(catalog, names, { ...all, until: dateBound(100) })).toEqual(["taken"]);
    expect(await seen(catalog, names, { ...all, since: dateBound(900), until: dateBound(901) })).toEqual([
      "modified",
      "posted",
    ]);
    expect(await seen(catalog, names, { ...all, since: dateBound(50), until: dateBound(900) })).toEqual([
      "taken",
    ]);
    expect(await catalog.images.byDate(all, "newest", 10)).toEqual([2, 3, 1]);
    expect(await catalog.images.byDate(all, "oldest", 2)).toEqual([1, 2]);
    expect(await catalog.images.byDate({ ...all, since: dateBound(900) }, "oldest", 10)).toEqual([2, 3]);
  });

  test("a date that cannot be true is none: such images come last and are in no span of time", async (catalog) => {
    const future = Date.parse("2039-01-01");
    await catalog.images.put([
      newImage("future", file("/photos/a.jpg", { modifiedAt: future })),
      newImage("known", file("/photos/b.jpg", { modifiedAt: 900 })),
      newImage("both", file("/photos/c.jpg", { modifiedAt: Date.parse("9999-12-31") })),
      newImage("both", file("/photos/d.jpg", { modifiedAt: 500 })),
      newImage("posted", post("1", { channelId: "one", postedAt: future })),
      newImage("old", post("2", { channelId: "one", postedAt: 800 })),
    ]);
    const [posted, photos] = [inChannels("one"), inFolder("/photos")];
    for (const limit of [1, 2, 3, 4, 5, 10]) {
      expect(await catalog.images.byDate(all, "newest", limit)).toEqual([2, 5, 3, 1, 4].slice(0, limit));
      expect(await catalog.images.byDate(all, "oldest", limit)).toEqual([3, 5, 2, 1, 4].slice(0, limit));
      expect(await catalog.images.byDate(photos, "newest", limit)).toEqual([2, 3, 1].slice(0, limit));
      expect(await catalog.images.byDate(photos, "oldest", limit)).toEqual([3, 2, 1].slice(0, limit));
      expect(await catalog.images.byDate(posted, "newest", limit)).toEqual([5, 4].slice(0, limit));
    }
    const names = ["future", "known", "both", "posted", "old"];
    for (const scope of [all, { ...photos, discord: "all" } as const]) {
      expect(await seen(catalog, names, { ...scope, since: dateBound(100) })).toEqual([
        "known",
        "both",
        "old",
      ]);
      expect(await seen(catalog, names, { ...scope, until: dateBound(600) })).toEqual(["both"]);
      expect(await catalog.images.byDate({ ...scope, since: dateBound(100) }, "newest", 10)).toEqual([
        2, 5, 3,
      ]);
    }
  });

  test("images of one date come in the order of their paths, by code points", async (catalog) => {
    const names = ["\u{1f600}", "\uff5e", "b", "a"];
    await catalog.images.put(
      names.map((name) => newImage(name, file(`/photos/${name}.jpg`, { modifiedAt: 900 }))),
    );
    for (const sort of ["newest", "oldest"] as const)
      for (const limit of [1, 3, 10])
        expect(await catalog.images.byDate(all, sort, limit)).toEqual([4, 3, 2, 1].slice(0, limit));
  });

  test("the newest visible placement dates an image", async (catalog) => {
    await catalog.images.put([
      newImage("twice", file("/photos/a.jpg", { modifiedAt: 10 })),
      newImage("twice", post("1", { postedAt: 500 })),
      newImage("once", file("/photos/b.jpg", { modifiedAt: 100 })),
    ]);
    expect(await catalog.images.byDate(all, "newest", 10)).toEqual([1, 2]);
    expect(await catalog.images.byDate(files, "newest", 10)).toEqual([2, 1]);
  });

  test("a picture that has the newest hundreds of placements takes one place among the newest", async (catalog) => {
    const names = ["a", "b", "c", "d", "e"];
    await catalog.images.put([
      ...names.map((name, at) => newImage(name, file(`/photos/${name}.jpg`, { modifiedAt: 1000 - at }))),
      ...names.map((name, at) => newImage(`posted ${name}`, post(name, { postedAt: 500 - at }))),
      newImage("undated", file("/photos/undated.jpg", { modifiedAt: -9e15 })),
    ]);
    await catalog.images.putPlacements(
      Array.from({ length: 600 }, (_, at) => ({
        id: idOf("c"),
        placement: file(`/copies/${at}.jpg`, { root: "/copies", modifiedAt: 2000 + at }),
      })),
    );
    const newest = await catalog.images.byDate(all, "newest", 100);
    expect(newest).toEqual([3, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const limit of [1, 2, 3, 5, 10, 11])
      expect(await catalog.images.byDate(all, "newest", limit)).toEqual(newest.slice(0, limit));
  });

  test("equal dates sort by path, whatever was added first, and pages neither overlap nor skip", async (catalog) => {
    const names = Array.from({ length: 1500 }, (_, index) => `${9999 - index}`);
    await catalog.images.put(names.map((name) => newImage(name, file(`/photos/${name}.jpg`))));
    await catalog.images.put([newImage("posted", post("1", { postedAt: 1000 }))]);
    await catalog.images.putPlacements([
      { id: idOf(`${9000}`), placement: file("/photos/0.jpg", { modifiedAt: 1000 }) },
      { id: idOf(`${9999}`), placement: file("/elsewhere/0.jpg", { root: "/elsewhere", modifiedAt: 1000 }) },
    ]);
    const inPhotos = { ...inFolder("/photos"), discord: "all" } as const;
    for (const [scope, leading] of [
      [all, ["9999", "9000"]],
      [inPhotos, ["9000"]],
    ] as const) {
      const others = [...names].reverse().filter((name) => !leading.some((each) => each === name));
      const expected = await catalog.images.byId([...leading, ...others, "posted"].map(idOf));
      for (const order of ["newest", "oldest"] as const) {
        const keys = await catalog.images.byDate(scope, order, 2000);
        expect(keys).toEqual(expected.map(({ key }) => key));
        for (const limit of [1, 11, 600])
          expect(await catalog.images.byDate(scope, order, limit)).toEqual(keys.slice(0, limit));
      }
    }
  });

  test("when the clock was set back, the file taken earlier sorts as the newer", async (catalog) => {
    useTimeZone("America/New_York");
    const [summer, winter] = [Date.UTC(2011, 10, 6, 5, 30), Date.UTC(2011, 10, 6, 6, 10)];
    await catalog.images.put([
      newImage("summer", file("/photos/a.jpg", { modifiedAt: summer })),
      newImage("winter", file("/photos/b.jpg", { modifiedAt: winter })),
      newImage("both", post("1", { postedAt: summer + 60_000 })),
      newImage("both", post("2", { postedAt: winter + 60_000 })),
    ]);
    for (const limit of [1, 2, 3])
      expect(await catalog.images.byDate(all, "newest", limit)).toEqual([3, 1, 2].slice(0, limit));
  });

  test("author and date must match the same placement", async (catalog) => {
    await catalog.images.put([
      newImage("cat", post("1", { authorId: "ann", postedAt: 10 })),
      newImage("cat", post("2", { authorId: "bob", postedAt: 900 })),
    ]);
    const bob = { guildId: "g1", channelIds: ["c1"], authorId: "bob" };
    expect(await seen(catalog, ["cat"], { files: "none", discord: bob, until: dateBound(100) })).toEqual([]);
    expect(await seen(catalog, ["cat"], { files: "none", discord: bob, since: dateBound(100) })).toEqual([
      "cat",
    ]);
  });

  test("only visible placements are returned, and an image without any is not", async (catalog) => {
    await catalog.images.put([
      newImage("cat"),
      newImage("cat", post("1")),
      newImage("cat", post("2", { channelId: "secret" })),
      newImage("dog", post("3", { channelId: "secret" })),
    ]);
    const images = await catalog.images.byId(["cat", "dog"].map(idOf), inChannels("c1"));
    expect(images.map(({ record }) => record.placements)).toEqual([[post("1")]]);
  });

  test("tags filter: all of these, none of those, ignoring rejected ones", async (catalog) => {
    await catalog.images.put(["a", "b", "c"].map((name) => newImage(name)));
    await catalog.tags.setFromModel([
      { key: 1, tags: [{ tag: "dog", score: 0.9 }] },
      { key: 2, tags: ["dog", "cartoon"].map((tag) => ({ tag, score: 0.8 })) },
    ]);
    await catalog.tags.put(idOf("c"), "dog");
    const names = ["a", "b", "c"];
    expect(await seen(catalog, names, { ...all, tags: ["dog", "dog"] })).toEqual(names);
    expect(await seen(catalog, names, { ...all, tags: ["dog", "cartoon"] })).toEqual(["b"]);
    expect(await seen(catalog, names, { ...all, tags: ["dog"], notTags: ["cartoon", "cat"] })).toEqual([
      "a",
      "c",
    ]);
    await catalog.tags.reject(idOf("a"), "dog");
    expect(await seen(catalog, names, { ...all, tags: ["dog"] })).toEqual(["b", "c"]);
    expect(await seen(catalog, names, { ...all, notTags: ["dog"] })).toEqual(["a"]);
  });

  test("agrees with a naive implementation of scopes on random libraries", async (catalog) => {
    const random = seededRandom(5);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
    const names = Array.from({ length: 60 }, (_, index) => `image ${index}`);
    for (const name of names) {
      const takenAt = pick([null, captureTime(10), captureTime(20)]);
      for (const copy of [1, 2, 3].slice(0, 1 + Math.floor(random() * 3))) {
        const path = `${pick(["/a", "/a/b", "/ab", "/c"])}/${name}-${copy}`;
        const placement = pick<Placement>([
          file(path, { root: "/", modifiedAt: pick([5, 15, 25]) }),
          post(`${name}-${copy}`, {
            channelId: pick(["c1", "c2"]),
            authorId: pick(["u1", "u2"]),
            postedAt: pick([5, 15, 25]),
            ageRestricted: pick([true, false]),
            caption: pick([undefined, "A red Fox", "a fox"]),
          }),
        ]);
        await catalog.images.put([newImage(name, placement, { takenAt })]);
      }
    }
    for (let round = 0; round < 150; round++) {
      const scope: Scope = {
        files: pick<Scope["files"]>(["none", "all", { folders: ["/a"] }, { folders: ["/ab", "/a/b"] }]),
        discord: pick<Scope["discord"]>([
          "none",
          "all",
          {
            guildId: "g1",
            channelIds: ["c2"],
            authorId: pick([undefined, "u1"]),
            ageRestricted: pick([true, false]),
            captionContains: pick([undefined, undefined, "RED fox"]),
          },
        ]),
        since: pick([undefined, dateBound(10), { wallClock: 20, instant: 15 }]),
        until: pick([undefined, dateBound(15), { wallClock: 15, instant: 20 }]),
      };
      const known = await catalog.images.byId(names.map(idOf));
      const records = known.map(({ record }) => record);
      const expected = records.flatMap(({ id, takenAt, placements }) => {
        const visible = placements.filter((placement) => isVisible(placement, takenAt, scope));
        return visible.length > 0 ? [{ id, placements: visible }] : [];
      });
      const dated = expected.map(({ id, placements }) => {
        const { key, record } = known.find(({ record }) => record.id === id) ?? expect.fail(id);
        const dates = placements.map((at) =>
          at.kind === "file" ? (record.takenAt?.wallClock ?? at.modifiedAt) : at.postedAt,
        );
        const paths = placements.flatMap((at) => (at.kind === "file" ? [at.path] : []));
        return { key, date: Math.max(...dates), path: paths[0] ?? "\uffff" };
      });
      for (const [order, sign] of [
        ["newest", -1],
        ["oldest", 1],
      ] as const) {
        const byPath = (a: { path: string }, b: { path: string }) =>
          a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
        const sorted = dated
          .sort((a, b) => sign * (a.date - b.date) || byPath(a, b) || a.key - b.key)
          .map(({ key }) => key);
        const limit = pick([1, 7, 1000]);
        expect(await catalog.images.byDate(scope, order, limit), JSON.stringify({ scope, order })).toEqual(
          sorted.slice(0, limit),
        );
      }
      const keys = (await collect(catalog.images.fingerprints(scope))).map(({ key }) => key);
      expect(await catalog.images.count(scope), JSON.stringify(scope)).toBe(keys.length);
      const byKey = await catalog.images.byKey(keys, scope);
      const shown = byKey.map(({ record: { id, placements } }) => ({ id, placements }));
      expect(shown, JSON.stringify(scope)).toEqual(expected);
      expect(await catalog.images.byId(names.map(idOf), scope)).toEqual(byKey);
    }
  });

  test("pictures are filtered by size, orientation and format, together with other filters", async (catalog) => {
    const shaped = (name: string, width: number, height: number, format: ImageFormat = "jpeg") =>
      newImage(name, file(`/photos/${name}.jpg`), { width, height, format });
    await catalog.images.put([
      shaped("wide", 1600, 900),
      shaped("tall", 900, 1600),
      shaped("square", 1000, 1000, "png"),
      shaped("small", 640, 480, "png"),
    ]);
    await catalog.tags.put(idOf("tall"), "tower");
    const names = ["wide", "tall", "square", "small"];
    const pictures = (picture: Scope["picture"], scope = all) => seen(catalog, names, { ...scope, picture });
    expect(await pictures({})).toEqual(names);
    expect(await pictures({ minWidth: 1000 })).toEqual(["wide", "square"]);
    expect(await pictures({ minHeight: 1000 })).toEqual(["tall", "square"]);
    expect(await pictures({ minWidth: 900, minHeight: 900 })).toEqual(["wide", "tall", "square"]);
    expect(await pictures({ orientation: "landscape" })).toEqual(["wide", "small"]);
    expect(await pictures({ orientation: "portrait" })).toEqual(["tall"]);
    expect(await pictures({ orientation: "square" })).toEqual(["square"]);
    expect(await pictures({ formats: ["png", "gif"] })).toEqual(["square", "small"]);
    expect(await pictures({ formats: [] })).toEqual([]);
    expect(await pictures({ orientation: "landscape", formats: ["png"] })).toEqual(["small"]);
    expect(await pictures({ minHeight: 900 }, { ...files, tags: ["tower"] })).toEqual(["tall"]);
    expect(await pictures({ minHeight: 900 }, inFolder("/elsewhere"))).toEqual([]);
    const newest = await catalog.images.byDate({ ...all, picture: { formats: ["png"] } }, "newest", 10);
    expect((await catalog.images.byKey(newest)).map(({ record }) => record.id).sort()).toEqual(
      [idOf("square"), idOf("small")].sort(),
    );
  });

  test("a picture that is read again with another size is filtered by the new one", async (catalog) => {
    await catalog.images.put([newImage("turned", undefined, { width: 400, height: 300 })]);
    const upright: Scope = { ...all, picture: { orientation: "portrait" } };
    expect(await catalog.images.count(upright)).toBe(0);
    await catalog.images.put([
      { ...newImage("turned", undefined, { width: 300, height: 400 }), replaces: true },
    ]);
    expect(await catalog.images.count(upright)).toBe(1);
  });

  test("images are counted by the month of their newest visible placement", async (catalog) => {
    const taken = (time: string) => ({ takenAt: captureTime(Date.parse(time)) });
    await catalog.images.put([
      newImage("may", undefined, taken("2021-05-31T23:59:59Z")),
      newImage("june", undefined, taken("2021-06-01T00:00:00Z")),
      newImage("too", undefined, taken("2021-06-30T12:00:00Z")),
      newImage("posted", post("1", { postedAt: Date.parse("2022-01-15T12:00:00Z") })),
    ]);
    await catalog.images.putPlacements([
      { id: idOf("may"), placement: post("2", { postedAt: Date.parse("2022-01-20T12:00:00Z") }) },
    ]);
    expect(await catalog.images.months(files)).toEqual([
      { month: "2021-05", images: 1 },
      { month: "2021-06", images: 2 },
    ]);
    expect(await catalog.images.months(all)).toEqual([
      { month: "2021-06", images: 2 },
      { month: "2022-01", images: 2 },
    ]);
    expect(await catalog.images.months({ files: "none", discord: "all" })).toEqual([
      { month: "2022-01", images: 2 },
    ]);
    expect(await catalog.images.months({ ...files, ids: [idOf("june")] })).toEqual([
      { month: "2021-06", images: 1 },
    ]);
    expect(
      await catalog.images.months({ ...files, until: dateBound(Date.parse("2021-06-01T00:00:00Z")) }),
    ).toEqual([{ month: "2021-05", images: 1 }]);
    expect(await catalog.images.months({ files: "none", discord: "none" })).toEqual([]);
  });
}

/** An independent implementation of the documented scope, to check the catalog against. */
function isVisible(
  placement: Placement,
  takenAt: CaptureTime | null,
  { files, discord, since, until }: Scope,
): boolean {
  const isClock = placement.kind === "file" && takenAt !== null;
  const at = (one: DateBound) => (isClock ? one.wallClock : one.instant);
  const date = isClock
    ? takenAt.wallClock
    : placement.kind === "file"
      ? placement.modifiedAt
      : placement.postedAt;
  if ((since && date < at(since)) || (until && date >= at(until))) return false;
  if (placement.kind === "file") {
    if (typeof files === "string") return files === "all";
    return files.folders.some((folder) => placement.path.startsWith(`${folder}/`));
  }
  if (typeof discord === "string") return discord === "all";
  return (
    placement.guildId === discord.guildId &&
    discord.channelIds.includes(placement.channelId) &&
    placement.authorId === (discord.authorId ?? placement.authorId) &&
    (discord.ageRestricted === true || !placement.ageRestricted) &&
    (discord.captionContains === undefined || placement.caption === "A red Fox")
  );
}
