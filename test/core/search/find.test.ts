import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import { computeFingerprint } from "../../../src/core/image/hashing/perceptual-hash.ts";
import type { RawPicture } from "../../../src/core/image/raw-picture.ts";
import { encodeThumbnail } from "../../../src/core/image/thumbnail.ts";
import type {
  CaptureTime,
  FindAnswer,
  FindRequest,
  Picture,
  Scope,
  Scoped,
} from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { captureTime, dateBound } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";
import { brightened, painted } from "../duplicates/painted.ts";

async function libraryOf(pictures: Record<string, string>, embedder = new FakeEmbedder()) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  const opened = await openTestLibrary(temporaryFolder(), { embedder });
  await opened.library.add([folder]);
  const find = ({ scope = everything, ...request }: Partial<Scoped<FindRequest>>) =>
    opened.library.within(scope).find({ terms: [], ...request });
  return { folder, find, ...opened };
}

/** The facts of an image that looks like this. */
const factsOf = async (pixels: RawPicture): Promise<Partial<Picture>> => ({
  fingerprint: computeFingerprint(pixels),
  thumbnail: await encodeThumbnail(pixels),
  width: pixels.width,
  height: pixels.height,
});

const namesOf = (answer: Pick<FindAnswer, "hits">) =>
  answer.hits.map((hit) =>
    hit.placements[0]?.kind === "file" ? hit.placements[0].path.split("/").at(-1) : "?",
  );

describe("ranking", () => {
  test("the picture that shows the words comes first, with its cosine", async () => {
    const { find, library, embedder } = await libraryOf({
      "a.jpg": "cat sleeping",
      "b.jpg": "dog running",
      "c.jpg": "cat",
    });
    const answer = await find({ terms: [{ text: "cat" }] });
    expect(namesOf(answer).slice(0, 2)).toEqual(["c.jpg", "a.jpg"]);
    const [text] = await embedder.embedTexts(["cat"]);
    const { embedding } = await embedder.embedPicture({ bytes: Buffer.from("cat sleeping") });
    const cosine = embedding.reduce((sum, value, at) => sum + value * (text?.embedding[at] ?? 0), 0);
    expect(answer.hits[1]?.score).toBeCloseTo(cosine, 5);
    await library.close();
  });

  test("parts add up, negative ones push away, weights count", async () => {
    const { find, library } = await libraryOf({
      "a.jpg": "beach people",
      "b.jpg": "beach",
      "c.jpg": "people",
    });
    expect(namesOf(await find({ terms: [{ text: "beach" }, { text: "people", weight: -1 }] }))[0]).toBe(
      "b.jpg",
    );
    expect(namesOf(await find({ terms: [{ text: "beach" }, { text: "people" }] }))[0]).toBe("a.jpg");
    expect(namesOf(await find({ terms: [{ text: "beach", weight: 0.1 }, { text: "people" }] }))[0]).toBe(
      "c.jpg",
    );
    await library.close();
  });

  test("a stored image by its prefix, a file outside and bytes all serve as the query", async () => {
    const { find, library } = await libraryOf({ "a.jpg": "red fox", "b.jpg": "blue whale" });
    const id = (await find({ terms: [{ text: "fox" }] })).hits[0]?.id ?? "";
    const outside = join(temporaryFolder(), "other.jpg");
    writeFileSync(outside, "whale");
    expect(namesOf(await find({ terms: [{ image: { id: id.slice(0, 8) } }] }))).toEqual(["b.jpg"]);
    expect(namesOf(await find({ terms: [{ image: { path: outside } }] }))[0]).toBe("b.jpg");
    expect(namesOf(await find({ terms: [{ image: { bytes: Buffer.from("fox") } }] }))[0]).toBe("a.jpg");
    await library.close();
  });

  test("a file of the library whose disk is away serves as the query by what is stored of it", async () => {
    const { find, library, folder, embedder } = await libraryOf({
      "a.jpg": "red fox",
      "b.jpg": "blue whale",
    });
    const path = join(folder, "a.jpg");
    rmSync(folder, { recursive: true });
    const { pictures } = embedder.calls;
    expect(namesOf(await find({ terms: [{ image: { path } }] }))).toEqual(["b.jpg"]);
    expect(embedder.calls.pictures).toBe(pictures);
    const outside = { ...everything, files: { folders: [join(folder, "other")] } };
    await expect(library.within(outside).find({ terms: [{ image: { path } }] })).rejects.toThrow(/no file/i);
    await expect(find({ terms: [{ image: { path: join(folder, "c.jpg") } }] })).rejects.toThrow(
      NotFoundError,
    );
    await library.close();
  });

  test("the same text is embedded once", async () => {
    const { find, library, embedder } = await libraryOf({ "a.jpg": "cat" });
    await find({ terms: [{ text: "cat" }] });
    await find({ terms: [{ text: "cat" }], limit: 3 });
    expect(embedder.calls.texts).toBe(1);
    await library.close();
  });
});

describe("a picture of the library as the example", async () => {
  const shown = await factsOf(painted(1));
  const near = (distance: number) => [1, distance];
  const embedder = new FakeEmbedder({
    vectors: { a1: near(0), a2: near(0.01), a3: near(0.02), b: near(0.8), c: [0.2, 1], z: [0.9, 0.5, 0.5] },
    facts: (bytes) => (Buffer.from(bytes).toString().startsWith("a") ? shown : {}),
  });
  const opening = libraryOf(
    {
      "in/a1.png": "a1",
      "in/a2.png": "a2",
      "in/a3.png": "a3",
      "in/b.png": "b",
      "in/c.png": "c",
      "out/z.png": "z",
    },
    embedder,
  );
  const inside = async () =>
    ({ files: { folders: [join((await opening).folder, "in")] }, discord: "none" }) as const;
  const idOf = async (name: string) =>
    (await (await opening).library.within(everything).resolveImage(join((await opening).folder, name))).id;

  afterAll(async () => (await opening).library.close());

  test("is left out, however it is given, and nothing that looks like it goes with it", async () => {
    const { find, folder, library } = await opening;
    const path = join(folder, "in/a1.png");
    const known = "The example itself is in the library; it is left out of what is like it.";
    for (const image of [
      { id: await idOf("in/a1.png") },
      { path },
      { bytes: readFileSync(path) },
      await library.within(everything).embedImage({ path }),
    ]) {
      const answer = await find({ terms: [{ image }], scope: await inside() });
      expect(answer.hits.map(({ rank }) => rank)).toEqual([1, 2, 3]);
      // Two pictures as near as each other come in the order in which they were added, which is not known.
      const [copy = "", ...others] = namesOf(answer);
      expect(others).toEqual(["b.png", "c.png"]);
      const otherCopy = { "a2.png": "in/a3.png", "a3.png": "in/a2.png" }[copy] ?? "none";
      expect(answer.hits[0]?.alike).toEqual([await idOf(otherCopy)]);
      expect(answer.notes).toEqual(
        "path" in image || "bytes" in image || "embedding" in image ? [known] : [],
      );
    }
  });

  test("that is the only picture there is to search is said to be", async () => {
    const { find, folder } = await opening;
    const scope = { files: { folders: [join(folder, "out")] }, discord: "none" } as const;
    for (const image of [{ id: await idOf("out/z.png") }, { path: join(folder, "out/z.png") }]) {
      const { hits, notes } = await find({ terms: [{ image }], scope });
      expect({ hits, notes }).toEqual({
        hits: [],
        notes: ["The example is the only picture there is to search: nothing else can be like it."],
      });
    }
  });

  test.each(["in/a1.png", "out/z.png"])(
    "ranks are continuous over pages, whether %s is searched or not",
    async (name) => {
      const { find } = await opening;
      const question = {
        terms: [{ image: { id: await idOf(name) } }],
        scope: await inside(),
        exampleScope: everything,
        limit: 2,
        collapse: false,
      };
      const whole = await find({ ...question, limit: "all" });
      const pages = [await find(question)];
      for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor)
        pages.push(await find({ ...question, cursor }));
      const hits = pages.flatMap((page) => page.hits);
      expect(hits).toEqual(whole.hits);
      expect(hits.map(({ rank }) => rank)).toEqual(hits.map((_, at) => at + 1));
      expect(hits).toHaveLength(name === "in/a1.png" ? 4 : 5);
    },
  );

  test("never comes where it is disliked, whatever else was asked, also by its name", async () => {
    const { find } = await opening;
    const { folder } = await opening;
    const named = { scope: await inside(), exampleScope: everything, collapse: false };
    expect(namesOf(await find({ ...named, terms: [{ text: "name:c" }] }))).toContain("c.png");
    for (const image of [{ id: await idOf("in/c.png") }, { path: join(folder, "in/c.png") }])
      for (const text of ["b", "c", "name:c"])
        for (const weight of [-0.5, -0.1]) {
          const { hits, notes } = await find({
            ...named,
            terms: [{ text }, { image, weight }],
            limit: "all",
          });
          expect(namesOf({ hits }), text).not.toContain("c.png");
          expect(notes).toEqual([]);
        }
  });
});

test("everything above a minimum score is returned, also by date", async () => {
  const { find, library } = await libraryOf(
    Object.fromEntries(Array.from({ length: 260 }, (_, at) => [`${at}.jpg`, `cat ${at}`])),
  );
  const terms = [{ text: "cat" }];
  for (const request of [{ terms }, { terms, sort: "newest" }, { sort: "newest" }] as const) {
    const answer = await find({ ...request, limit: "all", collapse: false });
    expect(answer).toMatchObject({ nextCursor: null });
    expect(new Set(answer.hits.map(({ id }) => id)).size).toBe(260);
  }
  const { hits } = await find({ terms, limit: "all", collapse: false });
  const minScore = hits[99]?.score;
  expect((await find({ terms, limit: "all", collapse: false, minScore })).hits).toEqual(
    hits.filter(({ score }) => score >= (minScore ?? 1)),
  );
  await library.close();
});

describe("copies among hits", async () => {
  const [one, brighter, other] = await Promise.all(
    [painted(1), brightened(painted(1)), painted(2)].map(factsOf),
  );
  const facts: Record<string, Partial<Picture> | undefined> = { one, copy: brighter, other };
  const embedder = new FakeEmbedder({
    vectors: { one: [1, 0], copy: [1, 0.01], other: [1, 0.02], query: [1, 0] },
    facts: (bytes) => facts[Buffer.from(bytes).toString()] ?? {},
  });

  test("collapse into the best of them, which counts them; other pictures do not, however near their vectors", async () => {
    const { find, library } = await libraryOf(
      { "1.jpg": "one", "2.jpg": "copy", "3.jpg": "other" },
      embedder,
    );
    const answer = await find({ terms: [{ text: "query" }] });
    expect(namesOf(answer)).toEqual(["1.jpg", "3.jpg"]);
    expect(answer.hits.map(({ alike }) => alike.length)).toEqual([1, 0]);
    expect(namesOf(await find({ terms: [{ text: "query" }], collapse: false }))).toHaveLength(3);
    await library.close();
  });
});

test("of what a hit stands for only the ids are read, however many there are", async () => {
  const frames = Array.from({ length: 200 }, (_, at) => `frame ${at}`);
  const facts = await factsOf(painted(1));
  const vectors = Object.fromEntries(frames.map((name, at) => [name, [1, at / 1e6]]));
  let records = 0;
  const folder = temporaryFolder();
  writePictures(folder, Object.fromEntries(frames.map((name, at) => [`${at}.jpg`, name])));
  const { library } = await openTestLibrary(temporaryFolder(), {
    embedder: new FakeEmbedder({ vectors: { ...vectors, query: [1, 0] }, facts: () => facts }),
    around: (catalog) => ({
      ...catalog,
      images: {
        ...catalog.images,
        byKey: (keys, scope) => {
          records += keys.length;
          return catalog.images.byKey(keys, scope);
        },
      },
    }),
  });
  await library.add([folder]);
  // From the second query on, the comparisons are cached.
  await library.within(everything).find({ terms: [{ text: "query" }] });
  records = 0;
  const { hits } = await library.within(everything).find({ terms: [{ text: "query" }] });
  expect(hits).toHaveLength(1);
  expect(new Set(hits[0]?.alike).size).toBe(199);
  expect(records).toBe(1);
  const images = await library.within(everything).images(hits[0]?.alike ?? []);
  expect(images.map(({ id }) => id)).toEqual(hits[0]?.alike);
  await library.close();
});

describe("pages", () => {
  test("follow each other without gap or duplicate, with continuous ranks", async () => {
    const pictures = Object.fromEntries(
      Array.from({ length: 23 }, (_, at) => [`${at}.jpg`, `cat ${at} thing${at * 7}`]),
    );
    const { find, library } = await libraryOf(pictures);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await find({ terms: [{ text: "cat" }], limit: 5, cursor });
      expect(page.hits.map(({ rank }) => rank)).toEqual(page.hits.map((_, at) => seen.length + at + 1));
      seen.push(...page.hits.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(23);
    await library.close();
  });

  test("a cursor of another query, or a forged one, is an error", async () => {
    const { find, library } = await libraryOf({ "a.jpg": "cat", "b.jpg": "dog" });
    const { nextCursor } = await find({ terms: [{ text: "cat" }], limit: 1 });
    await expect(find({ terms: [{ text: "dog" }], cursor: nextCursor ?? "" })).rejects.toThrow(
      /another query/,
    );
    await expect(find({ terms: [{ text: "cat" }], cursor: "../../etc" })).rejects.toThrow(/another query/);
    const inside: Scope = { files: { folders: ["/nowhere"] }, discord: "none" };
    await expect(
      find({ terms: [{ text: "cat" }], scope: inside, cursor: nextCursor ?? "" }),
    ).rejects.toThrow();
    await library.close();
  });
});

describe("scope", () => {
  test("what lies outside leaves no trace: no hit, no count, no id, no place", async () => {
    const { folder, find, library } = await libraryOf({
      "in/a.jpg": "cat",
      "out/copy.jpg": "cat",
      "out/b.jpg": "cat two",
    });
    const scope: Scope = { files: { folders: [join(folder, "in")] }, discord: "none" };
    const answer = await find({ terms: [{ text: "cat" }], scope });
    expect(answer.searched).toBe(1);
    expect(answer.hits).toHaveLength(1);
    expect(answer.hits[0]?.placements).toMatchObject([{ path: join(folder, "in/a.jpg") }]);
    const outside = (await find({ terms: [{ text: "two" }] })).hits[0]?.id ?? "";
    await expect(library.within(scope).image(outside)).rejects.toThrow(/No image/);
    await expect(find({ terms: [{ image: { id: outside } }], scope })).rejects.toThrow(/No image/);
    await library.close();
  });

  test("a status within a scope counts nothing outside it", async () => {
    const { folder, library, catalog } = await libraryOf({ "in/a.jpg": "cat", "out/b.jpg": "dog" });
    const scope: Scope = { files: { folders: [join(folder, "in")] }, discord: "none" };
    expect(await library.within(scope).status()).toMatchObject({
      images: 1,
      unembedded: 0,
      index: { size: 1 },
    });
    await catalog.embeddings.dropSpace(library.model.space);
    expect(await library.within(scope).status()).toMatchObject({
      images: 1,
      unembedded: 1,
      index: { size: 0 },
    });
    expect(await library.within(everything).status()).toMatchObject({
      images: 2,
      unembedded: 2,
      index: { size: 0 },
    });
    await library.close();
  });

  test("a folder whose name begins like another's is another folder", async () => {
    const { folder, find, library } = await libraryOf({ "photos/a.jpg": "cat", "photos2/b.jpg": "cat too" });
    const scope: Scope = { files: { folders: [join(folder, "photos")] }, discord: "none" };
    expect(namesOf(await find({ terms: [{ text: "cat" }], scope }))).toEqual(["a.jpg"]);
    await library.close();
  });

  test("tags narrow and exclude", async () => {
    const { find, library } = await libraryOf({ "a.jpg": "cat", "b.jpg": "cat two" });
    const id = (await find({ terms: [{ text: "two" }] })).hits[0]?.id ?? "";
    await library.tags.put(id, "drawing");
    const tagged: Scope = { ...everything, tags: ["drawing"] };
    const untagged: Scope = { ...everything, notTags: ["drawing"] };
    expect(namesOf(await find({ terms: [{ text: "cat" }], scope: tagged }))).toEqual(["b.jpg"]);
    expect(namesOf(await find({ terms: [{ text: "cat" }], scope: untagged }))).toEqual(["a.jpg"]);
    await library.close();
  });
});

describe("bad queries", () => {
  test("an empty query shows an example", async () => {
    const { find, library } = await libraryOf({ "a.jpg": "cat" });
    await expect(find({ terms: [] })).rejects.toThrow(/a dog on a beach/);
    await expect(find({ terms: [{ text: "  " }] })).rejects.toThrow(/a dog on a beach/);
    await library.close();
  });

  test("a very long query is cut with a note", async () => {
    const { find, library } = await libraryOf({ "a.jpg": "cat" });
    const answer = await find({ terms: [{ text: "cat ".repeat(2500) }] });
    expect(answer.hits).toHaveLength(1);
    expect(answer.notes[0]).toMatch(/longer than the model reads/);
    await library.close();
  });

  test("limits, weights and ids are checked", async () => {
    const { find, library } = await libraryOf({ "a.jpg": "cat" });
    await expect(find({ terms: [{ text: "cat" }], limit: 0 })).rejects.toThrow(/1 to 1000/);
    await expect(find({ terms: [{ text: "cat", weight: Number.NaN }] })).rejects.toThrow(/weight/);
    await expect(find({ terms: [{ text: "cat" }, { text: "cat", weight: -1 }] })).rejects.toThrow(/cancel/);
    await expect(find({ terms: [{ image: { id: "zz" } }] })).rejects.toThrow(/not an image id/);
    await expect(find({ terms: [{ image: { id: "0000" } }] })).rejects.toThrow(/No image/);
    await library.close();
  });

  test("an empty library answers that nothing was searched", async () => {
    const { library } = await openTestLibrary(temporaryFolder());
    const answer = await library.within(everything).find({ terms: [{ text: "cat" }] });
    expect(answer).toMatchObject({ hits: [], searched: 0, nextCursor: null });
    await library.close();
  });
});

describe("browsing by date", () => {
  test("with words, only what fits them is put in the order of dates", async () => {
    const embedder = new FakeEmbedder({
      facts: (bytes) => ({ takenAt: captureTime(Buffer.from(bytes).toString().length * 1e11) }),
    });
    const pictures = {
      "boat.jpg": "sailing boat",
      "puppy.jpg": "puppy dog",
      "dog.jpg": "dog",
      "cat.jpg": "cat sleeping",
    };
    const { find, library } = await libraryOf(pictures, embedder);
    const terms = [{ text: "dog" }];
    expect(namesOf(await find({ terms, sort: "newest" }))).toEqual(["puppy.jpg", "dog.jpg"]);
    expect(namesOf(await find({ terms, sort: "oldest" }))).toEqual(["dog.jpg", "puppy.jpg"]);
    expect(namesOf(await find({ terms, sort: "newest", limit: "all" }))).toHaveLength(4);
    await library.close();
  });

  test("no words and an order by date lists pictures without a score", async () => {
    const times: Record<string, CaptureTime> = { old: captureTime(1e12), new: captureTime(1.6e12) };
    const embedder = new FakeEmbedder({
      facts: (bytes) => ({ takenAt: times[Buffer.from(bytes).toString()] ?? null }),
    });
    const { find, library } = await libraryOf({ "o.jpg": "old", "n.jpg": "new" }, embedder);
    expect(namesOf(await find({ sort: "newest" }))).toEqual(["n.jpg", "o.jpg"]);
    expect(namesOf(await find({ sort: "oldest" }))).toEqual(["o.jpg", "n.jpg"]);
    expect(
      namesOf(await find({ sort: "newest", scope: { ...everything, until: dateBound(1.5e12) } })),
    ).toEqual(["o.jpg"]);
    await library.close();
  });
});

test("another process's additions and removals are seen at once", async () => {
  const directory = temporaryFolder();
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat" });
  const [one, two] = [(await openTestLibrary(directory)).library, (await openTestLibrary(directory)).library];
  await one.add([folder]);
  const cats = () => two.within(everything).find({ terms: [{ text: "cat" }] });
  expect((await cats()).hits).toHaveLength(1);
  writePictures(folder, { "b.jpg": "cat again" });
  await one.add([folder]);
  expect((await cats()).hits).toHaveLength(2);
  await one.remove({ paths: [folder] });
  expect((await cats()).hits).toHaveLength(0);
  await one.close();
  await two.close();
});

test("a switch of models tags again by the new model", async () => {
  const directory = temporaryFolder();
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  const seesNoCat = { cat: [1, 0], dog: [0, 1], "a photo of a cat": [0, 0, 1] };
  const other = new FakeEmbedder({
    space: "other@11111111",
    vectors: { ...seesNoCat },
    traits: { id: "other", templates: ["a photo of a {}"] },
  });
  const { library } = await openTestLibrary(directory, { models: { other } });
  await library.add([folder]);
  await library.tags.setVocabulary({ tags: [{ tag: "cat" }] });
  expect(await library.within(everything).tags()).toMatchObject([{ tag: "cat", byModel: 1 }]);
  await library.useModel("other");
  expect(await library.within(everything).tags()).toEqual([]);
  await library.close();
});

test("switching the model keeps answering, then answers by the new one, in every process", async () => {
  const directory = temporaryFolder();
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  const models = {
    other: new FakeEmbedder({ space: "other@11111111", dimensions: 64, traits: { id: "other" } }),
  };
  const one = (await openTestLibrary(directory, { models })).library;
  const two = (await openTestLibrary(directory, { models })).library;
  await one.add([folder]);
  const cats = () => two.within(everything).find({ terms: [{ text: "cat" }] });
  expect((await cats()).model).toBe("fake");
  expect(await one.useModel("other")).toMatchObject({ embedded: 2, unreachable: 0, switched: true });
  for (const answer of await Promise.all([cats(), cats(), cats()])) {
    expect(answer.model).toBe("other");
    expect(namesOf(answer)[0]).toBe("a.jpg");
  }
  expect(models.other.calls.closed).toBe(0);
  await one.close();
  await two.close();
});
