import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hitsPage } from "../../src/cli/html/pages.ts";
import { findJson } from "../../src/cli/json-output.ts";
import { printHits } from "../../src/cli/print-hits.ts";
import { stylesFor } from "../../src/cli/styles.ts";
import type { FindAnswer, Library, Scope } from "../../src/core/index.ts";
import { oldestFirst } from "../../src/discord/results/find-page.ts";
import { resultsMessage } from "../../src/discord/results/results-message.ts";
import { english } from "../../src/discord/texts/english.ts";
import { filesOf } from "../../src/shared/placements.ts";
import { fitHeading } from "../../src/shared/score-parts.ts";
import { startSession } from "../mcp/support/session.ts";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { carriedBy, idOf, newImage, post } from "../support/new-image.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../support/test-library.ts";

/**
 * Words of what a viewer may not see, through every face: each answer must be, letter by letter, that of a library without
 * those words. The hidden ones stand in names of files and folders, captions, tags, text read in pictures, and what files
 * carry; some of them in other places of pictures that the viewer does see.
 */

const base = realpathSync(temporaryFolder());
const at = (folder: string) => join(base, folder);

const VISIBLE = { "holiday.jpg": "beach", "scan.jpg": "page", "trip/cat 2024.jpg": "cat" };
const HIDDEN_FILES = {
  "secret plan.jpg": "beach",
  "salaries/quarterly forecast.jpg": "hidden forecast",
  "receipt holidya.jpg": "hidden receipt",
};
const HIDDEN_WORDS = [
  "secret",
  "salar",
  "merger",
  "forecast",
  "quarterly",
  "confidential",
  "holidya",
  "Codename",
  "takeover",
  "hostile",
  "dossier",
];

/** Each finds something hidden, alone or beside what is seen, as it is typed or misspelled. */
const QUERIES = [
  "secret",
  "secret plan holiday",
  '"quarterly forecast"',
  "text:confidential",
  "text:confidental",
  "name:salaries",
  "name:forcast",
  "merger",
  "mergre",
  "codenam",
  "holidya",
  "text:welcom",
  "text:receipt",
  "cat merger",
  "hello",
  "takeover",
  "takeovr summer",
  "hostile bid",
  "text:dosier",
  "summer",
];

async function libraryOf(withHidden: boolean): Promise<Library> {
  const { library, catalog, embedder } = await openTestLibrary(temporaryFolder(), {
    embedder: new FakeEmbedder({
      traits: {
        thresholds: {
          none: 0.2,
          tag: 0.4,
          alike: 0.98,
          similar: 0.9,
          nothing: { cosine: 0.3, measured: true },
        },
      },
    }),
  });
  await library.add([at("public"), ...(withHidden ? [at("private")] : [])]);
  const put = async (content: string, placement: ReturnType<typeof post>) => {
    const { embedding } = await embedder.embedPicture({ bytes: Buffer.from(content) });
    await catalog.images.put([{ ...newImage(content, placement), space: embedder.space, embedding }]);
  };
  const read = (content: string, ...texts: string[]) => {
    const box = { x: 0.1, y: 0.1, width: 0.5, height: 0.1 };
    const lines = texts.map((text) => ({ text, confidence: 0.9, box, angle: 0 }));
    return catalog.readings.put([{ id: idOf(content), engine: "test", lines }]);
  };
  await put("dog", post("1", { channelId: "c1", filename: "open.png", caption: "hello world" }));
  await put("tree", post("2", { channelId: "c2", filename: "other.png", caption: "hello from elsewhere" }));
  await read("page", "WELCOME", "RECEIPT 12");
  const carry = (path: string, content: string, tags: string[], title: string) =>
    catalog.tags.setFromFiles([carriedBy(content, tags, { path: at(path), titles: [title] })]);
  await carry("public/holiday.jpg", "beach", ["Summer"], "Our days at the sea");
  // What the picture's metadata say goes with its files: the same picture is posted in c1.
  const taken = { camera: "Leica M6", location: { latitude: 48.8584, longitude: 2.2945 }, rating: 3 };
  const place = { id: 2988507, name: "Paris, FR" };
  await catalog.images.putReread([{ id: idOf("beach"), takenAt: null, facts: { ...taken, place } }]);
  await put("beach", post("5", { channelId: "c1", filename: "posted.png" }));
  if (withHidden) {
    const hidden = {
      camera: "Codename Pro",
      lens: "Merger 50mm",
      location: { latitude: 38.7, longitude: -9.1 },
      place: { id: 2267057, name: "Lisbon, PT" },
      rating: 5,
    };
    const secret = { path: at("private/secret plan.jpg"), id: idOf("beach"), facts: hidden };
    await catalog.facts.setFromSidecars([secret]);
    await put("dog", post("3", { channelId: "c9", filename: "merger.png", caption: "secret merger, hello" }));
    await put(
      "hidden memo",
      post("4", { channelId: "c9", filename: "memo.png", caption: "Codename salary" }),
    );
    await read("hidden forecast", "CONFIDENTIAL", "quarterly forecast");
    await catalog.tags.put(idOf("hidden memo"), "confidential");
    await catalog.tags.put(idOf("hidden forecast"), "merger");
    await carry("private/secret plan.jpg", "beach", ["takeover", "summer"], "Hostile bid dossier");
    await carry("private/receipt holidya.jpg", "hidden receipt", ["takeover"], "Hostile bid dossier, page 2");
  }
  return library;
}

let whole: Library;
let visible: Library;
beforeAll(async () => {
  for (const [folder, pictures] of Object.entries({ public: VISIBLE, private: HIDDEN_FILES })) {
    mkdirSync(at(folder));
    writePictures(at(folder), pictures);
  }
  whole = await libraryOf(true);
  visible = await libraryOf(false);
});
afterAll(async () => {
  await whole.close();
  await visible.close();
});

const SCOPES: Readonly<Record<string, Scope>> = {
  folder: { files: { folders: [at("public")] }, discord: "none" },
  guild: { files: "none", discord: { guildId: "g1", channelIds: ["c1", "c2"] } },
  channel: { files: "none", discord: { guildId: "g1", channelIds: ["c1"] } },
  "folder and channel": {
    files: { folders: [at("public")] },
    discord: { guildId: "g1", channelIds: ["c1"] },
  },
  none: { files: "none", discord: "none" },
};

type View = ReturnType<Library["within"]>;

async function printed(answer: FindAnswer): Promise<string> {
  const lines: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    await printHits(answer, { styles: stylesFor(process.stdout, false) });
  } finally {
    stdout.mockRestore();
  }
  return [...answer.notes, fitHeading(answer) ?? "", ...lines].join("\n");
}

/** What each face makes of one answer, as text. */
const FACES: Readonly<Record<string, (view: View, answer: FindAnswer) => Promise<string>>> = {
  "the command line": (_, answer) => printed(answer),
  "--json": async (view, answer) => {
    const alike = await view.images(answer.hits.flatMap((hit) => hit.alike));
    // The last bits of a cosine depend on how many are compared.
    const rounded = (key: string, value: unknown) => (key === "score" ? Number(value).toFixed(5) : value);
    return JSON.stringify(findJson(answer, new Map(alike.map((image) => [image.id, image]))), rounded);
  },
  "--html": (view, answer) => hitsPage(answer, [], (id) => view.thumbnail(id)),
  "--print0": async (_, answer) => answer.hits.flatMap(filesOf).join("\0"),
  "a Discord message": async (view, { hits, match, searched, notes }) => {
    const shown = hits.flatMap((hit) =>
      oldestFirst(hit)
        .slice(0, 1)
        .map((placement) => ({ hit, placement })),
    );
    const basis = { guildId: "1", channelIds: [], seesAgeRestricted: false };
    const query = {
      ...{ kind: "find" as const, guildId: "1", userId: "2", terms: [{ text: "words" }] },
      ...{ shown: "words", sort: "relevance" as const, narrowing: {} },
    };
    const controls = { queryId: "q", query, isHere: true, showsFilters: false };
    const page = {
      page: 0,
      hits: shown,
      hasNext: false,
      match,
      searched,
      notes,
      blurred: new Set<string>(),
      unsure: 0,
      view,
      basis,
    };
    return JSON.stringify(await resultsMessage(page, { controls, title: "words", texts: english.answers }));
  },
};

describe.each(Object.entries(SCOPES))("within %s", (_, scope) => {
  test.each(QUERIES)("every face answers %s as if nothing was hidden", async (text) => {
    const views = [whole.within(scope), visible.within(scope)] as const;
    for (const request of [
      { terms: [{ text }] },
      { terms: [{ text: "cat" }, { text, weight: -1 }], limit: 1 },
    ]) {
      const [answer, expected] = await Promise.all(views.map((view) => view.find(request)));
      if (!answer || !expected) throw new Error("two views");
      for (const [face, show] of Object.entries(FACES)) {
        const seen = await show(views[0], answer);
        expect(seen, face).toBe(await show(views[1], expected));
        const echoed = JSON.stringify(request).toLowerCase();
        for (const word of HIDDEN_WORDS.filter((hidden) => !echoed.includes(hidden.toLowerCase())))
          expect(seen.toLowerCase(), `${face}: ${word}`).not.toContain(word.toLowerCase());
      }
    }
  });

  test("completion, texts, tags and errors are those of a library without it", async () => {
    const results = [whole, visible].map(async (library) => {
      const view = library.within(scope);
      const tagged = async (tag: string) => {
        const narrow = library.within({ ...scope, tags: [tag] });
        const { hits } = await narrow.find({ terms: [{ text: "beach" }] });
        const without = library.within({ ...scope, notTags: [tag] });
        return [hits.map(({ id }) => id), (await narrow.status()).images, (await without.status()).images];
      };
      const failed = (work: Promise<unknown>) => work.then(JSON.stringify, (error: Error) => error.message);
      return {
        ids: (await view.completeId("", 50)).sort(),
        prefixed: await view.completeId(idOf("hidden memo").slice(0, 3), 50),
        tags: await view.knownTags(),
        unknownTag: await failed(view.requireTags(["mergr"])),
        carriedTag: await failed(view.requireTags(["takeover"])),
        withCarriedTag: await tagged("takeover"),
        withCarriedByBoth: await tagged("SUMMER"),
        tagCounts: await view.tags(),
        tagsOfPictures: (await view.images([idOf("beach"), idOf("dog")])).map(({ tags }) => tags),
        facts: await view.factCounts(),
        unknownCamera: await failed(view.requireCamera("codename")),
        factsOfPictures: (await view.images([idOf("beach"), idOf("dog")])).map(({ facts }) => facts),
        byFacts: await Promise.all(
          [
            { camera: "codename" },
            { places: [2267057] },
            { near: { latitude: 38.7, longitude: -9.1, kilometres: 5 } },
            { rating: { from: 5, to: 5 } },
          ].map(async (facts) => (await library.within({ ...scope, facts }).status()).images),
        ),
        texts: await view.texts([idOf("hidden forecast"), idOf("page"), idOf("dog")]),
        image: await failed(view.image(idOf("hidden memo"))),
        text: await failed(view.readText({ id: idOf("hidden forecast").slice(0, 12) })),
        path: await failed(view.resolveImage(at("private/secret plan.jpg"))),
      };
    });
    const [seen, expected] = await Promise.all(results);
    expect(seen).toEqual(expected);
  });
});

test("on Discord neither camera nor place of a posted picture is shown or searched, though the owner's file says them", async () => {
  const bot: Scope = { files: "none", discord: { guildId: "g1", channelIds: ["c1", "c2"] } };
  const owner = whole.within({ files: "all", discord: "all" });
  expect((await owner.images([idOf("beach")]))[0]?.facts).toMatchObject({ camera: "Codename Pro" });
  const view = whole.within(bot);
  const [image] = await view.images([idOf("beach")]);
  expect(image?.placements.map(({ kind }) => kind)).toEqual(["discord"]);
  expect(image).not.toHaveProperty("facts");
  for (const text of ["leica", "codename", "paris", "lisbon"]) {
    const { hits } = await view.find({ terms: [{ text: `text:${text}` }] });
    expect(hits).toEqual([]);
  }
  const everywhere = { near: { latitude: 0, longitude: 0, kilometres: 20_016 } };
  const filters = [{ camera: "leica" }, { places: [2988507] }, everywhere, { rating: { from: -1, to: 5 } }];
  for (const facts of filters) {
    expect((await whole.within({ ...bot, facts }).find({ terms: [], sort: "newest" })).hits).toEqual([]);
    expect(
      (await whole.within({ ...owner.scope, facts }).find({ terms: [], sort: "newest" })).hits,
    ).toHaveLength(1);
  }
  expect(await view.factCounts()).toEqual({ cameras: [], places: [] });
});

/** What is printed with when something was added or scanned differs between two libraries, and says nothing of words. */
const withoutTimes = (result: unknown) =>
  JSON.stringify(result).replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, "some time");

test("MCP: search, read_text, view_images, completion, status and errors are those of a library without it", async () => {
  const outcomes = [whole, visible].map(async (library) => {
    const keptOpen = new Proxy(library, {
      get: (target, name) => {
        const value = name === "close" ? async () => undefined : Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const { call, client } = await startSession(keptOpen, { folders: [at("public")] });
    const outcome: Record<string, string> = {};
    const tool = async (name: string, args: Record<string, unknown>) => {
      outcome[`${name} ${JSON.stringify(args)}`] = withoutTimes(await call(name, args));
    };
    for (const query of QUERIES) await tool("search_images", { query });
    await tool("search_images", { query: "cat", not: "merger" });
    await tool("search_images", { query: "cat", tags: ["mergr"] });
    await tool("search_images", { query: "cat", tags: ["takeover"] });
    await tool("search_images", { tags: ["summer"] });
    await tool("library_status", {});
    await tool("search_images", { query: "cat", folder: "salaries" });
    await tool("search_images", { query: "cat", folder: "privat" });
    await tool("search_images", { like: at("private/secret plan.jpg") });
    for (const hidden of ["hidden memo", "hidden forecast", "dog"]) {
      await tool("read_text", { ids: [idOf(hidden).slice(0, 12)] });
      await tool("view_images", { ids: [idOf(hidden).slice(0, 12), "0000"] });
    }
    await tool("read_text", { ids: [idOf("page").slice(0, 12)] });
    const ref = { type: "ref/resource" as const, uri: "image://{id}" };
    for (const value of ["", idOf("hidden forecast").slice(0, 2), idOf("hidden memo").slice(0, 8)]) {
      const completed = await client.complete({ ref, argument: { name: "id", value } });
      outcome[`complete ${value}`] = JSON.stringify(completed.completion.values.toSorted());
    }
    outcome.resources = withoutTimes(await client.listResources());
    return outcome;
  });
  const [seen, expected] = await Promise.all(outcomes);
  for (const [request, result] of Object.entries(seen ?? {}))
    expect(result, request).toBe(expected?.[request]);
  expect(Object.keys(seen ?? {}).length).toBeGreaterThan(QUERIES.length);
});

test("what a face stores within a scope is spelled, and undone, as if nothing was hidden", async () => {
  const scope = { files: { folders: [at("public")] }, discord: "none" } as const;
  const outcomes = [true, false].map(async (withHidden) => {
    const library = await libraryOf(withHidden);
    const image = idOf("beach");
    const put = await library.tags.putAll([image], "TAKEOVER", scope);
    const states = [
      await library.tags.setState(image, "takeover", undefined, scope),
      await library.tags.setState(image, "Takeover", { by: "rejected", score: 1 }, scope),
      await library.tags.setState(image, "Takeover", undefined, scope),
    ];
    const { tags } = await library.within(scope).image(image);
    const all = (await library.within({ files: "all", discord: "all" }).image(image)).tags;
    await library.close();
    return { seen: { put, states, tags }, all: all.map(({ tag, by }) => `${tag} ${by}`) };
  });
  const [hidden, plain] = await Promise.all(outcomes);
  expect(hidden?.seen).toEqual(plain?.seen);
  // Undone, the file outside carries it as before.
  expect(hidden?.all).toContain("takeover file");
});
