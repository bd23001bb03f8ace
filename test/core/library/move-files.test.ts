import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotFoundError, UsageError } from "../../../src/core/errors.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import { aroundWrites } from "../../support/around-catalog.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import {
  everything,
  openTestLibrary,
  type TestLibraryOptions,
  writePictures,
} from "../../support/test-library.ts";

const PICTURES = {
  "keep.jpg": "dog",
  "old/extra.jpg": "dog one",
  "old/more.jpg": "dog two",
  "other.jpg": "cat",
};

async function openPictures(
  options: TestLibraryOptions & { readonly directory?: string; readonly folder?: string } = {},
) {
  const { folder = join(temporaryFolder(), "photos"), directory = temporaryFolder() } = options;
  if (!existsSync(folder)) writePictures(folder, PICTURES);
  const { library, catalog } = await openTestLibrary(directory, options);
  onTestFinished(() => library.close());
  await library.add([folder]);
  const to = join(folder, "../aside");
  mkdirSync(to, { recursive: true });
  const at = (name: string) => join(folder, name);
  const paths = async () =>
    (await library.within(everything).find({ terms: [], sort: "newest", limit: 50 })).hits
      .flatMap(({ placements }) => placements.map((place) => (place.kind === "file" ? place.path : "")))
      .sort();
  return { library, catalog, directory, folder, to, at, paths };
}

const text = (path: string) => readFileSync(path, "utf8");

test("files are moved below the folder under their own names, leave the library, and come back with their tags", async () => {
  const { library, to, at, paths } = await openPictures();
  const view = library.within(everything);
  const { id } = await view.resolveImage(at("old/extra.jpg"));
  await library.tags.put(id, "trip");
  const files = ["old/extra.jpg", "old/more.jpg"].map((name) => ({ path: at(name), kept: at("keep.jpg") }));
  const report = await library.moves.make(files, to);
  const moved = ["extra.jpg", "more.jpg"].map((name) => join(to, "photos/old", name));
  expect(report.files.map((file) => file.to)).toEqual(moved);
  expect(report.refused).toEqual([]);
  expect(moved.map(text)).toEqual(["dog one", "dog two"]);
  expect(await paths()).toEqual([at("keep.jpg"), at("other.jpg")]);
  expect(await library.moves.list()).toMatchObject([
    { batch: report.batch, files: [{ from: at("old/extra.jpg") }, {}] },
  ]);

  const undone = await library.moves.undo(report.batch ?? "");
  expect(undone.files).toHaveLength(2);
  expect([text(at("old/extra.jpg")), text(at("old/more.jpg"))]).toEqual(["dog one", "dog two"]);
  expect(moved.some(existsSync)).toBe(false);
  expect(await paths()).toEqual(Object.keys(PICTURES).map(at).sort());
  expect((await view.image(id)).tags).toMatchObject([{ tag: "trip", by: "person" }]);
  expect(await library.moves.list()).toEqual([]);
  await expect(library.moves.undo(report.batch ?? "")).rejects.toThrow(NotFoundError);
});

test("nothing is replaced: a taken name gets a number there, and a taken place keeps the file away on the way back", async () => {
  const { library, to, at } = await openPictures();
  mkdirSync(join(to, "photos/old"), { recursive: true });
  writeFileSync(join(to, "photos/old/extra.jpg"), "somebody's");
  const { batch, files } = await library.moves.make(
    [{ path: at("old/extra.jpg"), kept: at("keep.jpg") }],
    to,
  );
  expect(files).toEqual([{ from: at("old/extra.jpg"), to: join(to, "photos/old/extra (2).jpg") }]);
  expect(text(join(to, "photos/old/extra.jpg"))).toBe("somebody's");
  writeFileSync(at("old/extra.jpg"), "new there");
  const undone = await library.moves.undo(batch ?? "");
  expect(undone).toMatchObject({
    files: [],
    refused: [{ reason: expect.stringContaining("Another file has its name") }],
  });
  expect(text(at("old/extra.jpg"))).toBe("new there");
  expect(text(join(to, "photos/old/extra (2).jpg"))).toBe("dog one");
  expect(await library.moves.list()).toHaveLength(1);
});

test("only unchanged files of the library are moved, and only while the copy that stays is there", async () => {
  const { library, folder, to, at } = await openPictures();
  const stranger = join(folder, "../stranger.jpg");
  writeFileSync(stranger, "boat");
  writeFileSync(at("old/more.jpg"), "changed since");
  symlinkSync(folder, join(folder, "../link"));
  const files = [
    { path: stranger, kept: at("keep.jpg") },
    { path: join(folder, "../link/keep.jpg"), kept: at("keep.jpg") },
    { path: at("old/more.jpg"), kept: at("keep.jpg") },
    { path: at("old/extra.jpg"), kept: at("gone.jpg") },
    { path: at("old/extra.jpg"), kept: at("old/extra.jpg") },
    { path: `${at("old")}/../old/extra.jpg`, kept: at("keep.jpg") },
  ];
  const { files: moved, refused, batch } = await library.moves.make(files, to);
  expect(moved).toEqual([]);
  expect(batch).toBeUndefined();
  expect(refused.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  expect([stranger, at("keep.jpg"), at("old/extra.jpg"), at("old/more.jpg")].every(existsSync)).toBe(true);
  renameSync(at("keep.jpg"), at("kept elsewhere.jpg"));
  const again = await library.moves.make([{ path: at("old/extra.jpg"), kept: at("keep.jpg") }], to);
  expect(again.refused[0]?.reason).toContain("The copy to keep is not there");
});

test("a folder that became a link is not followed", async () => {
  const { library, folder, to, at } = await openPictures();
  renameSync(at("old"), join(folder, "../moved away"));
  symlinkSync(join(folder, "../moved away"), at("old"));
  const { refused } = await library.moves.make([{ path: at("old/extra.jpg"), kept: at("keep.jpg") }], to);
  expect(refused[0]?.reason).toContain("A link leads to it");
  symlinkSync(temporaryFolder(), join(to, "photos"));
  const away = await library.moves.make([{ path: at("other.jpg"), kept: at("keep.jpg") }], to);
  expect(away.refused[0]?.reason).toContain("A link in the folder leads elsewhere");
});

test("a folder that is none, or lies in the library, takes no file", async () => {
  const { library, folder, at } = await openPictures();
  const files = [{ path: at("old/extra.jpg"), kept: at("keep.jpg") }];
  for (const to of ["aside", join(folder, "../nowhere"), at("keep.jpg"), folder, at("old")])
    await expect(library.moves.make(files, to), to).rejects.toThrow(UsageError);
  expect(existsSync(at("old/extra.jpg"))).toBe(true);
});

/** The catalog of a process that dies at this write, before or after it is done. */
const dyingAt = (when: "before" | "after", nth: number) => (catalog: Catalog) => {
  let writes = 0;
  return aroundWrites(catalog, async ({ name, args }, run) => {
    if (name !== "state.set" || !String(args[0]).startsWith("moves/")) return run();
    writes += 1;
    if (writes === nth && when === "before") throw new Error("power cut");
    const result = await run();
    if (writes === nth) throw new Error("power cut");
    return result;
  });
};

test("a crash after the journal and before the rename leaves every file where it was", async () => {
  const { library, directory, folder, to, at } = await openPictures({ around: dyingAt("after", 1) });
  const files = [{ path: at("old/extra.jpg"), kept: at("keep.jpg") }];
  await expect(library.moves.make(files, to)).rejects.toThrow("power cut");
  await library.close();
  expect(text(at("old/extra.jpg"))).toBe("dog one");
  // As far as a process may come that dies between taking the name and renaming.
  mkdirSync(join(to, "photos/old"), { recursive: true });
  writeFileSync(join(to, "photos/old/extra.jpg"), "");

  const next = await openPictures({ directory, folder });
  await next.library.moves.recover();
  expect(text(at("old/extra.jpg"))).toBe("dog one");
  expect(existsSync(join(to, "photos/old/extra.jpg"))).toBe(false);
  expect(await next.library.moves.list()).toEqual([]);
  expect(await next.library.state.list("moves/")).toEqual(new Map());
});

test("a crash after the rename counts as moved, and can be undone", async () => {
  const { library, directory, folder, to, at } = await openPictures({ around: dyingAt("before", 2) });
  const files = [{ path: at("old/extra.jpg"), kept: at("keep.jpg") }];
  await expect(library.moves.make(files, to)).rejects.toThrow("power cut");
  await library.close();
  expect(existsSync(at("old/extra.jpg"))).toBe(false);

  const next = await openPictures({ directory, folder });
  await next.library.moves.recover();
  const [move] = await next.library.moves.list();
  expect(move?.files).toEqual([{ from: at("old/extra.jpg"), to: join(to, "photos/old/extra.jpg") }]);
  await next.library.moves.undo(move?.batch ?? "");
  expect(text(at("old/extra.jpg"))).toBe("dog one");
  expect(await next.paths()).toContain(at("old/extra.jpg"));
});

test.each(["after", "before"] as const)(
  "a crash %s the way back began is finished by undoing again",
  async (when) => {
    // Written are the plan, the move, that it is taken back, and that it is forgotten.
    const nth = when === "after" ? 3 : 4;
    const { library, directory, folder, to, at } = await openPictures({ around: dyingAt(when, nth) });
    const { batch = "" } = await library.moves.make(
      [{ path: at("old/extra.jpg"), kept: at("keep.jpg") }],
      to,
    );
    await expect(library.moves.undo(batch)).rejects.toThrow("power cut");
    await library.close();
    if (when === "after") writeFileSync(at("old/extra.jpg"), "");

    const next = await openPictures({ directory, folder });
    await next.library.moves.undo(batch);
    expect(text(at("old/extra.jpg"))).toBe("dog one");
    expect(existsSync(join(to, "photos/old/extra.jpg"))).toBe(false);
    expect(await next.library.moves.list()).toEqual([]);
  },
);

test("files of one name and size are told apart by their time", async () => {
  const { library, to, at } = await openPictures();
  const { batch = "", files } = await library.moves.make(
    [{ path: at("old/extra.jpg"), kept: at("keep.jpg") }],
    to,
  );
  const there = files[0]?.to ?? "";
  writeFileSync(there, "dog 1ne");
  utimesSync(there, new Date(0), new Date(0));
  expect((await library.moves.undo(batch)).refused[0]?.reason).toContain("changed since it was moved");
  expect(text(there)).toBe("dog 1ne");
});

test("of two that move at once one waits for the other's end", async () => {
  const { library, catalog, to, at } = await openPictures();
  const lease = await catalog.leases.acquire("moving", 60_000);
  const files = [{ path: at("old/extra.jpg"), kept: at("keep.jpg") }];
  await expect(library.moves.make(files, to)).rejects.toThrow("being moved at this moment");
  await lease?.release();
  expect((await library.moves.make(files, to)).files).toHaveLength(1);
});
