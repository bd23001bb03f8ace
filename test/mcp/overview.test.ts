import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeEmbedder } from "../support/fake-embedder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../support/test-library.ts";
import { startSession } from "./support/session.ts";
import { pictureNamed, replaceReads, standInLibrary } from "./support/stand-in-library.ts";

/** Days are those of the first digits of what the pictures show. */
async function photos() {
  const folder = join(temporaryFolder(), "Photos");
  writePictures(folder, {
    "Italy/Rome/a.jpg": "2024-06-03 fountain",
    "Italy/Rome/b.jpg": "2024-06-04 fountain old",
    "Italy/c.jpg": "2024-07-01 sea",
    "Norway/d.jpg": "2023-01-05 snow",
    "Norway/e.jpg": "broken",
  });
  const { library } = await openTestLibrary(temporaryFolder(), {
    embedder: new FakeEmbedder({
      facts: (bytes) => ({
        takenAt: { wallClock: Date.parse(String(Buffer.from(bytes)).slice(0, 10)), source: "xmp" },
      }),
    }),
  });
  await library.add([folder]);
  return { folder, library, ...(await startSession(library)) };
}

test("one call says when, where, as what and how much, and what could not be read", async () => {
  const { folder, library, call } = await photos();
  const [sea] = (await library.within({ files: "all", discord: "all" }).find({ terms: [{ text: "sea" }] }))
    .hits;
  await library.tags.put(sea?.id ?? "", "water");
  const { data, text } = await call("overview");
  expect(data).toMatchObject({
    pictures: 4,
    first: "2023-01-05",
    last: "2024-07-01",
    times: [
      { time: "2023-01", pictures: 1 },
      { time: "2024-06", pictures: 2 },
      { time: "2024-07", pictures: 1 },
    ],
    folders: [
      { folder: join(folder, "Italy"), pictures: 3 },
      { folder: join(folder, "Norway"), pictures: 1 },
    ],
    tags: [{ tag: "water", pictures: 1 }],
    failed: 1,
    failures: [{ path: join(folder, "Norway/e.jpg") }],
  });
  const themes = data?.themes as { pictures: number; examples: string[] }[];
  expect(themes.reduce((sum, { pictures }) => sum + pictures, 0)).toBe(4);
  for (const id of themes.flatMap(({ examples }) => examples))
    expect(await call("view_images", { ids: [id], size: "thumb" })).toMatchObject({ isError: false });
  for (const said of ["4 pictures, 2023-01-05 to 2024-07-01", "2024-06 2", "water 1", "e.jpg"])
    expect(text).toContain(said);
});

test("of a folder and a time, everything is of them alone, and the filters are echoed", async () => {
  const { folder, call } = await photos();
  const { data, text } = await call("overview", { folder: "Italy", since: "2024-06", until: "2024-06" });
  expect(data).toMatchObject({
    pictures: 2,
    applied: { folder: join(folder, "Italy"), since: "2024-06-01", until: "2024-06-30" },
    first: "2024-06-03",
    last: "2024-06-04",
    times: [{ time: "2024-06", pictures: 2 }],
    folders: [{ folder: join(folder, "Italy/Rome"), pictures: 2 }],
  });
  expect(data).not.toHaveProperty("failed");
  expect(text).toContain(`folder "${join(folder, "Italy")}"; from 2024-06-01; up to 2024-06-30`);
  expect(await call("overview", { folder: "Itly" })).toMatchObject({
    isError: true,
    text: expect.stringContaining('Did you mean "Italy"?'),
  });
});

test("many months are told as years", async () => {
  const months = Array.from({ length: 30 }, (_, at) => ({
    month: `${2020 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`,
    images: 2,
  }));
  const { call } = await startSession(
    standInLibrary([pictureNamed("dog.jpg")], { months: async () => months }),
  );
  expect((await call("overview")).data?.times).toEqual([
    { time: "2020", pictures: 24 },
    { time: "2021", pictures: 24 },
    { time: "2022", pictures: 12 },
  ]);
});

test("themes that take long are a job, and found once for a state of the library", async () => {
  let release = () => {};
  let searches = 0;
  const library = replaceReads(standInLibrary([pictureNamed("dog.jpg")]), ({ clusters }) => ({
    clusters: async (request) => {
      searches += 1;
      await new Promise<void>((resolve) => (release = resolve));
      return clusters(request);
    },
  }));
  const { call } = await startSession(library, { syncWaitMs: 10 });
  const first = await call("overview");
  expect(first.data).toMatchObject({ pictures: 1, themes: [], job_id: expect.any(String) });
  release();
  await call("job", { id: first.data?.job_id, wait_seconds: 45 });
  for (let again = 0; again < 2; again += 1)
    expect((await call("overview")).data).toMatchObject({ themes: [{ name: "dog", pictures: 1 }] });
  expect(searches).toBe(1);
});

test("without a model everything but the themes is told", async () => {
  const { ModelError } = await import("../../src/core/errors.ts");
  const { call } = await startSession(
    standInLibrary([pictureNamed("dog.jpg")], {
      clusters: async () => {
        throw new ModelError("The model's files are missing.");
      },
    }),
  );
  const { data, text, isError } = await call("overview");
  expect(isError).toBe(false);
  expect(data).toMatchObject({ pictures: 1, themes: [] });
  expect(text).toContain("The model's files are missing.");
});
