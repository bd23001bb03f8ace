import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ModelError, PictureError } from "../../../src/core/errors.ts";
import type { TextReader } from "../../../src/core/ports.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { FakeReader } from "../../support/fake-reader.ts";
import { idOf } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function libraryWith(reader: TextReader | undefined, directory = temporaryFolder()) {
  return openTestLibrary(directory, { embedder: new FakeEmbedder(), reader });
}

test("pictures are read after they are embedded, once, and their words are found", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "bakery", "b.jpg": "sunset", "copy.jpg": "bakery" });
  const reader = new FakeReader();
  const { library, catalog } = await libraryWith(reader);
  reader.before = async () => {
    expect((await library.within(everything).find({ terms: [{ text: "bakery" }] })).searched).toBe(2);
  };
  expect((await library.add([folder])).text).toEqual({ read: 2, withText: 1, unknownScript: 0, skipped: [] });
  expect(await library.within(everything).status()).toMatchObject({ text: { read: 2, waiting: 0 } });
  expect(await library.within(everything).texts([idOf("bakery"), idOf("sunset")])).toMatchObject([
    { state: "read", lines: [{ text: "the bakery sign" }] },
    { state: "read", lines: [] },
  ]);
  const { matches } = await catalog.texts.search({ words: [{ text: "sign" }], scope: everything });
  expect(matches).toHaveLength(1);
  reader.before = () => undefined;
  writePictures(folder, { "c.jpg": "harbour" });
  expect((await library.add([folder])).text).toMatchObject({ read: 1 });
  expect(reader.done.sort()).toEqual(["bakery", "harbour", "sunset"]);
  expect(await catalog.check()).toEqual([]);
  await library.close();
});

test("text in a script that no installed reader knows is said to be, with the reader to pull, and not searched", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "notice", "b.jpg": "bakery" });
  const reader = new FakeReader();
  const read = reader.read.bind(reader);
  const box = { x: 0, y: 0, width: 1, height: 0.1 };
  reader.read = async (source, signal) => {
    const found = await read(source, signal);
    if (found.id !== idOf("notice")) return found;
    return { ...found, lines: [{ text: "BHNMAHИE OnACHO", confidence: 0.85, box, angle: 0 }] };
  };
  const { library, catalog } = await libraryWith(reader);
  const view = library.within(everything);
  expect((await library.add([folder])).text).toMatchObject({ read: 2, unknownScript: 1 });
  const [garbled, clear] = await view.texts([idOf("notice"), idOf("bakery")]);
  expect(garbled).toMatchObject({ hint: expect.stringContaining("glimpse models pull ppocr-v5-cyrillic") });
  expect(clear).not.toHaveProperty("hint");
  expect(await view.readText({ path: join(folder, "a.jpg") })).toMatchObject({ hint: garbled?.hint });
  const { matches } = await catalog.texts.search({ words: [{ text: "onacho" }], scope: everything });
  expect(matches).toEqual([]);
  await library.close();
});

test("a picture that crashes the reader is a value in the report, is not read again, and stops nothing", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "bakery", "b.jpg": "bomb", "c.jpg": "harbour" });
  const reader = new FakeReader();
  reader.before = (shows) => {
    if (shows === "bomb") throw new PictureError("crashed-decoder", "It crashed, twice.");
  };
  const { library } = await libraryWith(reader);
  const report = await library.add([folder]);
  expect(report.added).toBe(3);
  expect(report.text).toEqual({
    read: 3,
    withText: 2,
    unknownScript: 0,
    skipped: [{ origin: join(folder, "b.jpg"), code: "crashed-decoder", reason: "It crashed, twice." }],
  });
  expect(await library.within(everything).texts([idOf("bomb")])).toMatchObject([
    { state: "failed", lines: [] },
  ]);
  expect((await library.add([folder])).text).toMatchObject({ read: 0, skipped: [] });
  await library.close();
});

test("a run that was stopped is resumed by the next, which reads only what is left", async () => {
  const folder = temporaryFolder();
  const pictures = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}.jpg`, `shop ${at}`]));
  writePictures(folder, pictures);
  const reader = new FakeReader();
  const stop = new AbortController();
  reader.before = () => {
    if (reader.done.length === 20) stop.abort();
  };
  const directory = temporaryFolder();
  const first = await libraryWith(reader, directory);
  expect((await first.library.add([folder], { signal: stop.signal })).added).toBe(50);
  const { text } = await first.library.within(everything).status();
  expect(text?.read).toBeGreaterThanOrEqual(16);
  expect(text?.waiting).toBe(50 - (text?.read ?? 0));
  await first.library.close();
  const second = await libraryWith(reader, directory);
  expect((await second.library.add([])).text?.read).toBe(text?.waiting);
  expect(await second.library.within(everything).status()).toMatchObject({ text: { read: 50, waiting: 0 } });
  await second.library.close();
});

test("another reader reads everything once more", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "bakery", "b.jpg": "harbour" });
  const reader = new FakeReader();
  const { library } = await libraryWith(reader);
  await library.add([folder]);
  reader.name = "fake 2";
  expect((await library.add([])).text).toMatchObject({ read: 2 });
  expect((await library.add([])).text).toMatchObject({ read: 0 });
  expect(reader.done).toHaveLength(4);
  await library.close();
});

test("a picture whose file is away keeps waiting, and one without a reader installed does too", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "bakery" });
  const reader = new FakeReader();
  reader.name = undefined;
  const { library } = await libraryWith(reader);
  expect((await library.add([folder])).text).toEqual({ read: 0, withText: 0, unknownScript: 0, skipped: [] });
  reader.name = "fake 1";
  await rename(join(folder, "a.jpg"), join(folder, "a.hidden"));
  expect(await library.readTexts()).toMatchObject({ read: 0 });
  expect(await library.within(everything).status()).toMatchObject({ text: { waiting: 1 } });
  await rename(join(folder, "a.hidden"), join(folder, "a.jpg"));
  expect(await library.readTexts()).toMatchObject({ read: 1 });
  await library.close();
});

test("a reader that cannot be opened is a problem of the report: the pictures are added all the same", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "bakery" });
  const reader = new FakeReader();
  reader.before = () => {
    throw new ModelError("The reader's file is damaged.");
  };
  const { library } = await libraryWith(reader);
  const report = await library.add([folder]);
  expect(report).toMatchObject({ added: 1, text: { read: 0, problem: "The reader's file is damaged." } });
  expect(await library.within(everything).status()).toMatchObject({ text: { waiting: 1 } });
  await library.close();
});

test("without reading nothing is read, and nothing is lost for later", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "bakery" });
  const { library } = await libraryWith(undefined);
  const report = await library.add([folder]);
  expect(report.text).toBeUndefined();
  expect(await library.within(everything).status()).toMatchObject({ text: { read: 0, waiting: 1 } });
  await library.close();
});

test("two processes at once read each picture once", async () => {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "bakery", "b.jpg": "harbour" });
  const [reader, directory] = [new FakeReader(), temporaryFolder()];
  const one = await libraryWith(undefined, directory);
  await one.library.add([folder]);
  await one.library.close();
  const [first, second] = [await libraryWith(reader, directory), await libraryWith(reader, directory)];
  await Promise.all([first.library.readTexts(), second.library.readTexts()]);
  expect(reader.done.sort()).toEqual(["bakery", "harbour"]);
  await first.library.close();
  await second.library.close();
});
