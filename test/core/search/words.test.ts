import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseText } from "../../../src/core/search/parse-text.ts";
import type { FindAnswer, FindRequest, Scope, Scoped } from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { file, idOf, newImage, post } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const measured = (cosine = 0.3) =>
  new FakeEmbedder({
    traits: {
      languages: "english",
      thresholds: { none: 0.2, tag: 0.4, alike: 0.98, similar: 0.9, nothing: { cosine, measured: true } },
    },
  });

async function libraryOf(pictures: Record<string, string>, embedder = measured()) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  const opened = await openTestLibrary(temporaryFolder(), { embedder });
  await opened.library.add([folder]);
  const find = ({ scope = everything, ...request }: Partial<Scoped<FindRequest>>) =>
    opened.library.within(scope).find({ terms: [], ...request });
  const ask = (text: string, request: Partial<Scoped<FindRequest>> = {}) =>
    find({ terms: [{ text }], ...request });
  const read = (content: string, ...lines: string[]) => opened.catalog.texts.put(idOf(content), lines);
  return { folder, find, ask, read, ...opened };
}

const namesOf = (answer: FindAnswer) =>
  answer.hits.map((hit) =>
    hit.placements[0]?.kind === "file" ? hit.placements[0].path.split("/").at(-1) : "?",
  );

/** When an image was added differs between two libraries, and the last bits of a cosine with how many are compared. */
const comparable = ({ hits, ...answer }: FindAnswer) => ({
  ...answer,
  hits: hits.map(({ addedAt: _, score, ...hit }) => ({ ...hit, score: score.toFixed(5) })),
});

describe("one ranking of looks and words", () => {
  test("a name that says it puts a picture first, and the hit says what it is made of", async () => {
    const { ask, library } = await libraryOf({
      "a.jpg": "cat",
      "overdue invoice.png": "grey page",
      "b.jpg": "cat sleeping",
    });
    const answer = await ask("overdue invoice");
    expect(namesOf(answer)[0]).toBe("overdue invoice.png");
    expect(answer.hits[0]).toMatchObject({
      fit: "good",
      words: { matched: 2, of: 2, coverage: 1, places: [{ source: "name", strength: 1 }] },
    });
    expect(answer.match).toBe("good");
    expect(answer.hits[1]).not.toHaveProperty("words");
    await library.close();
  });

  test("words that no picture has take nothing from those of the one that is meant", async () => {
    const { ask, library } = await libraryOf({
      "invoice 1.png": "grey page one",
      "invoice 2.png": "grey page two",
      "invoice overdue.png": "grey page three",
      ...Object.fromEntries(["cat", "dog", "sea", "tree", "car", "house"].map((it) => [`${it}.jpg`, it])),
    });
    const answer = await ask("invoice with a red overdue stamp");
    expect(namesOf(answer)[0]).toBe("invoice overdue.png");
    expect(answer.hits[0]?.words).toMatchObject({ matched: 2, of: 4 });
    await library.close();
  });

  test("without words in common, the order is exactly that of the cosines, page by page", async () => {
    const random = seededRandom(5);
    const subjects = ["cat", "dog", "tree", "car", "sea", "house", "red", "big"];
    const some = () => subjects.filter(() => random() < 0.4).join(" ");
    const pictures = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`p${at}.jpg`, `${some()} x${at}`]),
    );
    const { ask, library } = await libraryOf(pictures);
    for (const query of ["cat sea", "a dog", "big red house", "car"]) {
      const byLooks = await ask(query, { limit: 60, wordSources: [] });
      const both = await ask(query, { limit: 60 });
      expect(both).toEqual(byLooks);
    }
    await library.close();
  });

  test("pages of a fused answer neither overlap nor skip", async () => {
    const pictures = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        at % 4 === 0 ? `sunset ${at}.jpg` : `p${at}.jpg`,
        at % 3 === 0 ? `sunset n${at}` : `other n${at}`,
      ]),
    );
    const { ask, library } = await libraryOf(pictures);
    const whole = namesOf(await ask("sunset", { limit: 40 }));
    expect(whole).toHaveLength(40);
    const paged: unknown[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await ask("sunset", { limit: 7, ...(cursor && { cursor }) });
      paged.push(...namesOf(page));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
    await library.close();
  });

  test("text: and name: are required, look: is not looked for in words, quotes keep words together", async () => {
    const { ask, read, library } = await libraryOf({
      "closed.jpg": "door",
      "a.jpg": "shop sign",
      "b.jpg": "closed shop",
    });
    await read("shop sign", "SORRY", "WE ARE CLOSED");
    expect(namesOf(await ask("text:closed")).sort()).toEqual(["a.jpg", "closed.jpg"]);
    expect(namesOf(await ask("shop text:closed"))).toEqual(["a.jpg", "closed.jpg"]);
    expect(namesOf(await ask("name:closed"))).toEqual(["closed.jpg"]);
    expect(namesOf(await ask("look:closed"))[0]).toBe("b.jpg");
    expect((await ask("look:closed")).hits.every((hit) => hit.words === undefined)).toBe(true);
    expect(namesOf(await ask('text:"are closed"'))).toEqual(["a.jpg"]);
    expect(namesOf(await ask('text:"closed are"'))).toEqual([]);
    expect((await ask('"we are closed"')).hits[0]?.words).toMatchObject({ matched: 1, of: 1 });
    expect((await ask("text:submarine")).hits).toEqual([]);
    await library.close();
  });

  test("all that have the required words are found, however many", async () => {
    const { ask, catalog, library } = await libraryOf({});
    const posted = (at: number) => post(`${at}`, { filename: at === 0 ? "other.png" : "scan.png" });
    await catalog.images.put(Array.from({ length: 1006 }, (_, at) => newImage(`${at}`, posted(at))));
    const { hits } = await ask("name:scan", { limit: "all", collapse: false });
    expect(new Set(hits.map(({ id }) => id)).size).toBe(1005);
    expect(hits.slice(0, 1000).every(({ words }) => words?.matched === 1)).toBe(true);
    await library.close();
  });

  test("an operator without words asks for nothing, and neither do marks alone", async () => {
    const { ask, library } = await libraryOf({ "a.jpg": "cat", "invoice.png": "page" });
    const plain = await ask("invoice");
    for (const text of ["invoice text:", 'text: invoice name:""', "LOOK: invoice"])
      expect(namesOf(await ask(text)), text).toEqual(namesOf(plain));
    for (const text of ["text:", 'name:""', ".", "...", "?!", '"."', "- –"])
      await expect(ask(text), text).rejects.toThrow("The query is empty");
    expect((await ask("text:invoice ...")).hits).toHaveLength(1);
    for (const text of ["♥", "🐕", "+", "$"]) expect((await ask(text)).hits, text).toHaveLength(2);
    await library.close();
  });

  test("words that are pushed away also take out the pictures that have them", async () => {
    const { find, read, library } = await libraryOf({ "a.jpg": "receipt one", "b.jpg": "receipt two" });
    await read("receipt one", "OVERDUE");
    await read("receipt two", "PAID");
    const terms = [{ text: "receipt" }, { text: "overdue", weight: -1 }];
    expect(namesOf(await find({ terms }))).toEqual(["b.jpg"]);
    await library.close();
  });
});

describe("words as they are read and typed", () => {
  test("a quote that is not closed runs to the end, and one after a digit is none", async () => {
    const { ask, read, library } = await libraryOf({
      "a.jpg": "sign one",
      "b.jpg": "sign two",
      "c.jpg": "screen",
    });
    await read("sign one", "WE ARE CLOSED");
    await read("sign two", "CLOSED WE ARE");
    await read("screen", "19 inch");
    expect(namesOf(await ask('text:"we are closed'))).toEqual(["a.jpg"]);
    expect((await ask('sign "we are closed')).hits[0]?.words).toMatchObject({ matched: 1, of: 2 });
    expect((await ask('19" inch screen')).hits[0]?.words).toMatchObject({ matched: 2, of: 3 });
    expect(namesOf(await ask('text:19" text:inch'))).toEqual(["c.jpg"]);
    await library.close();
  });

  test("text: finds words of four letters glued to others, and no shorter ones", async () => {
    const pictures = ["EXITONLY", "TOEXIT", "WEAREOPENNOW", "BIGSALENOW", "THECATSAT", "EXIT", "closed"];
    const { ask, read, library } = await libraryOf(
      Object.fromEntries(pictures.map((_, at) => [`${at}.jpg`, `picture n${at}`])),
    );
    for (const [at, line] of pictures.entries()) await read(`picture n${at}`, line);
    const found = async (text: string) =>
      namesOf(await ask(text)).map((name) => pictures[Number.parseInt(name ?? "", 10)]);
    expect((await found("text:exit"))[0]).toBe("EXIT");
    expect((await found("text:exit")).sort()).toEqual(["EXIT", "EXITONLY", "TOEXIT"]);
    expect(await found("text:open")).toEqual(["WEAREOPENNOW"]);
    expect(await found("text:sale")).toEqual(["BIGSALENOW"]);
    expect(await found("text:cat")).toEqual([]);
    expect(await found("text:sat")).toEqual([]);
    expect((await ask("text:open")).match).toBe("weak");
    expect(await ask("picture text:zzzzqq")).toMatchObject({ hits: [], match: "nothing" });
    await library.close();
  });

  test("the line that was read is told, with its place, where the file's name has the word too", async () => {
    const { ask, catalog, library } = await libraryOf({ "invoice.jpg": "page", "b.jpg": "cat" });
    const box = { x: 0.1, y: 0.2, width: 0.3, height: 0.05 };
    const line = (text: string, y: number) => ({ text, confidence: 0.9, box: { ...box, y }, angle: 3 });
    await catalog.readings.put([
      { id: idOf("page"), engine: "e", lines: [line("ACME", 0.1), line("INVOICE 12", 0.2)] },
    ]);
    const [hit] = (await ask("invoice")).hits;
    expect(hit?.words?.places).toEqual([
      { source: "read", line: "INVOICE 12", lineNumber: 1, strength: 1, box, angle: 3 },
      { source: "name", line: expect.stringMatching(/invoice\.jpg$/), lineNumber: 0, strength: 1 },
    ]);
    await library.close();
  });

  test("a word that is divided at the end of a line is found whole, in the line below it and no other", async () => {
    const { ask, catalog, library } = await libraryOf({ "a.jpg": "page" });
    const line = (text: string, x: number, y: number) => ({
      text,
      confidence: 0.9,
      box: { x, y, width: 0.4, height: 0.04 },
      angle: 0,
    });
    const lines = [
      line("offene Zahlungs-", 0.05, 0.1),
      line("other column", 0.55, 0.1),
      line("erinnerung, bis Mai", 0.05, 0.15),
      line("of the page", 0.55, 0.15),
      line("A-", 0.05, 0.4),
      line("level", 0.05, 0.45),
    ];
    await catalog.readings.put([{ id: idOf("page"), engine: "e", lines }]);
    const [hit] = (await ask("text:zahlungserinnerung")).hits;
    expect(hit?.words?.places[0]).toMatchObject({
      line: "offene Zahlungserinnerung,",
      lineNumber: 0,
      strength: 1,
    });
    for (const found of ["bis mai", "erinnerung", "other column", "level"])
      expect((await ask(`text:"${found}"`)).hits, found).toHaveLength(1);
    expect((await ask("text:alevel")).corrections).toEqual([{ word: "alevel", readAs: "level" }]);
    expect(
      (await library.within(everything).texts([idOf("page")]))[0]?.lines.map(({ text }) => text),
    ).toEqual(lines.map(({ text }) => text));
    await library.close();
  });

  test("a misspelled word is read as the known one, which the answer says; a guess is weak", async () => {
    const { ask, read, find, library } = await libraryOf({
      "a.jpg": "page",
      "b.jpg": "cat",
      "beach.jpg": "sand",
    });
    await read("page", "RECEIPT 12");
    for (const text of ["recipt", "text:recipt", "a reciept", "text:recepit"]) {
      const answer = await ask(text);
      expect(namesOf(answer)[0], text).toBe("a.jpg");
      expect(answer.match, text).toBe("weak");
      const [typed] = /\w+$/.exec(text) ?? [];
      expect(answer.corrections, text).toEqual([{ word: typed, readAs: "receipt" }]);
      expect(answer.notes, text).toContain(`"${typed}" is read as "receipt".`);
    }
    for (const text of ["receipt", "cat", "text:submarine", "text:rcpt", "look:recipt", "text:12345"])
      expect((await ask(text)).corrections, text).toBeUndefined();
    expect(namesOf(await ask("text:recipt text:page"))).toEqual([]);
    const pushed = await find({ terms: [{ text: "cat" }, { text: "recipt", weight: -1 }] });
    expect(pushed.corrections).toBeUndefined();
    await library.close();
  });

  test("misspelled words of a phrase are read as known ones, each where it stands nowhere", async () => {
    const { ask, read, library } = await libraryOf({ "a.jpg": "page", "b.jpg": "cat" });
    await read("page", "PAST DUE NOTICE", "your reminder");
    for (const [text, word, readAs] of [
      ['"past due notise"', "past due notise", "past due notice"],
      ['text:"yours reminder"', "yours reminder", "your reminder"],
      ['text:"abc remindre"', "abc remindre", undefined],
      ['text:"your remindre"', "your remindre", "your reminder"],
      ["‘your remindre’", "your remindre", "your reminder"],
    ] as const) {
      const answer = await ask(text);
      expect(answer.corrections, text).toEqual(readAs && [{ word, readAs }]);
      if (readAs) expect(namesOf(answer)[0], text).toBe("a.jpg");
    }
    // Its words stand there, but not side by side.
    expect((await ask('"notice past"')).corrections).toBeUndefined();
    await library.close();
  });

  test.each([
    "‘past due’",
    "“past due”",
    "„past due“",
    "‚past due‘",
    "‹ past due ›",
    "«past due»",
    "「past due」",
  ])("%s is a phrase", async (text) => {
    const { ask, read, library } = await libraryOf({ "a.jpg": "page", "b.jpg": "note" });
    await read("page", "PAST DUE");
    await read("note", "due past");
    expect((await ask(text)).hits.map(({ words }) => words?.of)).toEqual([1, undefined]);
    await library.close();
  });

  test.each(["don’t stop", "the dogs’ bowls and the cats’ toys", "rock ’n’ roll", "5’ tall"])(
    "an apostrophe quotes nothing: %s",
    async (text) => {
      expect(parseText(text)).toEqual(parseText(text.replaceAll("’", "'")));
      expect(parseText(text).words.every((word) => !word.text.includes(" "))).toBe(true);
    },
  );

  test("pictures that look like what was typed come before what a guess finds", async () => {
    const { ask, library } = await libraryOf({ "bench.jpg": "page", "b.jpg": "beach", "c.jpg": "beach two" });
    const answer = await ask("beach");
    expect(answer.match).toBe("good");
    expect(answer.corrections).toEqual([{ word: "beach", readAs: "bench" }]);
    expect(namesOf(answer).slice(0, 2).sort()).toEqual(["b.jpg", "c.jpg"]);
    expect(answer.hits[2]).toMatchObject({ fit: "weak", words: { matched: 1 } });
    await library.close();
  });
});

describe("nothing matches", () => {
  test("an answer says whether it is what was asked for, and hides nothing", async () => {
    const { ask, library } = await libraryOf({ "a.jpg": "cat", "b.jpg": "cat sleeping", "c.jpg": "cat big" });
    const cat = await ask("cat");
    expect(cat.match).toBe("good");
    expect(cat.hits.map(({ fit }) => fit)).toEqual(["good", "good", "good"]);
    const submarine = await ask("submarine");
    expect(submarine.match).toBe("nothing");
    expect(submarine.hits).toHaveLength(3);
    expect(submarine.hits.map(({ fit }) => fit)).toEqual(["nothing", "nothing", "nothing"]);
    expect((await ask("submarine", { limit: 1 })).match).toBe("nothing");
    await library.close();
  });

  test("the bar rises with the pictures in scope, and not with those outside", async () => {
    const { find, library, folder } = await libraryOf(
      Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`in/${at}.jpg`, `n${at} n${at + 100}`])),
    );
    writePictures(
      folder,
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`out/${at}.jpg`, `m${at}`])),
    );
    const scope: Scope = { files: { folders: [`${folder}/in`] }, discord: "none" };
    const before = await find({ terms: [{ text: "n1" }], scope });
    await library.add([folder]);
    expect(comparable(await find({ terms: [{ text: "n1" }], scope }))).toEqual(comparable(before));
    await library.close();
  });

  test("what is pushed away does not count for the verdict, and an example has none", async () => {
    const { find, library } = await libraryOf({ "a.jpg": "cat", "b.jpg": "cat two", "c.jpg": "cat three" });
    const terms = [{ text: "cat" }, { text: "dog house", weight: -1 }];
    expect((await find({ terms })).match).toBe("good");
    expect((await find({ terms: [{ image: { bytes: Buffer.from("cat") } }] })).match).toBeUndefined();
    expect((await find({ terms: [], sort: "newest" })).match).toBeUndefined();
    await library.close();
  });

  test("what a model was rarely shown needs a better picture; what it never saw is named, and a rarer word in a sentence counts in part", async () => {
    const pictures = { "a.jpg": "tabby yacht cat one two three", "b.jpg": "tree", "c.jpg": "car" };
    const rare = (trainingCounts: Record<string, number>) =>
      libraryOf(
        pictures,
        new FakeEmbedder({
          trainingCounts,
          traits: {
            name: "Small",
            languages: "english",
            thresholds: { ...measured().traits.thresholds, nothing: { cosine: 0.3, measured: true } },
          },
        }),
      );
    const { ask, library } = await rare({ cat: 5000, tabby: 200 });
    const [cat, tabby, yacht] = [await ask("cat"), await ask("tabby"), await ask("yacht")];
    expect([cat, tabby, yacht].map(({ match }) => match)).toEqual(["good", "weak", "nothing"]);
    expect(yacht.hits.map(({ id }) => id)).toContain(idOf(pictures["a.jpg"]));
    expect(cat.notes).toEqual([]);
    expect(tabby.notes).toEqual([]);
    expect(yacht.notes.join()).toContain('Small was never shown a picture of "yacht"');
    expect((await ask("a cat and a yacht")).match).not.toBe("nothing");
    const unread = (await ask("cat собака")).notes;
    expect(unread.join()).toContain('not "собака"');
    expect(unread.join()).not.toContain("never shown");
    await library.close();
  });

  test("a model that nobody measured says nothing of looks", async () => {
    const { ask, library } = await libraryOf({ "a.jpg": "cat", "invoice.jpg": "page" }, new FakeEmbedder());
    expect((await ask("submarine")).match).toBeUndefined();
    expect((await ask("invoice")).match).toBe("good");
    await library.close();
  });

  test("words that a model of English cannot read are named, with the model that can; names in them are found", async () => {
    const { ask, library } = await libraryOf({ "a.jpg": "cat", "собака.jpg": "dog", "犬.jpg": "dog two" });
    for (const word of ["собака", "犬"]) {
      const answer = await ask(word);
      expect(answer.notes.join()).toContain(`English only, not "${word}"`);
      expect(answer.notes.join()).toContain("siglip2-b16-256");
      expect(namesOf(answer)[0]).toBe(`${word}.jpg`);
      expect(answer.match).toBe("good");
    }
    const nothing = await ask("🐕");
    expect(nothing.notes.join()).toContain('"🐕"');
    expect(nothing.match).toBe("nothing");
    expect(nothing.hits.map(({ fit }) => fit)).toEqual(["nothing", "nothing", "nothing"]);
    expect((await ask("собака")).hits.map(({ fit }) => fit)).toEqual(["good", "nothing", "nothing"]);
    expect((await ask("cat собака")).notes.join()).toContain('not "собака"');
    expect((await ask("chat café naïve")).notes).toEqual([]);
    await library.close();
  });

  test("the model that is named reads other languages", () => {
    const path = new URL("../../../models/siglip2-b16-256/model.json", import.meta.url);
    expect(JSON.parse(readFileSync(path, "utf8")).text.languages).toBe("many");
  });

  test("width, quotes and full stops make no other query", async () => {
    const { ask, library } = await libraryOf({ "x.jpg": "dog", "y.jpg": "dog's ball", "z.jpg": "cat" });
    const scores = async (text: string) => (await ask(text)).hits.map(({ id, score }) => [id, score]);
    const plain = await scores("a dog");
    for (const text of ["a dog.", "a dog...", "ａ ｄｏｇ", "a  dog!", "a dog。"])
      expect(await scores(text), text).toEqual(plain);
    expect(await scores("dog’s ball")).toEqual(await scores("dog's ball"));
    await library.close();
  });
});

describe("no answer depends on words outside the scope", () => {
  /** The same library with and without what the caller may not see. */
  async function twins(hide: boolean) {
    const opened = await openTestLibrary(temporaryFolder(), { embedder: measured() });
    const { catalog, embedder } = opened;
    const put = async (content: string, placement: Parameters<typeof newImage>[1]) => {
      const { embedding } = await embedder.embedPicture({ bytes: Buffer.from(content) });
      await catalog.images.put([{ ...newImage(content, placement), space: embedder.space, embedding }]);
    };
    await put("beach", file("/public/holiday.jpg", { root: "/public" }));
    await put("page", file("/public/scan.jpg", { root: "/public" }));
    await put("cat", post("1", { channelId: "c1", filename: "open.png", caption: "hello world" }));
    await put("dog", post("2", { channelId: "c1", filename: "note.png" }));
    await catalog.texts.put(idOf("dog"), ["WELCOME"]);
    if (!hide) {
      await put("beach", file("/private/secret plan.jpg", { root: "/private" }));
      await put("page", post("3", { channelId: "c9", filename: "merger.png", caption: "secret merger" }));
      await put("cat", post("4", { channelId: "c9", filename: "salary.png", caption: "hello salary list" }));
      await put("dog", file("/private/welcome.jpg", { root: "/private" }));
      for (const word of ["secret", "hello", "welcome", "holiday"]) {
        await put(
          `hidden ${word}`,
          post(`5${word}`, { channelId: "c9", filename: `${word}.png`, caption: word }),
        );
        await catalog.texts.put(idOf(`hidden ${word}`), [word, "merger", "salary"]);
        await put(`hidden file ${word}`, file(`/private/${word}.jpg`, { root: "/private" }));
      }
    }
    return opened.library;
  }

  const scopes: Readonly<Record<string, Scope>> = {
    folder: { files: { folders: ["/public"] }, discord: "none" },
    channel: { files: "none", discord: { guildId: "g1", channelIds: ["c1"] } },
    both: { files: { folders: ["/public"] }, discord: { guildId: "g1", channelIds: ["c1"] } },
    nothing: { files: "none", discord: "none" },
  };
  const queries = [
    "secret",
    "secret plan",
    "merger",
    "salary list",
    "hello",
    "hello world",
    "welcome",
    "holiday",
    "text:secret",
    "text:welcome",
    "name:salary",
    "name:holiday",
    '"secret merger"',
    "cat salary",
    "private",
    "li",
    "secrte",
    "mergre",
    "text:slary",
    "text:welcom",
    "holidya",
    "helo world",
  ];

  for (const [name, scope] of Object.entries(scopes)) {
    test(`${name}: hits, scores, parts, verdicts, counts, notes and cursors are those of a library without it`, async () => {
      const [whole, visible] = [await twins(false), await twins(true)];
      for (const text of queries) {
        for (const request of [
          { terms: [{ text }], limit: 1 },
          { terms: [{ text }] },
          { terms: [{ text: "cat" }, { text, weight: -1 }] },
          { terms: [{ text }], sort: "newest" as const },
          { terms: [{ text }], collapse: false, limit: "all" as const },
        ]) {
          const seen = await whole.within(scope).find(request);
          expect(comparable(seen), JSON.stringify(request)).toEqual(
            comparable(await visible.within(scope).find(request)),
          );
        }
      }
      await whole.close();
      await visible.close();
    });
  }
});

describe("words that are nowhere", () => {
  test("are named when they had to be there, or when others of the query are", async () => {
    const { ask, library } = await libraryOf({ "invoice march.png": "grey page", "b.jpg": "cat sleeping" });
    expect((await ask("invoice zebra")).unmatched).toEqual(["zebra"]);
    expect((await ask('text:"zebra" cat')).unmatched).toContain("zebra");
    expect(await ask("sleeping animal")).not.toHaveProperty("unmatched");
    expect(await ask("invoice")).not.toHaveProperty("unmatched");
    await library.close();
  });

  test("are looked for in the scope alone", async () => {
    const { ask, folder, library } = await libraryOf({ "a/invoice.png": "grey page", "b/zebra.jpg": "cat" });
    const scope: Scope = { files: { folders: [`${folder}/a`] }, discord: "none" };
    expect((await ask("invoice zebra", { scope })).unmatched).toEqual(["zebra"]);
    expect(await ask("invoice zebra")).not.toHaveProperty("unmatched");
    await library.close();
  });
});
