import { expect, test } from "vitest";
import { type Session, startSession } from "./support/session.ts";
import { pictureNamed, standInLibrary } from "./support/stand-in-library.ts";

const megabyte = "x".repeat(1_000_000);
const dog = pictureNamed("dog.jpg");
/** Two pictures whose ids begin alike. */
const twins = [dog, { ...pictureNamed("cat.jpg"), id: `${dog.id.slice(0, 20)}${"0".repeat(44)}` }];

const outside = [
  "/etc/passwd",
  "../../etc/passwd",
  "~/.ssh/id_rsa",
  "a\0b.jpg",
  "C:\\Windows\\a.jpg",
  "file:///etc/x",
];

const wrong: Record<string, readonly unknown[]> = {
  search_images: [
    { query: { words: "dog" } },
    { query: ["dog", "cat"] },
    { query: megabyte },
    { like: "0000000000aa" },
    { like: dog.id.slice(0, 12) },
    ...outside.map((like) => ({ like })),
    { like: megabyte },
    { not: "people" },
    { query: "dog", folder: "/etc" },
    { query: "dog", folder: ".." },
    { query: "dog", folder: "a\0b" },
    { query: "dog", since: "some day" },
    { query: "dog", until: "2024-02-31" },
    { query: "dog", tags: Array(21).fill("a") },
    { query: "dog", limit: "many" },
    { query: "dog", cursor: "of another query" },
    { query: "dog", cursor: megabyte },
    { q: "dog" },
    { query: "dog", __proto__: null, constructor: 1 },
  ],
  read_text: [
    {},
    { ids: [] },
    { ids: "0000000000aa" },
    { ids: ["0000000000aa"] },
    { ids: Array(9).fill(dog.id) },
    { ids: [megabyte] },
  ],
  view_images: [
    {},
    { ids: [] },
    { ids: "0000000000aa" },
    { ids: ["0000000000aa"] },
    { ids: [dog.id.slice(0, 12)] },
    { ids: Array(9).fill(dog.id) },
    { ids: [5] },
    { ids: [megabyte] },
    { ids: ["../../etc/passwd"] },
    { ids: [dog.id], size: "huge" },
  ],
  classify_image: [
    {},
    { image: "" },
    { image: 5 },
    { image: "0000000000aa" },
    { image: dog.id.slice(0, 12) },
    ...outside.map((image) => ({ image })),
    { image: megabyte },
    { image: dog.id, labels: [] },
    { image: dog.id, labels: [megabyte] },
    { image: dog.id, labels: Array(201).fill("cat") },
  ],
  find_duplicates: [
    { kind: "all" },
    { folder: "/etc" },
    { folder: { path: "/photos" } },
    { cursor: "nonsense" },
    { cursor: megabyte },
  ],
  index_folder: [{}, { path: "" }, { path: 5 }, { path: megabyte }, ...outside.map((path) => ({ path }))],
  job: [{}, { id: "nothing" }, { id: 5 }, { id: megabyte }, { id: "nothing", cancel: "yes" }],
  library_status: [{ verbose: true }],
};

const cases = Object.entries(wrong).flatMap(([tool, list]) => list.map((args) => ({ tool, args })));

async function strictSession(): Promise<Session> {
  return startSession(standInLibrary(twins), {});
}

test("every wrong argument of every tool is answered with what, why and what instead", async () => {
  const { client, service, log } = await strictSession();
  for (const { tool, args } of cases) {
    const name = `${tool} ${JSON.stringify(args).slice(0, 80)}`;
    const result = await client.callTool({ name: tool, arguments: { ...Object(args) } });
    const text = JSON.stringify(result.content);
    expect(result.isError, name).toBe(true);
    expect(text.length, name).toBeLessThan(1200);
    expect(text, name).not.toMatch(/at .*\.ts:|node_modules|root:x/);
    expect(result.structuredContent, name).toBeUndefined();
  }
  expect(log).toEqual([]);
  expect(service.jobs.all()).toEqual([]);
});

test("an ambiguous id lists the candidates", async () => {
  const { call } = await strictSession();
  const { text } = await call("classify_image", { image: dog.id.slice(0, 12) });
  expect(text).toContain("fits several images");
});

test("an unknown tool is answered with the existing ones", async () => {
  const { call } = await strictSession();
  const { isError, text } = await call(`find\u202E${megabyte}`);
  expect(isError).toBe(true);
  expect(text).toContain("search_images");
  expect(text.length).toBeLessThan(400);
});

test.each<[form: string, args: Record<string, unknown>, note?: string]>([
  ["null for what is absent", { query: "dog", like: null, tags: null, limit: null }],
  ["empty text for what is absent", { query: "dog", like: "", folder: "", since: "", cursor: "" }],
  ["a list in JSON text", { query: "dog", tags: '["beach"]' }],
  ["one text for a list", { query: "dog", tags: "beach" }],
  ["a number as text", { query: "dog", limit: "10" }],
  ["a number for a text", { query: 5, since: 2020, rating: 4 }],
  ["a list of one for a text", { query: ["dog"], sort: ["newest"] }],
  ["a word in capitals", { query: "dog", sort: "NEWEST" }],
  ["what is absent in a list", { query: "dog", tags: ["", null], ids: [dog.id, "", null] }],
  ["a broken number", { query: "dog", limit: 1.7 }, "limit 1.7 was taken as 1."],
  ["a number too large", { query: "dog", limit: 500 }, "limit 500 was taken as 50."],
  ["a number too small", { query: "dog", limit: 0 }, "limit 0 was taken as 1."],
  ["a time stamp", { query: "dog", since: "2020-01-01T23:30:00-05:00", until: "2030-01-01 10:00:00" }],
])("%s is understood", async (_, args, note) => {
  const { call } = await strictSession();
  const { isError, text, data } = await call("search_images", args);
  expect(isError, text).toBe(false);
  if (note === undefined) expect(text).not.toContain("was taken");
  else for (const answer of [text, JSON.stringify(data)]) expect(answer).toContain(note);
});

test("no arguments at all are none", async () => {
  const { client } = await strictSession();
  expect((await client.callTool({ name: "search_images" })).isError ?? false).toBe(false);
});

test("of a time stamp the day counts that is written in it, whatever its zone", async () => {
  const { call } = await strictSession();
  const { data } = await call("search_images", { query: "dog", since: "2020-01-01T23:30:00-05:00" });
  expect(data).toMatchObject({ applied: { since: "2020-01-01" } });
});

test.each<[args: Record<string, unknown>, words: string]>([
  [{ q: "dog" }, "there is no argument q"],
  [{ query: ["dog", "cat"] }, "query should be text"],
  [{ query: "dog", limit: "many" }, "limit should be a number"],
  [{ query: "dog", ids: [dog.id, {}] }, "entry 2 of ids should be text"],
  ...["NaN", "Infinity", "-1", "0", "1e3", "0x10", "101", "½", ""].map(
    (weight): [Record<string, unknown>, string] => [
      { ids: [`${dog.id}:${weight}`] },
      "A weight is a number above 0 and up to 100",
    ],
  ),
  [{ query: "dog", not_ids: `${dog.id}:NaN` }, "which is not a weight"],
  [{ query: megabyte }, "query is too long: at most 1,000 characters"],
  [{ query: "dog", tags: Array(21).fill("a") }, "tags is too long: at most 20 entries"],
])("what is wrong is said in plain words: %j", async (args, words) => {
  const { call } = await strictSession();
  const { isError, text } = await call("search_images", args);
  expect(isError).toBe(true);
  expect(text).toContain(words);
});

test("one is not many in what is said of a list that is too short", async () => {
  const { call } = await strictSession();
  expect((await call("view_images", { ids: [] })).text).toContain("ids is too short: at least 1 entry.");
});

test("two hundred calls at once are all answered", async () => {
  const { call } = await strictSession();
  const names = ["search_images", "library_status", "find_duplicates", "nonsense"];
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => call(names[n % names.length] ?? "", {})),
  );
  expect(answers.filter(({ isError }) => isError)).toHaveLength(50);
});
