import { encode } from "gpt-tokenizer";
import { expect, test } from "vitest";
import { startSession } from "./support/session.ts";
import { pictureNamed, standInLibrary } from "./support/stand-in-library.ts";

const names = [
  "search_images",
  "view_images",
  "read_text",
  "classify_image",
  "classify_images",
  "find_duplicates",
  "library_status",
  "index_folder",
  "job",
];

test("the whole list of tools, those that change something too, costs an assistant less than 1,800 tokens", async () => {
  const { client } = await startSession(standInLibrary([]), { allowMarks: true, exportFolder: "/exports" });
  const list = await client.listTools();
  expect(list.tools.map(({ name }) => name).sort()).toEqual(
    [...names, "record_verdict", "export_images"].sort(),
  );
  expect(encode(JSON.stringify(list)).length).toBeLessThan(1800);
});

test("ten hits cost less than 500 tokens as text and 570 as data, with paths as people have them", async () => {
  const hits = Array.from({ length: 12 }, (_, at) => {
    const picture = pictureNamed(`${at}`, at % 3 === 0 ? ["beach"] : []);
    const path = `/home/anna/Pictures/2024/Italy/IMG_20${at + 10}.jpg`;
    return { ...picture, placements: picture.placements.map((place) => ({ ...place, path })) };
  });
  const { call } = await startSession(standInLibrary(hits));
  const { text, data } = await call("search_images", { query: "a dog on the beach" });
  expect(encode(text).length).toBeLessThan(500);
  expect(encode(JSON.stringify(data)).length).toBeLessThan(570);
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
  expect(noted).toEqual([
    ["a dog", dog.id, { isRight: true }],
    ["a cat", dog.id, { isRight: false }],
    ["a submarine", null, { isRight: true }],
  ]);
});

test("every tool states all four hints, a title and a description", async () => {
  const { client } = await startSession(standInLibrary([]));
  const { tools } = await client.listTools();
  for (const { name, title, description, annotations } of tools) {
    expect(title, name).toBeTruthy();
    expect(description, name).toBeTruthy();
    expect(annotations, name).toEqual({
      readOnlyHint: !["index_folder", "job"].includes(name),
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
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
