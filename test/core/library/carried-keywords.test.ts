import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { inspectPicture } from "../../../src/core/embedder/picture-source.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readXmp, renderXmp } from "../../../src/core/sidecars/xmp-document.ts";
import type { CarriedWords } from "../../../src/core/types.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { idOf } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

async function libraryOf(carried: Readonly<Record<string, CarriedWords>> = {}) {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog", "trips/c.jpg": "fox" });
  const of = (id: string) => Object.entries(carried).find(([words]) => idOf(words) === id)?.[1];
  const embedder = new FakeEmbedder({ carried: (id) => of(id) ?? { keywords: [], titles: [] } });
  const opened = await openTestLibrary(temporaryFolder(), { embedder });
  onTestFinished(() => opened.library.close());
  await opened.library.add([folder]);
  const view = opened.library.within(everything);
  const image = (name: string) => view.resolveImage(join(folder, name));
  const tags = async (name: string) => (await image(name)).tags.map(({ tag, by }) => `${tag} (${by})`).sort();
  return { ...opened, folder, view, image, tags };
}

test("keywords inside files and in sidecars become tags that never override a user's", async () => {
  const { library, folder, view, image, tags } = await libraryOf({
    cat: {
      keywords: ["Rome", "Places|Italy|Lazio", "a, b: c", " ", "x".repeat(200)],
      titles: ["The old Tiber"],
    },
    dog: { keywords: ["ROME", "pet"], titles: [] },
  });
  await library.tag((await image("b.jpg")).id, "pet");
  await library.untag((await image("a.jpg")).id, "Lazio");
  writeFileSync(join(folder, "trips/c.jpg.xmp"), renderXmp(["forest"]));
  const report = await library.importKeywords(everything);
  expect(report).toEqual({ files: 3, images: 3, keywords: 5, skipped: [] });
  expect(await tags("a.jpg")).toEqual(["Rome (file)", "a b c (file)"]);
  expect(await tags("b.jpg")).toEqual(["Rome (file)", "pet (person)"]);
  expect(await tags("trips/c.jpg")).toEqual(["forest (file)"]);
  const found = await view.find({ terms: [{ text: "tiber" }] });
  expect(found.hits[0]?.words?.places).toMatchObject([{ source: "title", line: "The old Tiber" }]);
  writeFileSync(join(folder, "trips/c.jpg.xmp"), renderXmp([]));
  await library.importKeywords(everything);
  expect(await tags("trips/c.jpg")).toEqual([]);
});

test("what cannot be read keeps what was known of it", async () => {
  const { library, folder, tags } = await libraryOf({ cat: { keywords: ["Rome"], titles: [] } });
  writeFileSync(join(folder, "b.jpg.xmp"), renderXmp(["pet"]));
  await library.importKeywords(everything);
  writeFileSync(join(folder, "a.jpg"), "something else");
  writeFileSync(join(folder, "b.jpg.xmp"), "no XML");
  const { skipped } = await library.importKeywords(everything);
  expect(skipped.map(({ path }) => path).sort()).toEqual([join(folder, "a.jpg"), join(folder, "b.jpg.xmp")]);
  expect(await tags("a.jpg")).toEqual(["Rome (file)"]);
  expect(await tags("b.jpg")).toEqual(["pet (file)"]);
});

test("IPTC and XMP inside a picture are read in the embedding process", async () => {
  const xmp = renderXmp(["Rome", "évènement"]);
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: "red" } });
  const bytes = await picture.jpeg().withXmp(xmp).toBuffer();
  const { carried } = await inspectPicture({ bytes }, DEFAULT_PICTURE_LIMITS);
  expect(carried).toEqual({ keywords: ["Rome", "évènement"], titles: [] });
});

test("tags are written beside the pictures, which stay as they are", async () => {
  const { library, folder, image } = await libraryOf();
  await library.setVocabulary({ tags: [{ tag: "dog", threshold: 0 }] });
  await library.tag((await image("a.jpg")).id, "Tom & <Jerry>");
  expect(await library.exportSidecars(everything, { dryRun: true })).toMatchObject({
    pictures: 1,
    written: 0,
  });
  expect(existsSync(join(folder, "a.jpg.xmp"))).toBe(false);
  const report = await library.exportSidecars(everything);
  expect(report).toMatchObject({ pictures: 1, written: 1, merged: 0, refused: [] });
  const { keywords } = await readXmp(readFileSync(join(folder, "a.jpg.xmp"), "utf8"));
  expect(keywords).toEqual(["Tom & <Jerry>"]);
  expect(readFileSync(join(folder, "a.jpg"), "utf8")).toBe("cat");
  expect(existsSync(join(folder, "b.jpg.xmp"))).toBe(false);
  expect(await library.exportSidecars(everything, { withModel: true })).toMatchObject({ written: 3 });
});

test("into a folder, sidecars keep the order of the added folders, and one that cannot be merged is refused", async () => {
  const { library, folder, image } = await libraryOf();
  const to = join(temporaryFolder(), "sidecars");
  await library.tag((await image("trips/c.jpg")).id, "forest");
  await library.tag((await image("a.jpg")).id, "Rome");
  writeFileSync(join(folder, "a.jpg.xmp"), "no XML");
  await library.exportSidecars(everything, { to });
  const name = folder.split("/").at(-1) ?? "";
  expect(existsSync(join(to, name, "trips", "c.jpg.xmp"))).toBe(true);
  expect(existsSync(join(folder, "trips", "c.jpg.xmp"))).toBe(false);
  const { refused } = await library.exportSidecars(everything);
  expect(refused).toEqual([
    { path: join(folder, "a.jpg.xmp"), reason: expect.stringMatching(/well-formed/) },
  ]);
  expect(readFileSync(join(folder, "a.jpg.xmp"), "utf8")).toBe("no XML");
});
