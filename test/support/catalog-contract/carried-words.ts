import { expect } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import type { Scope } from "../../../src/core/types.ts";
import { carriedBy, dateBound, file, idOf, newImage, post } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

const everything: Scope = { files: "all", discord: "all" };
const within = (...folders: string[]): Scope => ({ files: { folders }, discord: "none" });
const channel: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["c1"] } };
const PUBLIC = within("/public");

const at = {
  public: "/public/holiday.jpg",
  private: "/private/plan.jpg",
  other: "/private/copy.jpg",
};

/** One picture in two folders and a channel, of which the private file carries words, and another that has none. */
async function fill(catalog: Catalog): Promise<void> {
  await catalog.images.put([
    newImage("cat", file(at.public, { root: "/public", modifiedAt: 1000 })),
    newImage("cat", file(at.private, { root: "/private", modifiedAt: 5000 })),
    newImage("cat", post("1", { channelId: "c1" })),
    newImage("dog", file("/public/dog.jpg", { root: "/public" })),
  ]);
  await catalog.tags.setFromModel([{ key: 1, tags: ["pet", "sofa"].map((tag) => ({ tag, score: 0.75 })) }]);
  await carry(catalog, at.private, ["merger", "pet"], ["Quarterly forecast"]);
}

const carry = (catalog: Catalog, path: string, tags: readonly string[], titles: readonly string[] = []) =>
  catalog.tags.setFromFiles([carriedBy("cat", tags, { path, titles })]);

/** All that a scope tells of the picture's words. */
async function seen(catalog: Catalog, scope: Scope) {
  const [image] = await catalog.images.byId([idOf("cat")], scope);
  const found = async (...texts: string[]) => {
    const { matches } = await catalog.texts.search({ words: texts.map((text) => ({ text })), scope });
    return matches.flatMap((match) =>
      match.found.flatMap((places) => places.map(({ source, line }) => `${source}: ${line}`)),
    );
  };
  const tags = image?.record.tags.map(({ tag, by, score }) => `${tag} ${by} ${score}`).sort();
  const said: number[] = [];
  for await (const batch of catalog.tags.said("merger", scope)) said.push(...batch.map(({ key }) => key));
  return {
    tags,
    found: await found("merger", "pet", "forecast"),
    misspelled: await catalog.texts.closest({ text: "quartrly" }, { scope }),
    summaries: (await catalog.tags.summaries(scope)).sort((a, b) => (a.tag < b.tag ? -1 : 1)),
    tagged: await Promise.all(
      ["merger", "pet", "sofa"].map((tag) => catalog.images.count({ ...scope, tags: [tag] })),
    ),
    withoutMerger: await catalog.images.count({ ...scope, notTags: ["Merger"] }),
    newest: await catalog.images.byDate({ ...scope, tags: ["merger"] }, "newest", 5),
    said,
  };
}

const HIDDEN = {
  tags: ["pet model 0.75", "sofa model 0.75"],
  found: [],
  misspelled: undefined,
  summaries: [
    { tag: "pet", byPerson: 0, byFile: 0, byModel: 1 },
    { tag: "sofa", byPerson: 0, byFile: 0, byModel: 1 },
  ],
  tagged: [0, 1, 1],
  newest: [],
  said: [],
};
const SHOWN = {
  tags: ["merger file 1", "pet file 1", "sofa model 0.75"],
  found: ["keyword: merger", "keyword: pet", "title: Quarterly forecast"],
  misspelled: "quarterly",
  summaries: [
    { tag: "merger", byPerson: 0, byFile: 1, byModel: 0 },
    { tag: "pet", byPerson: 0, byFile: 1, byModel: 0 },
    { tag: "sofa", byPerson: 0, byFile: 0, byModel: 1 },
  ],
  tagged: [1, 1, 1],
  newest: [1],
  said: [1],
};

export function describeCarriedWords(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("what a file carries is seen where the file is, and nowhere else", async (catalog) => {
    await fill(catalog);
    expect(await seen(catalog, everything)).toMatchObject({ ...SHOWN, withoutMerger: 1 });
    expect(await seen(catalog, within("/private"))).toMatchObject({ ...SHOWN, withoutMerger: 0 });
    expect(await seen(catalog, within("/public", "/private"))).toMatchObject({ ...SHOWN, withoutMerger: 1 });
    expect(await seen(catalog, within(at.private))).toMatchObject({ ...SHOWN, withoutMerger: 0 });
    expect(await seen(catalog, PUBLIC)).toMatchObject({ ...HIDDEN, withoutMerger: 2 });
    expect(await seen(catalog, channel)).toMatchObject({ ...HIDDEN, withoutMerger: 1 });
    const files: Scope = { files: "all", discord: "none" };
    expect(await seen(catalog, { ...files, since: dateBound(4000) })).toMatchObject(SHOWN);
    expect(await seen(catalog, { ...files, until: dateBound(4000) })).toMatchObject(HIDDEN);
  });

  test("of two files with one keyword, it goes with the last, and what the model gave is back", async (catalog) => {
    await fill(catalog);
    await catalog.images.putPlacements([
      { id: idOf("cat"), placement: file(at.other, { root: "/private" }) },
    ]);
    await carry(catalog, at.other, ["pet", "merger"]);
    await catalog.files.remove([at.private]);
    const left = { ...SHOWN, found: SHOWN.found.slice(0, 2), misspelled: undefined };
    expect(await seen(catalog, everything)).toMatchObject(left);
    expect(await seen(catalog, within(at.private))).toMatchObject({ tags: undefined, found: [] });
    await catalog.files.remove([at.other], { forGood: true });
    expect(await seen(catalog, everything)).toMatchObject(HIDDEN);
  });

  test("with another picture in its place, a file carries nothing until it is read again", async (catalog) => {
    await fill(catalog);
    await catalog.images.put([newImage("fox", file(at.private, { root: "/private" }))]);
    expect(await seen(catalog, everything)).toMatchObject(HIDDEN);
    expect(await catalog.tags.filesWithUnreadWords("", 5)).toEqual([at.private]);
    await carry(catalog, at.private, ["merger"]);
    expect(await seen(catalog, everything)).toMatchObject(HIDDEN);
    await catalog.tags.setFromFiles([carriedBy("fox", ["merger"], { path: at.private })]);
    expect(await catalog.tags.filesWithUnreadWords("", 5)).toEqual([]);
    expect(await catalog.images.count({ ...everything, tags: ["merger"] })).toBe(1);
  });

  test("a file that comes to a picture with words is to be read, until it was", async (catalog) => {
    await fill(catalog);
    expect(await catalog.tags.filesWithUnreadWords("", 5)).toEqual([]);
    await catalog.images.putPlacements([
      { id: idOf("cat"), placement: file("/public/new.jpg", { root: "/public" }) },
      { id: idOf("cat"), placement: file("/public/newer.jpg", { root: "/public" }) },
      { id: idOf("dog"), placement: file("/public/dog 2.jpg", { root: "/public" }) },
    ]);
    expect(await catalog.tags.filesWithUnreadWords("", 5)).toEqual(["/public/new.jpg", "/public/newer.jpg"]);
    expect(await catalog.tags.filesWithUnreadWords("", 1)).toEqual(["/public/new.jpg"]);
    expect(await catalog.tags.filesWithUnreadWords("/public/new.jpg", 5)).toEqual(["/public/newer.jpg"]);
    await carry(catalog, "/public/new.jpg", []);
    await catalog.files.remove(["/public/newer.jpg"]);
    expect(await catalog.tags.filesWithUnreadWords("", 5)).toEqual([]);
    expect(await seen(catalog, PUBLIC)).toMatchObject(HIDDEN);
  });

  test("what a user said of a keyword holds for every file, and is undone to what they carry now", async (catalog) => {
    await fill(catalog);
    await catalog.tags.reject(idOf("cat"), "merger");
    expect(await catalog.tags.carriedBy([at.private, at.public])).toEqual(new Map([[at.private, ["pet"]]]));
    await carry(catalog, at.private, ["merger", "pet"]);
    expect((await seen(catalog, everything)).found).toEqual(["keyword: pet"]);
    await catalog.tags.replace(idOf("cat"), "merger", { by: "file", score: 1 });
    await carry(catalog, at.private, ["merger", "pet"], ["Quarterly forecast"]);
    expect(await seen(catalog, everything)).toMatchObject(SHOWN);
    await catalog.tags.replace(idOf("cat"), "merger", { by: "rejected", score: 1 });
    await catalog.tags.replace(idOf("cat"), "merger", undefined);
    expect(await seen(catalog, everything)).toMatchObject(SHOWN);
    await catalog.tags.put(idOf("cat"), "merger");
    expect((await seen(catalog, PUBLIC)).tags).toContain("merger person 1");
    await carry(catalog, at.private, []);
    await catalog.tags.replace(idOf("cat"), "merger", { by: "file", score: 1 });
    expect(await seen(catalog, everything)).toMatchObject(HIDDEN);
  });

  test("a tag that the model gives later stands beneath the one that a file carries", async (catalog) => {
    await fill(catalog);
    await catalog.tags.setFromModel([{ key: 1, tags: [{ tag: "merger", score: 0.5 }] }]);
    expect((await seen(catalog, everything)).tags).toEqual(["merger file 1", "pet file 1"]);
    expect((await seen(catalog, PUBLIC)).tags).toEqual(["merger model 0.5"]);
    await carry(catalog, at.private, []);
    expect((await seen(catalog, everything)).tags).toEqual(["merger model 0.5"]);
  });

  test("renamed and deleted tags are so in every file that carries them", async (catalog) => {
    await fill(catalog);
    await catalog.tags.rename("merger", "deal");
    expect((await seen(catalog, PUBLIC)).tags).toEqual(HIDDEN.tags);
    expect((await seen(catalog, within("/private"))).tags).toContain("deal file 1");
    expect(await catalog.tags.carriedBy([at.private])).toEqual(new Map([[at.private, ["deal", "pet"]]]));
    await catalog.tags.remove("deal");
    await catalog.tags.remove("pet");
    expect(await catalog.tags.carriedBy([at.private])).toEqual(new Map());
    expect((await seen(catalog, everything)).tags).toEqual(["sofa model 0.75"]);
  });
}
