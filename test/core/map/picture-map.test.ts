import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LibraryView } from "../../../src/core/library/library-view.ts";
import type { PictureMap, Progress, Scope } from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import {
  everything,
  openTestLibrary,
  type TestLibraryOptions,
  writePictures,
} from "../../support/test-library.ts";

const KINDS = ["cat", "boat", "mountain"];

/** Pictures of three kinds, each with a detail of its own. */
const pictures = (folder: string, count: number, from = 0) =>
  Object.fromEntries(
    KINDS.flatMap((kind) =>
      Array.from({ length: count }, (_, nth) => [
        `${folder}/${kind}-${from + nth}.jpg`,
        `${kind} ${kind} ${kind} ${folder}${from + nth}`,
      ]),
    ),
  );

async function open(shown: Readonly<Record<string, string>>, options: TestLibraryOptions = {}) {
  const directory = temporaryFolder();
  const folder = join(directory, "pictures");
  writePictures(folder, shown);
  const opened = await openTestLibrary(directory, options);
  onTestFinished(() => opened.library.close());
  await opened.library.add([folder]);
  const idOf = (shows: string) => createHash("sha256").update(shows).digest("hex");
  const only = (name: string): Scope => ({ files: { folders: [join(folder, name)] }, discord: "none" });
  return { ...opened, folder, idOf, only, view: opened.library.within(everything) };
}

const placesOf = ({ ids, positions }: PictureMap) =>
  new Map(ids.map((id, at) => [id, [positions[2 * at], positions[2 * at + 1]] as const]));

/** Of each picture whose nearest neighbour on the map is of its own kind. */
async function shareOfOwnKind(view: LibraryView): Promise<number> {
  const { ids, positions } = await view.map();
  const kinds = (await view.images(ids)).map(({ placements: [at] }) =>
    at?.kind === "file" ? /(\w+)-\d+\.jpg/.exec(at.path)?.[1] : "",
  );
  const far = (a: number, b: number) =>
    Math.hypot(
      (positions[2 * a] ?? 0) - (positions[2 * b] ?? 0),
      (positions[2 * a + 1] ?? 0) - (positions[2 * b + 1] ?? 0),
    );
  const own = ids.filter((_, at) => {
    const [nearest] = [...ids.keys()].filter((other) => other !== at).sort((a, b) => far(at, a) - far(at, b));
    return nearest !== undefined && kinds[nearest] === kinds[at];
  });
  return own.length / ids.length;
}

test("pictures of a kind lie together, and everything stays where it is when asked again", async () => {
  const { view } = await open(pictures("a", 12));
  const stages = new Set<string>();
  const map = await view.map({ onProgress: ({ stage }: Progress) => stages.add(stage) });
  expect(map.ids).toHaveLength(36);
  expect(await shareOfOwnKind(view)).toBe(1);
  expect([...stages]).toContain("laying out");
  const none = new Set<string>();
  expect(await view.map({ onProgress: ({ stage }) => none.add(stage) })).toEqual(map);
  expect([...none]).toEqual([]);
});

test("a picture added later is placed among its own kind, and moves no other", async () => {
  const { view, library, folder, idOf } = await open(pictures("a", 12));
  const before = await view.map();
  writePictures(folder, { "a/cat-99.jpg": "cat cat cat late" });
  await library.add([folder]);
  const after = await view.map();
  expect(after.version).toBe(before.version);
  expect(after.ids).toHaveLength(37);
  const [old, now] = [placesOf(before), placesOf(after)];
  for (const [id, place] of old) expect(now.get(id)).toEqual(place);
  expect(now.get(idOf("cat cat cat late"))).toBeDefined();
  expect(await shareOfOwnKind(view)).toBe(1);
});

test("a library that has grown by much is laid out again", async () => {
  const { view, library, folder } = await open(pictures("a", 6));
  const before = await view.map();
  writePictures(folder, pictures("a", 10, 6));
  await library.add([folder]);
  const after = await view.map();
  expect(after.version).not.toBe(before.version);
  expect(after.ids).toHaveLength(48);
});

test("an erased picture leaves the map", async () => {
  const { view, library, catalog, idOf } = await open(pictures("a", 8));
  const before = await view.map();
  const gone = idOf("cat cat cat a3");
  await library.remove({ ids: [gone] });
  const after = await view.map();
  expect(after.version).toBe(before.version);
  expect(after.ids).toEqual(before.ids.filter((id) => id !== gone));
  let points = 0;
  for await (const batch of catalog.maps.points(Number(after.version))) points += batch.length;
  expect(points).toBe(23);
});

test("another model lays the pictures out again", async () => {
  const other = new FakeEmbedder({ space: "other@00000000", dimensions: 64 });
  const { view, library } = await open(pictures("a", 6), { models: { other } });
  const before = await view.map();
  await library.useModel("other");
  const after = await view.map();
  expect(after.version).not.toBe(before.version);
  expect(new Set(after.ids)).toEqual(new Set(before.ids));
  expect(await shareOfOwnKind(view)).toBe(1);
});

test("a scope has a map of its own pictures, on which no other has any influence", async () => {
  const both = await open({ ...pictures("open", 6), ...pictures("secret", 9) });
  await both.view.map();
  const map = await both.library.within(both.only("open")).map();
  const alone = await (await open(pictures("open", 6))).view.map();
  expect(placesOf(map)).toEqual(placesOf(alone));
});

test("a picture that moved out of the scope is no longer on its map", async () => {
  const { library, only, folder, idOf } = await open({ ...pictures("open", 6), ...pictures("secret", 3) });
  const view = library.within(only("open"));
  expect((await view.map()).ids).toHaveLength(18);
  writePictures(folder, { "secret/kept.jpg": "cat cat cat open2" });
  await library.add([folder]);
  await library.remove({ paths: [join(folder, "open/cat-2.jpg")] });
  const { ids } = await view.map();
  expect(ids).toHaveLength(17);
  expect(ids).not.toContain(idOf("cat cat cat open2"));
});

test("a library without pictures has an empty map", async () => {
  const { view } = await open({ "note.txt": "no picture" });
  expect(await view.map()).toMatchObject({ ids: [], positions: new Float32Array() });
});

test("a map may be abandoned, and is made when asked again", async () => {
  const { view } = await open(pictures("a", 12));
  const stop = new AbortController();
  const abandoned = view.map({ signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) });
  await expect(abandoned).rejects.toThrow("enough");
  expect((await view.map()).ids).toHaveLength(36);
});

test("words are pinned amid the pictures that they fit, and nowhere when none fits", async () => {
  const { view, idOf } = await open(pictures("a", 12));
  const map = await view.map();
  const pin = await view.pin(map, "boat");
  const boats = new Set(Array.from({ length: 12 }, (_, nth) => idOf(`boat boat boat a${nth}`)));
  const nearest = [...placesOf(map)]
    .map(([id, [x = 0, y = 0]]) => ({
      id,
      far: Math.hypot(x - (pin.position?.x ?? 9), y - (pin.position?.y ?? 9)),
    }))
    .sort((a, b) => a.far - b.far)
    .slice(0, 10);
  expect(nearest.filter(({ id }) => boats.has(id))).toHaveLength(10);
  expect(pin.share).toBeGreaterThan(0);
  expect(boats.has(pin.hits[0]?.id ?? "")).toBe(true);
  // Without pictures in scope there is no answer, and no place.
  expect(
    (await view.pin({ version: "", ids: [], positions: new Float32Array() }, "boat")).position,
  ).toBeNull();
});
