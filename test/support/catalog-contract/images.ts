import { expect } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import type { PlacementExtent } from "../../../src/core/ports.ts";
import { ENTIRE_LIBRARY as everything } from "../../../src/core/scopes.ts";
import type { Scope } from "../../../src/core/types.ts";
import {
  captureTime,
  dateBound,
  embeddingOf,
  file,
  idOf,
  newImage,
  picture,
  post,
  SPACE,
} from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

export function describeImages(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("returns what was stored, facts and thumbnail", async (catalog) => {
    const quality = {
      jpegQuality: 83,
      jpegSteps: Buffer.from([5, 6, 7]),
      detail: 210.25,
      measuredSide: 554.3,
      tones: { contrast: 51.5, colour: 12.5, clipped: 0.02, brightest: 250 },
      isLossless: true,
      isTransparent: false,
    };
    await catalog.images.put([
      newImage("cat", file("/photos/cat.jpg"), { takenAt: captureTime(99.5), format: "png", quality }),
    ]);
    const [found] = await catalog.images.byId([idOf("cat")]);
    expect(found?.record).toMatchObject({
      id: idOf("cat"),
      format: "png",
      width: 640,
      height: 480,
      bytes: 12_345,
      takenAt: captureTime(99.5),
      quality,
      tags: [],
      placements: [file("/photos/cat.jpg")],
    });
    expect(Buffer.from((await catalog.images.thumbnail(idOf("cat"))) ?? []).toString()).toBe(
      "thumbnail of cat",
    );
    expect(await catalog.images.has(idOf("cat"))).toBe(true);
  });

  test("of an image at many places, all are counted and only the first and the newest read, unless all are wanted", async (catalog) => {
    const name = (n: number) => `${n}`.padStart(3, "0");
    const files = Array.from({ length: 150 }, (_, n) =>
      file(`/photos/${n % 3 ? "a" : "b"}/${name(n)}.jpg`, { modifiedAt: n === 78 ? 9_000 : 1_000 + n }),
    );
    const posts = Array.from({ length: 150 }, (_, n) =>
      post(name(n), {
        channelId: `c${n % 2}`,
        postedAt: n === 33 ? 9_000 : 5_000 - n,
        ...(n % 5 === 0 && { caption: "sunset" }),
      }),
    );
    await catalog.images.put([newImage("cat")]);
    await catalog.images.putPlacements(
      [...files, ...posts].map((placement) => ({ id: idOf("cat"), placement })),
    );
    const read = async (scope: Scope, extent?: PlacementExtent) =>
      (await catalog.images.byId([idOf("cat")], scope, extent))[0]?.record;
    const byPath = [...files, file("/photos/cat.jpg")].sort((a, b) => (a.path < b.path ? -1 : 1));
    const byTime = [...posts].sort((a, b) => a.postedAt - b.postedAt);
    expect(await read(everything)).toMatchObject({ placements: [...byPath, ...byTime], placementCount: 301 });
    expect(await read(everything, "first")).toMatchObject({
      placements: [
        ...byPath.slice(0, 100),
        ...byPath.filter(({ path }, at) => at >= 100 && path.includes("078")),
        ...byTime.slice(0, 100),
        ...byTime.slice(-1),
      ],
      placementCount: 301,
    });
    const member: Scope = {
      files: { folders: ["/photos/b"] },
      discord: { guildId: "g1", channelIds: ["c1"], ageRestricted: false, captionContains: "sunset" },
    };
    expect(await read(member, "first")).toMatchObject({
      placements: [
        ...byPath.filter(({ path }) => path.startsWith("/photos/b/")),
        ...byTime.filter(({ channelId, caption }) => channelId === "c1" && caption),
      ],
      placementCount: 50 + 15,
    });
    expect(
      await read({ ...everything, files: { folders: ["/elsewhere"] }, discord: "none" }),
    ).toBeUndefined();
  });

  test("returns nothing for an image that was never stored or an invalid id", async (catalog) => {
    expect(await catalog.images.has(idOf("cat"))).toBe(false);
    expect(await catalog.images.has("not an id")).toBe(false);
    expect(await catalog.images.thumbnail(idOf("cat"))).toBeUndefined();
    expect(await catalog.images.byId([idOf("cat"), "zz"])).toEqual([]);
    expect(await catalog.images.byKey([1, 2, 3])).toEqual([]);
  });

  test("the same picture from two places is one image with both, files by path, then posts by time", async (catalog) => {
    await catalog.images.put([
      newImage("cat", post("late", { postedAt: 2000 })),
      newImage("cat", file("/photos/b.jpg")),
      newImage("cat", post("early", { postedAt: 500 })),
      newImage("cat", file("/photos/a.jpg")),
    ]);
    const [found] = await catalog.images.byId([idOf("cat")]);
    expect(found?.record.placements).toEqual([
      file("/photos/a.jpg"),
      file("/photos/b.jpg"),
      post("early", { postedAt: 500 }),
      post("late", { postedAt: 2000 }),
    ]);
    expect(await catalog.images.totals()).toMatchObject({ images: 1, placements: 4 });
  });

  test("every field of a post is returned, and none that was not given", async (catalog) => {
    const full = post("a", {
      parentId: "p1",
      caption: "look\n\u202eat this",
      spoiler: true,
      ageRestricted: true,
    });
    await catalog.images.put([newImage("cat", full), newImage("dog", post("b"))]);
    const [cat, dog] = await catalog.images.byId([idOf("cat"), idOf("dog")]);
    expect(cat?.record.placements).toEqual([full]);
    expect(dog?.record.placements).toEqual([post("b")]);
    expect(Object.keys(dog?.record.placements[0] ?? {})).not.toContain("caption");
  });

  test("file names are data: newlines, direction marks, emoji, quotes, wildcards", async (catalog) => {
    const names = ["a\nb", "\u202egpj.exe", "🐈‍⬛", "it's", "100%_", "\\", '"'].map(
      (name) => `/photos/${name}`,
    );
    await catalog.images.put(names.map((name) => newImage(name, file(name))));
    const images = await catalog.images.byId(names.map(idOf));
    expect(images.map(({ record }) => record.placements)).toEqual(names.map((name) => [file(name)]));
    const known = await collect(catalog.files.known("/photos"));
    expect(known.map(({ path }) => path).sort()).toEqual([...names].sort());
  });

  test("a batch with one bad image leaves nothing behind", async (catalog) => {
    const bad = { ...newImage("dog"), picture: picture("dog", { id: "no hash" }) };
    const before = await catalog.embeddings.changeToken(SPACE);
    await expect(catalog.images.put([newImage("cat"), bad])).rejects.toThrow("no hash");
    expect(await catalog.images.totals()).toEqual({ images: 0, placements: 0, failed: 0 });
    expect(await catalog.embeddings.changeToken(SPACE)).toBe(before);
  });

  test("storing a known image only adds the placement, and its tags stay", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    await catalog.tags.put(idOf("cat"), "pet");
    await catalog.images.put([newImage("cat", file("/photos/copy.jpg"))]);
    const [found] = await catalog.images.byId([idOf("cat")]);
    expect(found?.record.tags.map(({ tag }) => tag)).toEqual(["pet"]);
    expect(found?.record.placements).toHaveLength(2);
  });

  test("an image that replaces a known one has its own facts, vector and dates, and keeps key, places and tags", async (catalog) => {
    await catalog.images.put([newImage("cat", file("/photos/a.jpg"))]);
    await catalog.images.putPlacements([{ id: idOf("cat"), placement: file("/photos/b.jpg") }]);
    await catalog.tags.put(idOf("cat"), "pet");
    const token = await catalog.embeddings.changeToken(SPACE);
    const facts = {
      width: 320,
      quality: { jpegQuality: 30, detail: 100, measuredSide: 320 },
      takenAt: captureTime(5000),
      thumbnail: Buffer.from("new"),
      fingerprint: Buffer.from("print"),
    };
    const again = { ...newImage("cat", file("/photos/a.jpg")), picture: picture("cat", facts) };
    await catalog.images.put([{ ...again, embedding: embeddingOf("dog"), replaces: true }]);
    const [cat] = await catalog.images.byId([idOf("cat")]);
    expect(cat).toMatchObject({
      key: 1,
      record: {
        width: 320,
        quality: facts.quality,
        takenAt: captureTime(5000),
        tags: [{ tag: "pet" }],
      },
    });
    expect(cat?.record.placements).toHaveLength(2);
    expect(Buffer.from((await catalog.images.thumbnail(idOf("cat"))) ?? []).toString()).toBe("new");
    expect(Buffer.from((await catalog.images.fingerprint(1)) ?? []).toString()).toBe("print");
    expect(await catalog.images.count({ files: "all", discord: "none", since: dateBound(4000) })).toBe(1);
    expect(await catalog.embeddings.changesSince(SPACE, token, 10)).toMatchObject({ changes: [{ key: 1 }] });
    for await (const rows of catalog.embeddings.read(SPACE))
      expect(rows.map(({ embedding }) => [...embedding])).toEqual([[...embeddingOf("dog")]]);
  });

  test("a batch with a placement of an unknown image is refused entirely", async (catalog) => {
    await catalog.images.put([newImage("cat")]);
    const placements = [
      { id: idOf("cat"), placement: file("/photos/copy.jpg") },
      { id: idOf("dog"), placement: file("/photos/dog.jpg") },
    ];
    await expect(catalog.images.putPlacements(placements)).rejects.toThrow(NotFoundError);
    expect((await catalog.images.totals()).placements).toBe(1);
  });

  test("storing a placement again replaces it with the newer facts", async (catalog) => {
    await catalog.images.put([newImage("cat", post("a"))]);
    await catalog.images.putPlacements([{ id: idOf("cat"), placement: post("a", { caption: "new words" }) }]);
    const [found] = await catalog.images.byId([idOf("cat")]);
    expect(found?.record.placements).toEqual([post("a", { caption: "new words" })]);
  });

  test("keys are returned in request order without unknown ones, and are never reused", async (catalog) => {
    await catalog.images.put(["a", "b", "c"].map((name) => newImage(name)));
    const keys = (await catalog.images.byId(["c", "a", "b"].map(idOf))).map(({ key }) => key);
    const images = await catalog.images.byKey([...keys, 4711]);
    expect(images.map(({ record }) => record.id)).toEqual(["c", "a", "b"].map(idOf));
    await catalog.images.remove([idOf("c")]);
    await catalog.images.put([newImage("c")]);
    const [again] = await catalog.images.byId([idOf("c")]);
    expect(keys).not.toContain(again?.key);
  });

  test("times outside the calendar are stored as displayable ones", async (catalog) => {
    const absurd = [99_999_999_999_999_000, -1e20, Number.POSITIVE_INFINITY, Number.NaN];
    for (const [at, time] of absurd.entries()) {
      const onDisk = file(`/photos/${at}.jpg`, { modifiedAt: time });
      await catalog.images.put([newImage(`${at}`, onDisk, { takenAt: captureTime(time) })]);
      await catalog.images.putPlacements([
        { id: idOf(`${at}`), placement: post(`${at}`, { postedAt: time }) },
      ]);
      const failed = { origin: `/photos/bad-${at}.jpg`, root: "/photos", bytes: 1, modifiedAt: time };
      await catalog.files.putFailures([{ ...failed, code: "damaged", reason: "cut off", at: 1 }]);
    }
    const images = await catalog.images.byId(absurd.map((_, at) => idOf(`${at}`)));
    const times = images.flatMap(({ record }) =>
      record.placements.map((at) => (at.kind === "file" ? at.modifiedAt : at.postedAt)),
    );
    times.push(...(await catalog.files.failures()).map(({ modifiedAt }) => modifiedAt));
    expect(times).toHaveLength(12);
    for (const time of times) expect(new Date(time).toISOString()).toMatch(/^\d{4}-/);
    expect(images.map(({ record }) => record.takenAt)).toEqual(absurd.map(() => null));
    expect(await catalog.images.byDate(everything, "newest", 4)).toHaveLength(4);
  });

  test("ids are found by prefix", async (catalog) => {
    const names = Array.from({ length: 40 }, (_, index) => `image ${index}`);
    await catalog.images.put(names.map((name) => newImage(name)));
    const ids = names.map(idOf).sort();
    const first = ids[0] ?? "";
    expect(await catalog.images.idsWithPrefix(first.slice(0, 1), everything, 100)).toEqual(
      ids.filter((id) => id[0] === first[0]),
    );
    expect(await catalog.images.idsWithPrefix(first, everything, 2)).toEqual([first]);
    expect(await catalog.images.idsWithPrefix("", everything, 3)).toEqual(ids.slice(0, 3));
    expect(await catalog.images.idsWithPrefix("xyz", everything, 3)).toEqual([]);
    expect(await catalog.images.idsWithPrefix("%", everything, 3)).toEqual([]);
  });

  test("ids outside the scope hide none inside it, however many share the prefix", async (catalog) => {
    const ids = Array.from({ length: 600 }, (_, at) => `abcd${at.toString(16).padStart(60, "0")}`);
    const placed = (at: number) => file(at === 599 ? "/mine/a.jpg" : `/photos/${at}.jpg`, { root: "/" });
    await catalog.images.put(ids.map((id, at) => newImage(id, placed(at), { id })));
    const mine: Scope = { files: { folders: ["/mine"] }, discord: "none" };
    expect(await catalog.images.idsWithPrefix("abcd", mine, 2)).toEqual([ids[599]]);
    expect(await catalog.images.idsWithPrefix("a", everything, 300)).toEqual(ids.slice(0, 300));
    expect(await catalog.images.idsWithPrefix("abcd", { ...mine, tags: ["cat"] }, 2)).toEqual([]);
    await catalog.tags.put(ids[599] ?? "", "cat");
    expect(await catalog.images.idsWithPrefix("abcd", { ...mine, tags: ["cat"] }, 2)).toEqual([ids[599]]);
    expect(await catalog.images.idsWithPrefix("abcd", { ...everything, notTags: ["cat"], ids }, 1)).toEqual([
      ids[0],
    ]);
  });

  test("fingerprints are returned for all images or for those in scope", async (catalog) => {
    await catalog.images.put(["a", "b", "c"].map((name) => newImage(name)));
    const all = await collect(catalog.images.fingerprints(everything));
    expect(all.map(({ id, fingerprint }) => [id, Buffer.from(fingerprint).toString()])).toEqual(
      ["a", "b", "c"].map((name) => [idOf(name), `fingerprint of ${name}`]),
    );
    const one = { files: "all", discord: "none", ids: [idOf("b")] } as const;
    expect((await collect(catalog.images.fingerprints(one))).map(({ id }) => id)).toEqual([idOf("b")]);
  });
}
