import { describe, expect } from "vitest";
import type { Catalog, QueryWord } from "../../../src/core/ports.ts";
import type { FoundWord, Scope } from "../../../src/core/types.ts";
import { carriedBy, file, idOf, newImage, post } from "../new-image.ts";
import { type CatalogFactory, catalogTest } from "./open.ts";

const all: Scope = { files: "all", discord: "all" };
const inFolder = (...folders: string[]): Scope => ({ files: { folders }, discord: "none" });
const inChannels = (...channelIds: string[]): Scope => ({
  files: "none",
  discord: { guildId: "g1", channelIds },
});

const words = (...texts: string[]): QueryWord[] => texts.map((text) => ({ text }));

/** Contents of the images that have one of these words, each with where the words were found best. */
async function found(
  catalog: Catalog,
  contents: readonly string[],
  query: readonly QueryWord[],
  scope: Scope = all,
): Promise<Record<string, (FoundWord | undefined)[]>> {
  const { matches } = await catalog.texts.search({ words: query, scope });
  const ids = await catalog.images.idsByKey(matches.map(({ key }) => key));
  const names = new Map(contents.map((content) => [idOf(content), content]));
  return Object.fromEntries(
    matches.map(({ found }, at) => [names.get(ids[at] ?? "") ?? "?", found.map(([best]) => best)]),
  );
}

const namesOf = async (...args: Parameters<typeof found>) => Object.keys(await found(...args)).sort();

/** More images than are scanned one by one, so that the index is used. */
const crowd = () =>
  Array.from({ length: 2100 }, (_, at) =>
    newImage(`crowd ${at}`, file(`/crowd/p${at}.jpg`, { root: "/crowd" })),
  );

export function describeTexts(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("a file is found by the words of its name and of the folders from its root's own name on", async (catalog) => {
    const placement = file("/home/ann/Photos/Italy 2019/red_car.jpg", { root: "/home/ann/Photos" });
    await catalog.images.put([newImage("car", placement)]);
    for (const word of ["photos", "ITALY", "2019", "red", "car", "jpg", "red car", "italy 2019 red"])
      expect(await namesOf(catalog, ["car"], words(word)), word).toEqual(["car"]);
    for (const word of ["home", "ann", "redcar", "dog", "car red"])
      expect(await namesOf(catalog, ["car"], words(word)), word).toEqual([]);
    const windows = file("C:\\Users\\ann\\Pics\\dogs\\rex.png", { root: "C:\\Users\\ann\\Pics" });
    await catalog.images.put([newImage("rex", windows)]);
    expect(await namesOf(catalog, ["car", "rex"], words("pics", "dogs"))).toEqual(["rex"]);
    expect(await namesOf(catalog, ["car", "rex"], words("users", "ann"))).toEqual([]);
  });

  test("case, accents, width, ligatures and the way accents are written do not matter, and ß is ss", async (catalog) => {
    const contents = [
      "Crème Brûlée",
      "Straße",
      "GROẞE STRASSE",
      "Fußballmannschaft",
      "ＩＮＶＯＩＣＥ",
      "oﬃce ﬁle ﬂyer",
      "Łódź Ørsted",
      "Curriculum vitæ",
      "한글",
      "МАЙ",
      "請求書合計",
    ];
    await catalog.images.put(
      contents.map((name) => newImage(name, file(`/photos/${name.normalize("NFD")}.jpg`))),
    );
    await catalog.images.put([newImage("composed", file("/photos/CRÈME.jpg"))]);
    const named = [...contents, "composed"];
    const finds: [string, string[]][] = [
      ["creme", ["Crème Brûlée", "composed"]],
      ["crème", ["Crème Brûlée", "composed"]],
      ["BRULEE", ["Crème Brûlée"]],
      ["straße", ["GROẞE STRASSE", "Straße"]],
      ["strasse", ["GROẞE STRASSE", "Straße"]],
      ["STRASSE", ["GROẞE STRASSE", "Straße"]],
      ["große straße", ["GROẞE STRASSE"]],
      ["grosse strasse", ["GROẞE STRASSE"]],
      ["fussball", ["Fußballmannschaft"]],
      ["fußball", ["Fußballmannschaft"]],
      ["office", ["oﬃce ﬁle ﬂyer"]],
      ["file", ["oﬃce ﬁle ﬂyer"]],
      ["flyer", ["oﬃce ﬁle ﬂyer"]],
      ["lodz", ["Łódź Ørsted"]],
      ["łódź", ["Łódź Ørsted"]],
      ["orsted", ["Łódź Ørsted"]],
      ["ørsted", ["Łódź Ørsted"]],
      ["vitae", ["Curriculum vitæ"]],
      ["invoice", ["ＩＮＶＯＩＣＥ"]],
      ["한글", ["한글"]],
      ["май", ["МАЙ"]],
      ["合計", ["請求書合計"]],
      ["求書合計", ["請求書合計"]],
      ["計", ["請求書合計"]],
    ];
    for (const [word, names] of finds)
      expect(await namesOf(catalog, named, words(word)), word).toEqual([...names].sort());
    await catalog.images.put(crowd());
    for (const [word, names] of finds)
      expect(await namesOf(catalog, named, words(word)), `${word}, by the index`).toEqual([...names].sort());
  });

  test("short words are found as whole words, longer ones also inside others, for less", async (catalog) => {
    const names = ["tv on", "stvx", "bathtub", "tub", "tubs", "mondayagain"];
    names.push("exitonly", "toexit", "flexitime", "weareexiting");
    const strengths = async (word: string) =>
      Object.fromEntries(
        Object.entries(await found(catalog, names, words(word))).map(([name, [best]]) => [
          name,
          best?.strength,
        ]),
      );
    await catalog.images.put(names.map((name) => newImage(name, file(`/photos/${name}`))));
    const check = async () => {
      expect(await strengths("tv")).toEqual({ "tv on": 1 });
      expect(await strengths("tub")).toEqual({ tub: 1, tubs: 0.9, bathtub: 0.05 });
      const exits = await strengths("exit");
      expect(exits).toEqual({ exitonly: 0.5, toexit: 0.4, flexitime: 0.25, weareexiting: 0.4 });
      const { mondayagain } = await strengths("monday");
      expect(mondayagain).toBeGreaterThan(0.5);
      expect(mondayagain).toBeLessThan(0.9);
    };
    await check();
    await catalog.images.put(crowd());
    await check();
  });

  test("captions, renamed attachments, moved files and users' tags are followed; a model's tags are not words", async (catalog) => {
    await catalog.images.put([
      newImage("a", post("1", { filename: "first.png", caption: "morning fog" })),
      newImage("b", file("/photos/old.jpg")),
    ]);
    const seen = (...texts: string[]) => namesOf(catalog, ["a", "b"], words(...texts));
    expect(await seen("fog")).toEqual(["a"]);
    await catalog.posts.setCaption("g1", "m-1", "evening sun");
    expect(await seen("fog")).toEqual([]);
    expect(await seen("evening")).toEqual(["a"]);
    await catalog.posts.eraseCaptions("g1");
    expect(await seen("evening")).toEqual([]);
    await catalog.images.putPlacements([{ id: idOf("a"), placement: post("1", { filename: "second.png" }) }]);
    expect(await seen("first")).toEqual([]);
    expect(await seen("second")).toEqual(["a"]);
    await catalog.images.putPlacements([{ id: idOf("a"), placement: file("/photos/old.jpg") }]);
    expect(await seen("old")).toEqual(["a"]);

    await catalog.tags.put(idOf("a"), "harbour");
    const [image] = await catalog.images.byId([idOf("a")]);
    await catalog.tags.setFromModel([{ key: image?.key ?? 0, tags: [{ tag: "submarine", score: 0.9 }] }]);
    expect(await found(catalog, ["a"], words("harbour"))).toMatchObject({ a: [{ source: "tag" }] });
    expect(await seen("submarine")).toEqual([]);
    await catalog.tags.put(idOf("a"), "submarine");
    expect(await seen("submarine")).toEqual(["a"]);
    await catalog.tags.reject(idOf("a"), "submarine");
    expect(await seen("submarine")).toEqual([]);
    await catalog.images.remove([idOf("a")]);
    expect(await seen("harbour")).toEqual([]);
  });

  test("words read in a picture are put, found with their line, replaced and erased", async (catalog) => {
    await catalog.images.put([newImage("receipt"), newImage("other")]);
    const lines = ["ACME Ltd.", "Invoice No. 42", "PAST", "DUE 30 June"];
    await catalog.texts.put(idOf("receipt"), lines);
    const names = ["receipt", "other"];
    expect(await found(catalog, names, words("invoice", "past due", "acme", "submarine"))).toEqual({
      receipt: [
        { source: "read", line: "Invoice No. 42", lineNumber: 1, strength: 1 },
        { source: "read", line: "PAST", lineNumber: 2, strength: 1 },
        { source: "read", line: "ACME Ltd.", lineNumber: 0, strength: 1 },
        undefined,
      ],
    });
    await catalog.texts.put(idOf("receipt"), ["Paid"]);
    expect(await namesOf(catalog, names, words("invoice"))).toEqual([]);
    expect(await namesOf(catalog, names, words("paid"))).toEqual(["receipt"]);
    await catalog.texts.put(idOf("receipt"), []);
    expect(await namesOf(catalog, names, words("paid"))).toEqual([]);
    await catalog.texts.put(idOf("gone"), ["nothing"]);
  });

  for (const size of ["few", "many"] as const)
    test(`digits and letters that readers take for each other are one in words with digits (${size} images)`, async (catalog) => {
      await catalog.images.put([
        newImage("a", file("/photos/9O42.jpg")),
        newImage("b"),
        newImage("c"),
        newImage("d"),
      ]);
      if (size === "many") await catalog.images.put(crowd());
      await catalog.texts.put(idOf("a"), ["Error 0x8007o057 in", "module B0lS"]);
      await catalog.texts.put(idOf("b"), ["Invoice INV-l042", "total l9.95"]);
      await catalog.texts.put(idOf("c"), ["0x80070057", "looo"]);
      const names = ["a", "b", "c", "d"];
      expect(await namesOf(catalog, names, words("0x80070057"))).toEqual(["a", "c"]);
      expect(await namesOf(catalog, names, words("0X8O07OO57"))).toEqual(["a", "c"]);
      expect(await namesOf(catalog, names, words("inv 1042"))).toEqual(["b"]);
      expect(await namesOf(catalog, names, words("801s"))).toEqual(["a"]);
      // Of words without digits, and of names, that would be too much.
      expect(await namesOf(catalog, names, words("solo", "bois"))).toEqual([]);
      expect(await namesOf(catalog, names, [{ text: "9042", sources: ["name"] }])).toEqual([]);
      const places = await found(catalog, names, words("0x80070057"));
      expect(places.c?.[0]?.strength).toBe(1);
      expect(places.a?.[0]).toEqual({
        source: "read",
        line: "Error 0x8007o057 in",
        lineNumber: 0,
        strength: 0.9,
      });
    });

  test("a word can be asked for in some sources only", async (catalog) => {
    await catalog.images.put([newImage("a", file("/photos/sale.jpg")), newImage("b")]);
    await catalog.texts.put(idOf("b"), ["SALE"]);
    await catalog.tags.setFromFiles([carriedBy("b", ["summer"])]);
    const names = ["a", "b"];
    expect(await namesOf(catalog, names, words("sale"))).toEqual(["a", "b"]);
    expect(await namesOf(catalog, names, [{ text: "sale", sources: ["name"] }])).toEqual(["a"]);
    expect(await namesOf(catalog, names, [{ text: "sale", sources: ["read", "keyword"] }])).toEqual(["b"]);
    expect(await namesOf(catalog, names, [{ text: "summer", sources: ["keyword"] }])).toEqual(["b"]);
    await catalog.tags.put(idOf("b"), "summer");
    expect(await namesOf(catalog, names, [{ text: "summer", sources: ["keyword"] }])).toEqual([]);
    expect(await namesOf(catalog, names, [{ text: "summer", sources: ["tag"] }])).toEqual(["b"]);
  });

  test("the best place of each word is told, whichever placement it is in", async (catalog) => {
    await catalog.images.put([
      newImage("a", file("/photos/mondayagain.jpg")),
      newImage("a", post("1", { filename: "monday.png" })),
    ]);
    expect(await found(catalog, ["a"], words("monday"))).toMatchObject({
      a: [{ line: "monday.png", strength: 1 }],
    });
  });

  for (const size of ["few", "many"] as const) {
    test(`words of placements outside the scope are not found (${size} images)`, async (catalog) => {
      await catalog.images.put([
        newImage("a", file("/private/secret plan.jpg", { root: "/private" })),
        newImage("a", file("/public/holiday.jpg", { root: "/public" })),
        newImage("b", post("1", { channelId: "c1", filename: "open.png", caption: "hello world" })),
        newImage("b", post("2", { channelId: "c2", filename: "hidden.png", caption: "salary list" })),
        newImage("c", post("3", { channelId: "c2", filename: "hidden too.png" })),
      ]);
      await catalog.texts.put(idOf("b"), ["WELCOME"]);
      await catalog.texts.put(idOf("c"), ["WELCOME"]);
      const extra: string[] = [];
      if (size === "many") {
        await catalog.images.put(crowd());
        await catalog.images.put(
          Array.from({ length: 2100 }, (_, at) => newImage(`p ${at}`, post(`9${at}`, { channelId: "c1" }))),
        );
        extra.push("/crowd");
      }
      const names = ["a", "b", "c"];
      const folder = inFolder("/public", ...extra);
      for (const word of ["secret", "plan", "private", "secret plan"])
        expect(await namesOf(catalog, names, words(word), folder), word).toEqual([]);
      expect(await namesOf(catalog, names, words("holiday"), folder)).toEqual(["a"]);
      const channel = inChannels("c1");
      for (const word of ["hidden", "salary", "list", "holiday"])
        expect(await namesOf(catalog, names, words(word), channel), word).toEqual([]);
      expect(await namesOf(catalog, names, words("open", "hello"), channel)).toEqual(["b"]);
      expect(await namesOf(catalog, names, words("welcome"), channel)).toEqual(["b"]);
      expect(await namesOf(catalog, names, words("welcome"))).toEqual(["b", "c"]);
      const tagged = { ...channel, tags: ["x"] };
      expect(await namesOf(catalog, names, words("welcome"), tagged)).toEqual([]);
      const early = { ...channel, until: { wallClock: 500, instant: 500 } };
      expect(await namesOf(catalog, names, words("open"), early)).toEqual([]);
    });
  }

  test("an empty word, and one without letters or digits, finds nothing", async (catalog) => {
    await catalog.images.put([newImage("a"), ...crowd()]);
    expect((await catalog.texts.search({ words: words("", "?!", "🐕", " "), scope: all })).matches).toEqual(
      [],
    );
    expect((await catalog.texts.search({ words: [], scope: all })).matches).toEqual([]);
  });

  test("a phrase is found where its spaces were lost, and not where others stand", async (catalog) => {
    const names = [
      "overduestamp",
      "red overdue stamp",
      "theoverduestampis",
      "overdue",
      "an icecream",
      "nogo",
      "no go area",
    ];
    await catalog.images.put(names.map((name) => newImage(name, file(`/photos/${name}`))));
    const check = async () => {
      expect(await namesOf(catalog, names, words("overdue stamp"))).toEqual(
        ["overduestamp", "red overdue stamp", "theoverduestampis"].sort(),
      );
      expect(await namesOf(catalog, names, words("a nice"))).toEqual([]);
      expect(await namesOf(catalog, names, words("an ice"))).toEqual(["an icecream"]);
      expect(await namesOf(catalog, names, words("no go"))).toEqual(["no go area", "nogo"]);
      const { overduestamp, "red overdue stamp": spaced } = await found(
        catalog,
        names,
        words("overdue stamp"),
      );
      expect([overduestamp?.[0]?.strength, spaced?.[0]?.strength]).toEqual([1, 1]);
    };
    await check();
    await catalog.images.put(crowd());
    await check();
  });

  test("each source that has a word tells where, the best first", async (catalog) => {
    await catalog.images.put([newImage("a", file("/photos/invoice.png"))]);
    await catalog.texts.put(idOf("a"), ["ACME", "INVOICENUMBER 12"]);
    const { matches } = await catalog.texts.search({ words: words("invoice"), scope: all });
    expect(matches[0]?.found[0]).toMatchObject([
      { source: "name", line: expect.stringContaining("invoice.png"), strength: 1 },
      { source: "read", line: "INVOICENUMBER 12", lineNumber: 1 },
    ]);
  });

  test("lines without a letter do not part a phrase, and lines keep their numbers", async (catalog) => {
    await catalog.images.put([newImage("a")]);
    await catalog.texts.put(idOf("a"), ["***", "PAST", "---", "DUE"]);
    expect(await found(catalog, ["a"], words("past due", "due"))).toMatchObject({
      a: [
        { line: "PAST", lineNumber: 1 },
        { line: "DUE", lineNumber: 3 },
      ],
    });
  });

  describe("a misspelled word", () => {
    const closest = (catalog: Catalog, text: string, scope: Scope = all) =>
      catalog.texts.closest({ text }, { scope });

    test("is the known one that one edit makes from five letters on, and two from eight on", async (catalog) => {
      const names = ["receipt", "Überweisung", "invoice", "boardingpass", "cat", "tree", "z".repeat(300)];
      await catalog.images.put(names.map((name) => newImage(name, file(`/photos/${name}`))));
      const check = async () => {
        for (const [typed, known] of [
          ["recipt", "receipt"],
          ["reciept", "receipt"],
          ["receiptt", "receipt"],
          ["eceipt", "receipt"],
          ["INVOICF", "invoice"],
          ["ubervveisung", "uberweisung"],
          ["boradingpas", "boardingpass"],
          ["rceiptt", undefined],
          ["rcepit", undefined],
          ["treo", undefined],
          ["cats", undefined],
          ["in2oice", undefined],
          ["submarine", undefined],
          ["", undefined],
          ["two words", undefined],
        ] as const)
          expect(await closest(catalog, typed), typed).toBe(known);
      };
      await check();
      await catalog.images.put(crowd());
      await check();
    });

    test("is the nearest, and of those as near the one in the most images", async (catalog) => {
      const names = ["station 1", "stallion 2", "stallion 3", "stations 4"];
      await catalog.images.put(names.map((name) => newImage(name, file(`/photos/${name}`))));
      expect(await closest(catalog, "sttation")).toBe("station");
      expect(await closest(catalog, "stalion")).toBe("stallion");
      expect(await closest(catalog, "stasion")).toBe("station");
      expect(await closest(catalog, "statlion")).toBe("stallion");
    });

    test("is only ever one that the viewer may see, in the sources asked for", async (catalog) => {
      await catalog.images.put([
        newImage("a", file("/private/receipts.jpg", { root: "/private" })),
        newImage("b", file("/public/holiday.jpg", { root: "/public" })),
        newImage("c", post("1", { channelId: "c2", filename: "merger.png", caption: "receipted" })),
      ]);
      await catalog.texts.put(idOf("a"), ["RECEIPT"]);
      expect(await closest(catalog, "recipt")).toBe("receipt");
      for (const scope of [inFolder("/public"), inChannels("c1"), inFolder("/public/other")])
        for (const typed of ["recipt", "reciepts", "meger", "mergre", "recepted"])
          expect(await closest(catalog, typed, scope), typed).toBeUndefined();
      expect(await closest(catalog, "holidya", inFolder("/public"))).toBe("holiday");
      expect(
        await catalog.texts.closest({ text: "recipt", sources: ["name"] }, { scope: all }),
      ).toBeUndefined();
    });

    test("is forgotten with the last image that has it", async (catalog) => {
      await catalog.images.put([newImage("a"), newImage("b")]);
      await catalog.texts.put(idOf("a"), ["RECEIPT"]);
      expect(await closest(catalog, "recipt")).toBe("receipt");
      await catalog.images.remove([idOf("a")]);
      expect(await closest(catalog, "recipt")).toBeUndefined();
    });
  });
}
