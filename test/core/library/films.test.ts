import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotFoundError } from "../../../src/core/errors.ts";
import { describeOtherKinds } from "../../../src/core/sources/other-kinds.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { FakeReader } from "../../support/fake-reader.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const isFilm = (bytes: Uint8Array) => Buffer.from(bytes).toString().startsWith("film");

/** A film begins with "film" and opens on the sea; a dog and then a clock follow. */
const options = {
  shots: (bytes: Uint8Array) => (isFilm(bytes) ? { 2000: "dog", 62500: "clock" } : undefined),
  facts: (bytes: Uint8Array) =>
    isFilm(bytes) ? ({ format: "mp4", durationMs: 90_000, coverAtMs: 250 } as const) : {},
};

async function libraryWith(pictures: Record<string, string>, readsFilms = () => true) {
  const folder = temporaryFolder();
  writePictures(folder, pictures);
  const embedder = new FakeEmbedder({ ...options, readsFilms });
  return { folder, ...(await openTestLibrary(temporaryFolder(), { embedder })) };
}

test("a film is found by each of its shots, once, and says when that is shown", async () => {
  const { folder, library } = await libraryWith({ "trip.mp4": "film of the sea", "cat.jpg": "cat" });
  expect(await library.add([folder])).toMatchObject({ added: 2, otherKinds: {}, partlyRead: [] });
  const view = library.within(everything);
  const first = async (text: string) => (await view.find({ terms: [{ text }] })).hits[0];
  expect((await first("clock"))?.part).toEqual({ kind: "frame", atMs: 62_500 });
  expect((await first("sea"))?.part).toEqual({ kind: "frame", atMs: 250 });
  expect((await first("cat"))?.part).toEqual({ kind: "whole" });
  expect((await view.find({ terms: [{ text: "dog" }] })).hits).toHaveLength(2);
  const { hits } = await view.find({ terms: [], sort: "newest" });
  expect(hits.map(({ part }) => part.kind)).toEqual(["whole", "whole"]);
  await library.close();
});

test("what is like a moment of a film is like that shot, and the shot has its own thumbnail", async () => {
  const { folder, library } = await libraryWith({
    ...{ "trip.mp4": "film of the sea", "clock.jpg": "clock", "dog.jpg": "dog", "sea.jpg": "sea" },
  });
  await library.add([folder]);
  const view = library.within(everything);
  const { id } = await view.resolveImage(join(folder, "trip.mp4"));
  const like = async (moment: string) => {
    const { hits } = await view.find({ terms: [{ image: { id: moment } }] });
    return hits
      .flatMap(({ placements }) => placements.map((at) => (at.kind === "file" ? at.path : "")))
      .filter((path) => !path.endsWith(".mp4"))[0];
  };
  expect(await like(`${id}@1:03`)).toBe(join(folder, "clock.jpg"));
  expect(await like(`${id.slice(0, 12)}@2.5`)).toBe(join(folder, "dog.jpg"));
  expect(await like(`${id}@0`)).toBe(join(folder, "sea.jpg"));
  const thumbnail = async (moment: string) => Buffer.from(await view.thumbnail(moment)).toString();
  expect(await thumbnail(`${id}@62.5`)).toBe("thumbnail of clock");
  expect(await thumbnail(`${id}@0:02`)).toBe("thumbnail of dog");
  expect(await thumbnail(id)).toBe(`thumbnail of ${id}`);
  await library.close();
});

test("a moment that is not there is refused, and so is one where only a whole picture will do", async () => {
  const { folder, library } = await libraryWith({ "trip.mp4": "film of the sea", "cat.jpg": "cat" });
  await library.add([folder]);
  const view = library.within(everything);
  const { id } = await view.resolveImage(join(folder, "trip.mp4"));
  const { id: cat } = await view.resolveImage(join(folder, "cat.jpg"));
  const like = (moment: string) => view.find({ terms: [{ image: { id: moment } }] });
  for (const [moment, reason] of [
    [`${id}@1:31`, "it ends after 90 s"],
    [`${cat}@0`, "it is a still picture"],
  ] as const) {
    await expect(like(moment)).rejects.toThrow(reason);
    await expect(view.thumbnail(moment)).rejects.toThrow(reason);
    await expect(view.readText({ id: moment })).rejects.toThrow(reason);
    const [answer] = await view.classify({ images: [{ id: moment }], labels: ["cat"] });
    expect(answer?.skipped?.reason).toContain(reason);
  }
  await expect(like(`${id}@1:30`)).resolves.toBeDefined();
  const moment = `${id.slice(0, 12)}@62.5`;
  const whole = `${moment} is a moment of a film or animation`;
  await expect(library.remove({ ids: [moment] })).rejects.toThrow(whole);
  await expect(library.removalPreview({ ids: [moment] })).rejects.toThrow(whole);
  await expect(library.tags.put(moment, "dog")).rejects.toThrow(whole);
  await expect(library.verdicts.put(moment, cat, "same")).rejects.toThrow(whole);
  await expect(view.resolveImage(moment)).rejects.toThrow(whole);
  expect((await view.status()).images).toBe(2);
  await library.close();
});

test("a moment of a film is classified by its shot, and its text is that of the moment", async () => {
  const reader = new FakeReader();
  const read = reader.read.bind(reader);
  const asked: (readonly number[] | undefined)[] = [];
  reader.read = async (source, signal, moments?: readonly number[]) => {
    asked.push(moments);
    return read(source, signal);
  };
  const folder = temporaryFolder();
  writePictures(folder, { "trip.mp4": "film of the sea" });
  const { library } = await openTestLibrary(temporaryFolder(), {
    embedder: new FakeEmbedder(options),
    reader,
  });
  await library.add([folder]);
  expect(asked).toEqual([[250, 2000, 62_500]]);
  const view = library.within(everything);
  const { id } = await view.resolveImage(join(folder, "trip.mp4"));
  const labels = ["clock", "dog", "sea"];
  const best = async (moment: string) =>
    (await view.classify({ images: [{ id: moment }], labels }))[0]?.labels[0]?.label;
  const moments = ["@0", "@1", "@1.7", "@1.8", "@2", "@1:01", "@1:02", "@62.2", "@1:15"];
  expect(await Promise.all(moments.map((at) => best(id + at)))).toEqual([
    ...["sea", "sea", "sea", "dog", "dog"],
    ...["dog", "clock", "dog", "clock"],
  ]);
  expect(await view.readText({ id: `${id}@1:02` })).toMatchObject({ state: "read", lines: [{}] });
  // Answers say "at 1:02" of the shot at 62.5 s.
  expect(asked.at(-1)).toEqual([62_500]);
  expect(await view.readText({ id })).toMatchObject({ state: "read" });
  expect(asked).toHaveLength(2);
  rmSync(join(folder, "trip.mp4"));
  await expect(view.readText({ id: `${id}@1:02` })).rejects.toThrow("cannot be read now");
  await library.close();
});

test("labels and tags hold of a film where they hold of its best shot", async () => {
  const { folder, library } = await libraryWith({ "trip.mp4": "film of the sea", "cat.jpg": "cat" });
  await library.add([folder]);
  const view = library.within(everything);
  const { id } = await view.resolveImage(join(folder, "trip.mp4"));
  const [answer] = await view.classify({ images: [{ id }], labels: ["clock", "tree", "horse"] });
  expect(answer?.labels[0]?.label).toBe("clock");
  await library.tags.setVocabulary({ tags: [{ tag: "dog" }, { tag: "clock" }, { tag: "horse" }] });
  const { tags } = await view.image(id);
  expect(tags.map(({ tag }) => tag).sort()).toEqual(["clock", "dog"]);
  await library.close();
});

test("without ffmpeg films are named as not read, and read once it is there; those that are known stay", async () => {
  let hasFfmpeg = false;
  const { folder, library } = await libraryWith(
    { "trip.mp4": "film of the sea", "cat.jpg": "cat" },
    () => hasFfmpeg,
  );
  const before = await library.add([folder]);
  expect(before).toMatchObject({ added: 1, skipped: [], otherKinds: { MP4: 1 } });
  expect(describeOtherKinds(before.otherKinds)).toBe(
    "1 file of a kind not read: 1 MP4 (films are read where ffmpeg is installed)",
  );
  hasFfmpeg = true;
  expect(await library.add([folder])).toMatchObject({ added: 1, otherKinds: {} });
  hasFfmpeg = false;
  expect(await library.add([folder])).toMatchObject({ added: 0, removed: 0, unchanged: 2, otherKinds: {} });
  expect((await library.within(everything).find({ terms: [{ text: "clock" }] })).hits[0]?.format).toBe("mp4");
  await library.close();
});

test("another model embeds every shot again", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "trip.mp4": "film of the sea", "cat.jpg": "cat" });
  const other = new FakeEmbedder({ ...options, space: "other@11111111", dimensions: 64 });
  const { library } = await openTestLibrary(temporaryFolder(), {
    embedder: new FakeEmbedder(options),
    models: { other },
  });
  await library.add([folder]);
  await library.useModel("other");
  const { hits, model } = await library.within(everything).find({ terms: [{ text: "clock" }] });
  expect(model).toBe("fake");
  expect(hits[0]?.part).toEqual({ kind: "frame", atMs: 62_500 });
  await library.close();
});

test("a film is played only where its file may be seen, and is the one that is known", async () => {
  const { folder, library } = await libraryWith({ "a/trip.mp4": "film of the sea", "b/cat.jpg": "cat" });
  await library.add([folder]);
  const path = join(folder, "a/trip.mp4");
  const { id } = await library.within(everything).resolveImage(path);
  const seen = (name: string) =>
    library.within({ files: { folders: [join(folder, name)] }, discord: "none" }).filmFile(id);
  expect(await seen("a")).toEqual({ path, bytes: 15, mimeType: "video/mp4" });
  await expect(seen("b")).rejects.toThrow(NotFoundError);
  writePictures(folder, { "a/trip.mp4": "film of something else" });
  await expect(seen("a")).rejects.toThrow(NotFoundError);
  await library.close();
});
