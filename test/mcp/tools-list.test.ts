import { encode } from "gpt-tokenizer";
import { expect, test } from "vitest";
import { startSession } from "./support/session.ts";
import { pictureNamed, standInLibrary } from "./support/stand-in-library.ts";

const names = [
  "search_images",
  "view_images",
  "read_text",
  "overview",
  "classify_image",
  "classify_images",
  "find_duplicates",
  "library_status",
  "index_folder",
  "job",
];

test("the whole list of tools, those that change something too, costs an assistant less than 1,800 tokens", async () => {
  const { client } = await startSession(standInLibrary([]), { allowTags: true, exportFolder: "/exports" });
  const list = await client.listTools();
  expect(list.tools.map(({ name }) => name).sort()).toEqual(
    [...names, "tag_images", "record_verdict", "export_images"].sort(),
  );
  expect(encode(JSON.stringify(list)).length).toBeLessThan(1800);
});

const ITALY = ["/home/anna/Pictures/2024/Italy"];
const PLACES = ["Italy", "Norway/Fjords", "Birthday of Tom"];

test.each([
  ["of one folder", ITALY, 450],
  [
    "of several folders",
    PLACES.flatMap((name) => [`/home/anna/Pictures/2023/${name}`, `/home/anna/Pictures/2024/${name}`]),
    480,
  ],
] as const)("ten hits %s cost less than 450 tokens as text", async (_what, folders, most) => {
  const hits = Array.from({ length: 12 }, (_, at) => {
    const picture = pictureNamed(`${at}`, at % 3 === 0 ? ["beach"] : []);
    const path = `${folders[at % folders.length]}/IMG_20${at + 10}.jpg`;
    return { ...picture, placements: picture.placements.map((place) => ({ ...place, path })) };
  });
  const { call } = await startSession(standInLibrary(hits));
  const { text, data } = await call("search_images", { query: "a dog on the beach" });
  expect(encode(text).length).toBeLessThan(450);
  expect(encode(JSON.stringify(data)).length).toBeLessThan(most);
});

test("a folder that all hits share is said once, and never for a post", async () => {
  const pictures = Array.from({ length: 4 }, (_, at) => {
    const picture = pictureNamed(`${at}`);
    const path = `/home/anna/Pictures/${at < 2 ? "Italy" : "Italy by train"}/${at}.jpg`;
    return { ...picture, placements: picture.placements.map((place) => ({ ...place, path })) };
  });
  const shared = await startSession(standInLibrary(pictures));
  const { data, text } = await shared.call("search_images", { query: "sea" });
  expect(data).toMatchObject({
    folder: "/home/anna/Pictures/",
    hits: [{ path: "Italy/0.jpg" }, { path: "Italy/1.jpg" }, { path: "Italy by train/2.jpg" }, {}],
  });
  expect(text).toContain('All in "/home/anna/Pictures/"');
  const place = { ...pictures[0]?.placements[0], path: "/srv/elsewhere.jpg" };
  const apart = await startSession(
    standInLibrary([
      ...pictures,
      { ...pictureNamed("x"), placements: [place as (typeof pictures)[0]["placements"][0]] },
    ]),
  );
  expect((await apart.call("search_images", { query: "sea" })).data).not.toHaveProperty("folder");
});

test("no answer has an empty field, but for the lists that are the answer", async () => {
  const dog = pictureNamed("dog.jpg");
  const { call } = await startSession(standInLibrary([dog, pictureNamed("cat.jpg")]));
  for (const [name, args] of [
    ["search_images", { query: "dog" }],
    ["find_duplicates", {}],
    ["library_status", {}],
    ["read_text", { ids: [dog.id] }],
    ["classify_image", { image: dog.id }],
  ] as const) {
    const { data = {} } = await call(name, args);
    expect(Object.keys(data)).not.toEqual([]);
    const entries = Object.values(data).map((value) => JSON.stringify(value));
    for (const entry of entries.filter((text) => text !== "[]"))
      expect(entry, name).not.toMatch(/^null$|^""$|:(?:null|""|\[\])/);
  }
});

test("a server that may not index lists no such tool, and calling it explains why", async () => {
  const { client, call } = await startSession(standInLibrary([]), { allowIndex: false });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(names.filter((name) => name !== "index_folder"));
  expect(await call("index_folder", { path: "/photos" })).toMatchObject({
    isError: true,
    text: expect.stringContaining("--allow-index"),
  });
});

test("what a user said is noted only where the operator allows it", async () => {
  const dog = pictureNamed("dog.jpg");
  const off = await startSession(standInLibrary([dog]));
  expect((await off.client.listTools()).tools.map(({ name }) => name)).not.toContain("record_verdict");
  expect(await off.call("record_verdict", { query: "a dog" })).toMatchObject({
    isError: true,
    text: expect.stringContaining("--allow-marks"),
  });
  const noted: unknown[] = [];
  const library = standInLibrary([dog]);
  const { put } = library.marks;
  const on = await startSession(
    {
      ...library,
      marks: {
        put: (question, id, options) => {
          noted.push([question, id, options]);
          return put(question, id, options);
        },
      },
    },
    { allowMarks: true },
  );
  const tool = (await on.client.listTools()).tools.find(({ name }) => name === "record_verdict");
  expect(tool?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: false });
  const short = dog.id.slice(0, 12);
  expect(await on.call("record_verdict", { query: "a dog", id: short })).toMatchObject({
    isError: false,
    data: { query: "a dog", id: short, right: true },
  });
  await on.call("record_verdict", { query: "a cat", id: short, right: false });
  await on.call("record_verdict", { query: "a submarine" });
  const unknown = await on.call("record_verdict", { query: "a dog", id: "ffffffffffff" });
  expect(unknown.isError).toBe(true);
  expect(await on.call("record_verdict", { query: "a dog", right: false })).toMatchObject({
    isError: true,
    text: expect.stringContaining('give its "id"'),
  });
  expect(noted).toEqual([
    ["a dog", dog.id, { isRight: true }],
    ["a cat", dog.id, { isRight: false }],
    ["a submarine", null, { isRight: true }],
  ]);
});

test("every tool states the hints that mean something of it, a title and a description", async () => {
  const { client } = await startSession(standInLibrary([]), { allowTags: true, exportFolder: "/exports" });
  const { tools } = await client.listTools();
  for (const { name, title, description, annotations } of tools) {
    expect(title, name).toBeTruthy();
    expect(description, name).toBeTruthy();
    const changes = ["index_folder", "job", "tag_images", "record_verdict", "export_images"].includes(name);
    expect(annotations, name).toEqual({
      readOnlyHint: !changes,
      openWorldHint: false,
      ...(changes && { destructiveHint: false, idempotentHint: true }),
    });
  }
});

test("no schema of an answer is listed: the text says all of it", async () => {
  const { client } = await startSession(standInLibrary([]));
  const { tools } = await client.listTools();
  expect(tools.filter(({ outputSchema }) => outputSchema !== undefined)).toEqual([]);
});

test("the instructions take three to five lines", async () => {
  const { client } = await startSession(standInLibrary([]));
  const lines = client.getInstructions()?.split("\n") ?? [];
  expect(lines.length).toBeGreaterThanOrEqual(3);
  expect(lines.length).toBeLessThanOrEqual(5);
});
