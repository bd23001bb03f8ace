import { renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function setUp(pictures: Record<string, string>) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  const embedder = new FakeEmbedder();
  const { library } = await openTestLibrary(temporaryFolder(), { embedder });
  const companions = async () => {
    const { hits } = await library.within(everything).find({ terms: [], sort: "oldest", limit: 50 });
    const files = hits.flatMap(({ placements }) =>
      placements.flatMap((at) => (at.kind === "file" ? [at] : [])),
    );
    return Object.fromEntries(
      files.map((at) => [
        at.path.slice(folder.length + 1),
        (at.companions ?? []).map(({ kind, path }) => `${kind} ${path.slice(folder.length + 1)}`),
      ]),
    );
  };
  return { folder, library, embedder, companions };
}

describe("files that belong to pictures", () => {
  test("are no pictures of their own, and told with theirs", async () => {
    const { folder, library, embedder, companions } = await setUp({
      "a.jpg": "cat",
      "a.nef": "cat as the sensor saw it",
      "a.nef.xmp": "<x/>",
      "b.HEIC": "dog",
      "b.MOV": "dog, moving",
      "sub/c.cr2": "fox",
    });
    const beside = { raw: 1, video: 1, sidecar: 1 };
    expect(await library.add([folder])).toMatchObject({
      added: 3,
      companions: beside,
      otherKinds: {},
      skipped: [],
    });
    expect(embedder.calls.pictures).toBe(3);
    const all = { "a.jpg": ["raw a.nef", "sidecar a.nef.xmp"], "b.HEIC": ["video b.MOV"], "sub/c.cr2": [] };
    expect(await companions()).toEqual(all);
    expect((await library.within(everything).status()).companions).toEqual(beside);
    expect(await library.add([folder])).toMatchObject({ added: 0, unchanged: 3, companions: beside });
    expect(await companions()).toEqual(all);
    await library.close();
  });

  test("named where a picture is wanted, name the picture that they belong to", async () => {
    const { folder, library } = await setUp({ "a/a.jpg": "cat", "a/a.nef": "raw", "b/b.jpg": "dog" });
    await library.add([folder]);
    const [picture, raw] = [join(folder, "a/a.jpg"), join(folder, "a/a.nef")];
    const named = `${raw} belongs to ${picture} and is no picture of its own. Give ${picture} instead.`;
    await expect(library.remove({ paths: [raw] })).rejects.toThrow(named);
    await expect(library.removalPreview({ paths: [raw] })).rejects.toThrow(named);
    await expect(library.within(everything).resolveImage(raw)).rejects.toThrow(named);
    // Who may not see the picture is not told that there is one.
    const other = library.within({ files: { folders: [join(folder, "b")] }, discord: "none" });
    await expect(other.resolveImage(raw)).rejects.toThrow("is neither a file of the library nor an image id");
    expect(await library.remove({ paths: [picture] })).toEqual({ images: 1, placements: 1 });
    await library.close();
  });

  test("that come and go later are followed", async () => {
    const { folder, library, companions } = await setUp({ "a.jpg": "cat" });
    await library.add([folder]);
    writeFileSync(join(folder, "a.nef"), "raw");
    writeFileSync(join(folder, "a.jpg.json"), "{}");
    expect(await library.add([folder])).toMatchObject({ added: 0, unchanged: 1 });
    expect(await companions()).toEqual({ "a.jpg": ["sidecar a.jpg.json", "raw a.nef"].sort(byPath) });
    rmSync(join(folder, "a.nef"));
    await library.add([]);
    expect(await companions()).toEqual({ "a.jpg": ["sidecar a.jpg.json"] });
    await library.close();
  });

  test("without their picture a raw file stands for itself", async () => {
    const { folder, library, companions } = await setUp({ "a.jpg": "cat", "a.nef": "raw cat" });
    await library.add([folder]);
    rmSync(join(folder, "a.jpg"));
    expect(await library.add([])).toMatchObject({ added: 1, removed: 1 });
    expect(await companions()).toEqual({ "a.nef": [] });
    await library.close();
  });

  test("a raw file whose JPEG comes later hands over what a person said of it", async () => {
    const { folder, library, companions } = await setUp({ "a.nef": "raw cat" });
    await library.add([folder]);
    const { hits } = await library.within(everything).find({ terms: [], sort: "oldest" });
    await library.tags.putAll(
      hits.map(({ id }) => id),
      "Mimi",
    );
    writePictures(folder, { "a.jpg": "cat" });
    expect(await library.add([])).toMatchObject({ added: 1, removed: 1 });
    expect(await companions()).toEqual({ "a.jpg": ["raw a.nef"] });
    const after = await library.within(everything).find({ terms: [], sort: "oldest" });
    expect(after.hits.map(({ tags }) => tags)).toEqual([[{ tag: "Mimi", by: "person", score: 1 }]]);
    await library.close();
  });

  test("a long video is a film, whatever its name", async () => {
    const { folder, library, companions } = await setUp({ "a.jpg": "cat", "a.mov": "film" });
    truncateSync(join(folder, "a.mov"), 17 * 1024 * 1024);
    expect(await library.add([folder])).toMatchObject({ companions: {} });
    expect((await companions())["a.jpg"]).toEqual([]);
    await library.close();
  });

  test("move with their picture", async () => {
    const { folder, library, companions } = await setUp({
      "one/a.jpg": "cat",
      "one/a.nef": "raw",
      "two/b.jpg": "dog",
    });
    await library.add([folder]);
    renameSync(join(folder, "one/a.jpg"), join(folder, "two/a.jpg"));
    renameSync(join(folder, "one/a.nef"), join(folder, "two/a.nef"));
    expect(await library.add([])).toMatchObject({ added: 0, known: 1 });
    expect(await companions()).toEqual({ "two/a.jpg": ["raw two/a.nef"], "two/b.jpg": [] });
    await library.close();
  });

  test("one that is named by itself is refused, with the way to add both", async () => {
    const { folder, library } = await setUp({ "a.jpg": "cat", "a.nef": "raw" });
    await library.add([folder]);
    const named = join(folder, "a.nef");
    expect(await library.add([named])).toMatchObject({
      added: 0,
      refused: [{ origin: named, reason: expect.stringContaining("belongs to the picture") }],
    });
    await library.close();
  });

  test("a scope finds those that have them", async () => {
    const { folder, library } = await setUp({
      "a.jpg": "cat",
      "a.nef": "raw",
      "b.jpg": "dog",
      "c.dng": "fox",
    });
    await library.add([folder]);
    const names = async (has: ("raw" | "video")[]) => {
      const { hits } = await library.within({ ...everything, has }).find({ terms: [{ text: "cat" }] });
      return hits
        .flatMap(({ placements }) => placements.flatMap((at) => (at.kind === "file" ? [at.path] : [])))
        .sort();
    };
    expect(await names(["raw"])).toEqual([join(folder, "a.jpg")]);
    expect(await names(["video"])).toEqual([]);
    await library.close();
  });
});

const byPath = (a: string, b: string) => ((a.split(" ")[1] ?? "") < (b.split(" ")[1] ?? "") ? -1 : 1);
