import { hostname } from "node:os";
import { expect, test } from "vitest";
import { NotFoundError } from "../../src/core/errors.ts";
import type { Root } from "../../src/core/ports.ts";
import { startSession } from "./support/session.ts";
import { pictureNamed, standInLibrary } from "./support/stand-in-library.ts";

const dog = pictureNamed("dog.jpg");
const NOTHING = { ...(await standInLibrary([]).add([])), added: 0 };

/** What was looked through, and a library with these roots. */
function looking(roots: readonly Partial<Root>[], { added = 0, add = async () => {} } = {}) {
  const looks: (readonly string[])[] = [];
  const library = standInLibrary([dog], {
    roots: async () =>
      roots.map((root) => ({
        path: "/photos",
        host: hostname(),
        kind: "folder",
        state: "online",
        addedAt: 0,
        lastScanAt: 0,
        ...root,
      })),
    add: async (folders) => {
      looks.push(folders);
      await add();
      return { ...NOTHING, added };
    },
  });
  return { library, looks };
}

test("a question has folders looked through whose last look is too old, once, and says what is new", async () => {
  const { library, looks } = looking([{}, { path: "/new", lastScanAt: Date.now() }], { added: 2 });
  const { call } = await startSession(library, { rescanMs: 60_000 });
  expect((await call("search_images", { query: "dog" })).text).toContain("2 pictures added");
  expect((await call("overview")).text).not.toContain("added");
  expect(looks).toEqual([["/photos"]]);
});

test("nothing is said when nothing is new, and tools that show what is named do not look", async () => {
  for (const tool of ["search_images", "overview", "find_duplicates", "library_status"]) {
    const { library, looks } = looking([{}]);
    const { call } = await startSession(library, { rescanMs: 60_000 });
    await call("view_images", { ids: [dog.id], size: "thumb" });
    expect(looks).toEqual([]);
    expect((await call(tool)).text, tool).not.toMatch(/last look|new files,/);
    expect(looks, tool).toHaveLength(1);
  }
});

test("only folders of this machine that are there and may be seen are looked through", async () => {
  const roots = [
    {},
    { path: "/away", state: "offline" as const },
    { path: "/other", host: "elsewhere" },
    { path: "/b" },
  ];
  const narrow = looking(roots);
  const { call } = await startSession(narrow.library, { rescanMs: 0, folders: ["/photos/Italy"] });
  await call("search_images", { query: "dog" });
  expect(narrow.looks).toEqual([["/photos/Italy"]]);
  const off = looking(roots);
  await (await startSession(off.library)).call("search_images", { query: "dog" });
  expect(off.looks).toEqual([]);
});

test("a look that takes long goes on behind the answer, which says so", async () => {
  let release = () => {};
  const { library, looks } = looking([{}], {
    added: 1,
    add: () => new Promise<void>((resolve) => (release = resolve)),
  });
  const { call } = await startSession(library, { rescanMs: 0 });
  const answer = await call("search_images", { query: "dog" });
  expect(answer.text).toContain("dog.jpg");
  expect(answer.data?.notes).toContainEqual(expect.stringContaining("looked through for new files"));
  expect((await call("search_images", { query: "dog" })).text).toContain("looked through for new files");
  expect(looks).toHaveLength(1);
  const [, id = ""] = /job \{"id": "([^"]+)"\}/.exec(answer.text) ?? [];
  release();
  expect((await call("job", { id, wait_seconds: 45 })).text).toContain("1 picture added");
});

test("a look that fails is told to the operator once, and the question is answered", async () => {
  const { library } = looking([{}], {
    add: async () => {
      throw new NotFoundError("The model's files are missing.");
    },
  });
  const { call, log } = await startSession(library, { rescanMs: 0 });
  for (let again = 0; again < 2; again += 1)
    expect(await call("search_images", { query: "dog" })).toMatchObject({ isError: false });
  expect(log).toEqual([expect.stringContaining("model's files are missing")]);
});
