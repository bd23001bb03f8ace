import { expect, test } from "vitest";
import { ModelError } from "../../src/core/errors.ts";
import type { Scope } from "../../src/core/index.ts";
import { startSession } from "./support/session.ts";
import { pictureNamed, replaceReads, someBytes, standInLibrary } from "./support/stand-in-library.ts";

const dog = pictureNamed("dog.jpg", ["beach"]);
const cat = pictureNamed("cat.jpg");
const many = Array.from({ length: 30 }, (_, n) => pictureNamed(`${n}.jpg`));
const short = (id: string) => id.slice(0, 12);

test("a search answers in text and in data, each enough by itself, with nothing else beside", async () => {
  const { call } = await startSession(standInLibrary([dog, cat]));
  const { text, data, content } = await call("search_images", { query: "golden retriever" });
  for (const answer of [text, JSON.stringify(data)]) {
    expect(answer).toContain(short(dog.id));
    expect(answer).toContain("/photos/dog.jpg");
    expect(answer).toContain("2024-06-01");
    expect(answer).toContain("beach");
    expect(answer).toContain("never instructions");
  }
  // LangChain ends the turn on a resource_link, and other clients feed it to the model as JSON.
  expect(content.map(({ type }) => type)).toEqual(["text"]);
});

test("arguments narrow what the server may see, and never widen it", async () => {
  const scopes: Scope[] = [];
  const { call } = await startSession(
    replaceReads(standInLibrary([dog]), (view) => ({
      find: (request) => {
        scopes.push(view.scope);
        return view.find(request);
      },
    })),
  );
  await call("search_images", {
    query: "dog",
    folder: "Italy",
    since: "2024-06",
    until: "2024-06",
    tags: ["beach"],
  });
  expect(scopes.at(-1)).toEqual({
    files: { folders: ["/photos/Italy"] },
    discord: "none",
    since: expect.objectContaining({ wallClock: Date.UTC(2024, 5, 1) }),
    until: expect.objectContaining({ wallClock: Date.UTC(2024, 6, 1) }),
    tags: ["beach"],
  });
});

test("Discord pictures are visible only with --include-discord", async () => {
  for (const includeDiscord of [false, true]) {
    const scopes: unknown[] = [];
    const spied = replaceReads(standInLibrary([dog]), (view) => ({
      find: (request) => {
        scopes.push(view.scope);
        return view.find(request);
      },
    }));
    const { call } = await startSession(spied, { includeDiscord });
    await call("search_images", { query: "dog" });
    expect(scopes).toEqual([{ files: "all", discord: includeDiscord ? "all" : "none" }]);
  }
});

test("without query or example the newest pictures are listed in pages", async () => {
  const { call } = await startSession(standInLibrary(many));
  const first = await call("search_images", { limit: 20 });
  expect(first.text).toContain("Newest");
  const second = await call("search_images", { limit: 20, cursor: first.data?.next_cursor });
  expect(second.data).not.toHaveProperty("next_cursor");
  expect(second.data?.hits).toHaveLength(10);
});

test("an example may be a short id, a long one or a picture's address", async () => {
  const { call } = await startSession(standInLibrary([dog, cat]));
  for (const like of [short(dog.id), dog.id, dog.id.toUpperCase(), `image://${short(dog.id)}`]) {
    expect(await call("search_images", { like }), like).toMatchObject({ isError: false });
  }
});

test.each([
  ["newest", "Newest pictures"],
  ["oldest", "Oldest pictures"],
] as const)("pictures in order of date are said to be in it: %s", async (sort, heading) => {
  const { call } = await startSession(standInLibrary([dog, cat]));
  expect(JSON.stringify((await call("search_images", { sort })).content)).toContain(heading);
});

test("several examples, liked and disliked, each with its weight, and words that must be there", async () => {
  const asked: unknown[] = [];
  const { call } = await startSession(
    replaceReads(standInLibrary([dog, cat]), (view) => ({
      find: (request) => {
        asked.push([request.terms, request.sort]);
        return view.find(request);
      },
    })),
  );
  await call("search_images", {
    query: "a beach",
    ids: [`${short(dog.id)}:0.5`],
    not_ids: [cat.id],
    text: 'no "entry"',
    sort: "newest",
  });
  await call("search_images", { text: "open" });
  expect(asked).toEqual([
    [
      [
        { text: 'a beach text:"no  entry "' },
        { image: { id: dog.id }, weight: 0.5 },
        { image: { id: cat.id }, weight: -1 },
      ],
      "newest",
    ],
    [[{ text: 'text:"open"' }], "relevance"],
  ]);
  for (const [args, said] of [
    [{ not_ids: [cat.id] }, "only push away"],
    [{ ids: [`${short(dog.id)}:0`] }, "above 0"],
    [{ ids: ["ffffffffffff"] }, "ffffffffffff"],
  ] as const)
    expect(await call("search_images", args)).toMatchObject({
      isError: true,
      text: expect.stringContaining(said),
    });
});

test("an unknown tag is an error that suggests similar ones", async () => {
  const { call } = await startSession(standInLibrary([dog]));
  for (const [tag, suggestion] of [
    ["baech", 'Did you mean "beach"?'],
    ["none such", "Existing tags: beach."],
  ])
    expect(await call("search_images", { query: "dog", tags: [tag] })).toMatchObject({
      isError: true,
      text: expect.stringContaining(`There is no tag "${tag}". ${suggestion}`),
    });
});

test('one picture is not "1 pictures"', async () => {
  const { call } = await startSession(standInLibrary([dog]));
  for (const tool of ["search_images", "library_status"])
    expect((await call(tool, tool === "search_images" ? { query: "dog" } : {})).text).toMatch(
      /\b1 picture\b/,
    );
});

test("an empty answer suggests what would not be empty", async () => {
  const { call } = await startSession(standInLibrary([]));
  expect((await call("search_images", { query: "dog" })).text).toContain("library_status");
  expect((await call("search_images", { tags: ["beach"] })).text).toContain("Drop one");
  expect((await call("search_images", { since: "1999" })).text).toContain("Drop a filter");
});

test("classification ranks labels, or says none of these", async () => {
  const { call } = await startSession(standInLibrary([dog]));
  const { data, text } = await call("classify_image", { image: short(dog.id), labels: ["dog", "car"] });
  expect(data).toMatchObject({ none: false, labels: [{ label: "dog", probability: 0.9 }, { label: "car" }] });
  expect(text).toContain('"dog" 90.0 %');

  const unsure = standInLibrary([dog], {
    classify: async () => [
      { origin: "", none: true, labels: [{ label: "car", probability: 0.1, score: 0.1 }] },
    ],
  });
  const other = await startSession(unsure);
  expect((await other.call("classify_image", { image: dog.id })).text).toContain("none of these");
});

test("many pictures are classified in one table, with none where none fits, and what cannot be is named", async () => {
  const answers = [
    { origin: "a", id: dog.id, none: false, labels: [{ label: "dog", probability: 0.91, score: 0.3 }] },
    { origin: "b", id: cat.id, none: true, labels: [{ label: "dog", probability: 0.2, score: 0.1 }] },
    {
      origin: "c",
      none: false,
      labels: [],
      skipped: { origin: "c", code: "damaged" as const, reason: "the file is cut short" },
    },
  ];
  const [third] = many;
  const { call } = await startSession(standInLibrary([dog, cat, ...many], { classify: async () => answers }));
  const images = [dog.id, "ffffffffffff", short(cat.id), third?.id ?? ""];
  const { data, text } = await call("classify_images", { images, labels: ["dog"] });
  expect(data?.pictures).toEqual([
    { image: short(dog.id), label: "dog", probability: 0.91 },
    { image: short(cat.id), probability: 0.2 },
  ]);
  for (const said of ['"dog" 91.0 %', "none of these", "ffffffffffff", "cut short"])
    expect(text).toContain(said);
  expect(await call("classify_images", { images: ["ffffffffffff"], labels: ["dog"] })).toMatchObject({
    isError: true,
  });
});

test("a picture that cannot be classified is an error with its reason", async () => {
  const library = standInLibrary([dog], {
    classify: async () => [
      {
        origin: "x",
        none: false,
        labels: [],
        skipped: { origin: "x", code: "damaged", reason: "the file is cut short" },
      },
    ],
  });
  const { call } = await startSession(library);
  expect(await call("classify_image", { image: dog.id })).toMatchObject({
    isError: true,
    text: expect.stringContaining("the file is cut short"),
  });
});

test("duplicates come in groups with keeper, reason and bytes, and page on", async () => {
  const { call } = await startSession(standInLibrary(many));
  const first = await call("find_duplicates", { limit: 20 });
  expect(first.data).toMatchObject({ total: 29, reclaimable_bytes: 29_000 });
  expect(first.text).toContain("resized");
  const cursor = first.data?.next_cursor;
  const second = await call("find_duplicates", { limit: 20, cursor });
  expect(second.data?.groups).toHaveLength(9);
  expect(await call("find_duplicates", { kind: "exact", cursor })).toMatchObject({
    isError: true,
    text: expect.stringContaining("without a cursor"),
  });
});

test("the copies of one picture are listed by their paths", async () => {
  const [here] = dog.placements;
  if (here?.kind !== "file") throw new Error("a file was expected");
  const twice = { ...dog, placements: [here, { ...here, path: "/photos/copy/dog.jpg" }] };
  const member = {
    image: twice,
    kind: "exact" as const,
    reference: twice.id,
    edits: [],
    reason: "same bytes",
    measure: 1,
  };
  const group = {
    kind: "exact" as const,
    keeper: twice,
    why: "the oldest",
    members: [member],
    reclaimableBytes: 1000,
  };
  const { call } = await startSession(standInLibrary([dog], { duplicates: async () => [group] }));
  const { data } = await call("find_duplicates");
  expect(data?.groups).toMatchObject([
    {
      keeper: { paths: ["/photos/dog.jpg"] },
      why: "the oldest",
      members: [{ paths: ["/photos/copy/dog.jpg"] }],
    },
  ]);
});

test("pictures come as image blocks with captions and without structured data", async () => {
  const { client, call } = await startSession(standInLibrary(many));
  const ids = many.slice(0, 3).map(({ id }) => short(id));
  const shown = await call("view_images", { ids, size: "large" });
  expect(shown.content.filter(({ type }) => type === "image")).toHaveLength(3);
  expect(shown.data).toBeUndefined();
  for (const id of ids) expect(shown.text).toContain(id);
  const raw = await client.callTool({ name: "view_images", arguments: { ids: ids.slice(0, 1) } });
  expect(raw.content).toContainEqual({
    type: "image",
    data: Buffer.from(someBytes).toString("base64"),
    mimeType: "image/jpeg",
  });
});

test("many pictures come as one labelled sheet unless a size is given", async () => {
  const { call } = await startSession(standInLibrary(many));
  const ids = many.slice(0, 8).map(({ id }) => id);
  const sheet = await call("view_images", { ids });
  expect(sheet.content.filter(({ type }) => type === "image")).toHaveLength(1);
  expect(sheet.text).toContain("8. ");
  const thumbs = await call("view_images", { ids, size: "thumb" });
  expect(thumbs.content.filter(({ type }) => type === "image")).toHaveLength(8);
});

test("one unknown id does not hide the other pictures", async () => {
  const { call } = await startSession(standInLibrary([dog]));
  const shown = await call("view_images", { ids: ["0000000000aa", dog.id] });
  expect(shown.isError).toBe(false);
  expect(shown.text).toContain("0000000000aa");
  expect((await call("view_images", { ids: ["0000000000aa"] })).isError).toBe(true);
});

test("the words in pictures come as quoted data, bounded", async () => {
  const line = { confidence: 0.987, box: { x: 0, y: 0, width: 1, height: 1 }, angle: 0 };
  const texts = async (ids: readonly string[]) =>
    ids.map((id) => ({
      id,
      state: id === dog.id ? ("read" as const) : ("unread" as const),
      lines: id === dog.id ? Array.from({ length: 250 }, (_, at) => ({ ...line, text: `say "${at}"` })) : [],
    }));
  const [other] = many;
  const { call } = await startSession(standInLibrary([dog, ...many], { texts }));
  const read = await call("read_text", { ids: [dog.id, "0000000000aa", other?.id ?? ""] });
  expect(read.text).toContain(`${short(dog.id)}:\n  "say '0'"\n  "say '1'"`);
  expect(read.text).toContain("… and 50 more lines");
  expect(read.text).toContain("not read yet");
  expect(read.text).toContain("never instructions");
  expect(read.text).toContain("0000000000aa");
  expect(read.data?.pictures).toMatchObject([
    { state: "read", lines: expect.arrayContaining(['say "0"', "… and 50 more lines"]) },
    { state: "unread" },
  ]);
  expect((await call("read_text", { ids: ["0000000000aa"] })).isError).toBe(true);
});

test("the status has counts, folders, permissions and next steps", async () => {
  const { call } = await startSession(standInLibrary([dog]), { allowIndex: false });
  const { text, data } = await call("library_status");
  expect(data).toMatchObject({ images: 1, indexing_allowed: false, discord_included: false });
  expect(text).toContain('"/photos"');
  expect(text).toContain("search_images");
  const empty = await startSession(standInLibrary([]), { allowIndex: false });
  expect((await empty.call("library_status")).text).toContain("--allow-index");
});

test("pictures without a vector under the current model are named, with the way out", async () => {
  const library = replaceReads(standInLibrary([dog]), (view) => ({
    status: async () => ({ ...(await view.status()), older: [{ space: "before@0", images: 2 }] }),
    missingEmbeddings: async () => ({ ...(await view.missingEmbeddings()), unembedded: 3 }),
    duplicates: async () => [],
  }));
  const { call } = await startSession(library);
  const report = await call("library_status");
  expect(report.text).toContain("2 pictures have a vector only of an older model, before@0");
  expect(report.text).toContain("glimpse add");
  for (const kind of ["same", "similar"])
    expect((await call("find_duplicates", { kind })).text).toContain(
      "3 pictures have no vector under stand-in yet",
    );
  expect((await call("find_duplicates", { kind: "exact" })).text).not.toContain("no vector");
});

test("an allowed folder that is not indexed is named, with how to index it", async () => {
  for (const [allowIndex, way] of [
    [true, "index_folder"],
    [false, "glimpse add"],
  ] as const) {
    const { call } = await startSession(standInLibrary([dog]), { folders: ["/new"], allowIndex });
    const { text } = await call("library_status");
    expect(text).toContain('"/new" is allowed but not in the library yet');
    expect(text).toContain(way);
  }
});

test("failures outside the allowed folders and from Discord are left out", async () => {
  const failure = { bytes: 0, modifiedAt: 0, code: "damaged" as const, reason: "cut short", at: 0 };
  const library = standInLibrary([dog], {
    failures: async (_limit, isWanted) =>
      ["/photos/bad.jpg", "/private/bad.jpg", "discord:1/2/3/4"]
        .filter((origin) => isWanted?.(origin))
        .map((origin) => ({ ...failure, origin })),
  });
  const { call } = await startSession(library);
  const { data } = await call("library_status");
  expect(data?.failures).toEqual([{ path: "/photos/bad.jpg", reason: "cut short" }]);
});

test("the error of a model or library that cannot be opened is passed on, and opening is retried by the next call", async () => {
  let broken = true;
  const { call } = await startSession(standInLibrary([dog]), {
    openLibrary: async () => {
      if (broken) throw new ModelError("Model clip-vit-b32 is not installed. Run `glimpse models pull`.");
      return standInLibrary([dog]);
    },
  });
  const failed = await call("search_images", { query: "dog" });
  expect(failed).toMatchObject({ isError: true, text: expect.stringContaining("glimpse models pull") });
  broken = false;
  expect(await call("search_images", { query: "dog" })).toMatchObject({ isError: false });
});

test("a defect shows no stack to the assistant, and all of it to the operator", async () => {
  const library = standInLibrary([dog], {
    find: () => Promise.reject(new TypeError("x is undefined at /home/me/secret")),
  });
  const { call, log } = await startSession(library);
  const { text, isError } = await call("search_images", { query: "dog" });
  expect(isError).toBe(true);
  expect(text).not.toContain("secret");
  expect(log.join("\n")).toContain("x is undefined");
});

test("what a search was narrowed to is echoed as it was understood, and words that are nowhere are named", async () => {
  const scopes: Scope[] = [];
  const library = replaceReads(standInLibrary([dog]), (view) => ({
    find: async (request) => {
      scopes.push(view.scope);
      return { ...(await view.find(request)), match: "nothing", unmatched: ["zebra"] };
    },
  }));
  const { call } = await startSession(library);
  const { data, text } = await call("search_images", {
    query: "zebra",
    folder: "Italy",
    since: "2024-06",
    until: "2024-06-10",
    tags: ["beach"],
  });
  expect(data).toMatchObject({
    fit: "none",
    applied: { folder: "/photos/Italy", since: "2024-06-01", until: "2024-06-10", tags: ["beach"] },
    unmatched: ["zebra"],
  });
  for (const said of ["/photos/Italy", "from 2024-06-01; up to 2024-06-10", 'no picture: "zebra"'])
    expect(text).toContain(said);
  expect((await call("search_images", { query: "zebra" })).data).not.toHaveProperty("applied");
  const shaped = await call("search_images", {
    ...{ screenshots: true, orientation: "portrait", min_width: 1000, format: "JPG", kind: "image" },
    ...{ place: "London", rating: "4.." },
  });
  expect(shaped.data).toMatchObject({
    applied: {
      ...{ screenshots: true, orientation: "portrait", min_width: 1000, format: "JPG", kind: "image" },
      ...{ place: "London", rating: "4.." },
    },
    notes: [expect.stringContaining('"London" is read as London, GB.'), expect.anything()],
  });
  expect(scopes.at(-1)).toMatchObject({
    picture: { orientation: "portrait", minWidth: 1000, formats: ["jpeg"], kinds: ["image"] },
    facts: { screenshots: true, places: [2643743], rating: { from: 4, to: 5 } },
  });
  expect(shaped.text).toContain("screenshots; portrait; at least 1000 pixels wide; format JPG");
  expect(await call("search_images", { format: "doc" })).toMatchObject({
    isError: true,
    text: expect.stringContaining("is no format that is read"),
  });
});

test("a folder is classified a page at a time, with how many have which label", async () => {
  const { call } = await startSession(
    replaceReads(standInLibrary(Array.from({ length: 60 }, (_, n) => pictureNamed(`${n}.jpg`))), () => ({
      classify: async ({ images }) =>
        images.map((image, at) => ({
          origin: "",
          id: "id" in image ? image.id : "",
          none: at % 2 === 0,
          labels: [{ label: "dog", probability: 0.9, score: 0.3 }],
        })),
    })),
  );
  const first = await call("classify_images", { folder: "/photos", labels: ["dog"] });
  expect(first.data?.pictures).toHaveLength(50);
  expect(first.data?.counts).toEqual([{ pictures: 25 }, { label: "dog", pictures: 25 }]);
  expect(first.text).toContain('Together: none 25, "dog" 25.');
  const cursor = first.data?.next_cursor;
  const second = await call("classify_images", { folder: "/photos", labels: ["dog"], cursor });
  expect(second.data?.pictures).toHaveLength(10);
  expect(second.data).not.toHaveProperty("next_cursor");
  for (const args of [{ labels: ["dog"] }, { labels: ["dog"], images: [dog.id], folder: "/photos" }])
    expect(await call("classify_images", args)).toMatchObject({ isError: true });
});

test("duplicates of some pictures are looked for among them and their copies", async () => {
  const scopes: Scope[] = [];
  const { call } = await startSession(
    replaceReads(standInLibrary([dog, cat]), (view) => ({
      findSamePicture: async () => [dog, cat],
      duplicates: (request) => {
        scopes.push(view.scope);
        return view.duplicates(request);
      },
    })),
  );
  expect(await call("find_duplicates", { ids: [short(dog.id)] })).toMatchObject({ data: { total: 1 } });
  expect(scopes.map(({ ids }) => ids)).toEqual([[dog.id, cat.id]]);
  expect(await call("find_duplicates", { ids: ["ffffffffffff"] })).toMatchObject({ isError: true });
});

test("the same question of the same library is searched once for all of its pages", async () => {
  let searches = 0;
  const { call } = await startSession(
    replaceReads(standInLibrary([dog, cat, ...many]), (view) => ({
      duplicates: (request) => {
        searches += 1;
        return view.duplicates(request);
      },
    })),
  );
  const first = await call("find_duplicates", { limit: 1 });
  await call("find_duplicates", { limit: 1, cursor: first.data?.next_cursor });
  await call("find_duplicates", { limit: 5 });
  expect(searches).toBe(1);
});

test("a picture with its context can be cited: where it is, the words in it, what was taken around it", async () => {
  const [at] = dog.placements;
  const twice = {
    ...dog,
    placements: [at, at && { ...at, path: "/photos/copy.jpg" }] as typeof dog.placements,
    placementCount: 2,
  };
  const { call } = await startSession(
    standInLibrary([twice, cat], {
      texts: async ([id = ""]) => [{ id, state: "read", lines: [lineOf("OPEN"), lineOf("12 €")] }],
      neighboursInTime: async () => ({ before: [cat], after: [] }),
    }),
  );
  const { text, content } = await call("view_images", { ids: [dog.id], context: true });
  expect(content.map(({ type }) => type)).toEqual(["text", "image", "text"]);
  for (const said of [
    "/photos/dog.jpg",
    'also at "/photos/copy.jpg"',
    '"OPEN" "12 €"',
    `before it: ${short(cat.id)}`,
  ])
    expect(text).toContain(said);
  expect((await call("view_images", { ids: [dog.id] })).text).not.toContain("OPEN");
});

const lineOf = (text: string) => ({
  text,
  confidence: 0.9,
  angle: 0,
  box: { x: 0, y: 0, width: 0.1, height: 0.1 },
});
