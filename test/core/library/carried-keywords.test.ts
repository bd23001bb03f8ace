import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, onTestFinished, test } from "vitest";
import { inspectPicture } from "../../../src/core/embedder/picture-source.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readXmp, renderXmp } from "../../../src/core/sidecars/xmp-document.ts";
import type { CarriedWords } from "../../../src/core/types.ts";
import { withIptc } from "../../support/exif-block.ts";
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
  await library.tags.put((await image("b.jpg")).id, "pet");
  await library.tags.reject((await image("a.jpg")).id, "Lazio");
  writeFileSync(join(folder, "trips/c.jpg.xmp"), renderXmp(["forest"]));
  const report = await library.tags.importKeywords(everything);
  expect(report).toEqual({ files: 3, images: 3, keywords: 5, skipped: [] });
  expect(await tags("a.jpg")).toEqual(["Rome (file)", "a b c (file)"]);
  expect(await tags("b.jpg")).toEqual(["Rome (file)", "pet (person)"]);
  expect(await tags("trips/c.jpg")).toEqual(["forest (file)"]);
  const found = await view.find({ terms: [{ text: "tiber" }] });
  expect(found.hits[0]?.words?.places).toMatchObject([{ source: "title", line: "The old Tiber" }]);
  writeFileSync(join(folder, "trips/c.jpg.xmp"), renderXmp([]));
  await library.tags.importKeywords(everything);
  expect(await tags("trips/c.jpg")).toEqual([]);
});

test("what cannot be read keeps what was known of it", async () => {
  const { library, folder, tags } = await libraryOf({ cat: { keywords: ["Rome"], titles: [] } });
  writeFileSync(join(folder, "b.jpg.xmp"), renderXmp(["pet"]));
  await library.tags.importKeywords(everything);
  writeFileSync(join(folder, "a.jpg"), "something else");
  writeFileSync(join(folder, "b.jpg.xmp"), "no XML");
  const { skipped } = await library.tags.importKeywords(everything);
  expect(skipped.map(({ path }) => path).sort()).toEqual([join(folder, "a.jpg"), join(folder, "b.jpg.xmp")]);
  expect(await tags("a.jpg")).toEqual(["Rome (file)"]);
  expect(await tags("b.jpg")).toEqual(["pet (file)"]);
});

describe("a picture in two folders", () => {
  /** The same bytes, beside which only the private sidecar says something. */
  async function twoPlaces() {
    const opened = await libraryOf();
    const { library, folder } = opened;
    mkdirSync(join(folder, "private"));
    copyFileSync(join(folder, "a.jpg"), join(folder, "private/plan.jpg"));
    writeFileSync(join(folder, "private/plan.jpg.xmp"), renderXmp(["merger"]));
    await library.add([folder]);
    await library.tags.importKeywords(everything);
    const tagsIn = async (...paths: string[]) => {
      const scope = { files: { folders: paths.map((path) => join(folder, path)) }, discord: "none" } as const;
      return (await library.within(scope).tags()).map(({ tag, byFile }) => `${tag} ${byFile}`);
    };
    return { ...opened, tagsIn };
  }

  test("has the words of each sidecar where that file is, and loses them with it", async () => {
    const { library, folder, tagsIn } = await twoPlaces();
    expect(await tagsIn("private")).toEqual(["merger 1"]);
    expect(await tagsIn("a.jpg", "b.jpg", "trips")).toEqual([]);
    rmSync(join(folder, "private"), { recursive: true });
    await library.add([folder]);
    expect(await tagsIn("")).toEqual([]);
    expect(await library.check()).toEqual([]);
  });

  test("has each sidecar's own keywords written back to it, and the user's to both", async () => {
    const { library, folder, image } = await twoPlaces();
    await library.tags.put((await image("a.jpg")).id, "summer");
    await library.tags.exportSidecars(everything);
    const keywords = async (path: string) =>
      (await readXmp(readFileSync(join(folder, path), "utf8"))).keywords.toSorted();
    expect(await keywords("a.jpg.xmp")).toEqual(["summer"]);
    expect(await keywords("private/plan.jpg.xmp")).toEqual(["merger", "summer"]);
  });

  test("has what is imported within one folder from the files there alone", async () => {
    const { library, folder, tagsIn } = await twoPlaces();
    writeFileSync(join(folder, "private/plan.jpg.xmp"), renderXmp(["takeover"]));
    writeFileSync(join(folder, "a.jpg.xmp"), renderXmp(["beach"]));
    const files = { folders: [join(folder, "a.jpg")] };
    expect(await library.tags.importKeywords({ files, discord: "none" })).toMatchObject({ files: 1 });
    expect(await tagsIn("")).toEqual(["beach 1", "merger 1"]);
  });

  test("keeps the words of a file that moves, and of two that change places, as they are beside them then", async () => {
    const { library, folder, tagsIn } = await twoPlaces();
    mkdirSync(join(folder, "new"));
    for (const name of ["plan.jpg", "plan.jpg.xmp"])
      renameSync(join(folder, "private", name), join(folder, "new", name));
    await library.add([folder]);
    expect(await tagsIn("new")).toEqual(["merger 1"]);
    expect(await tagsIn("private", "a.jpg")).toEqual([]);
    renameSync(join(folder, "new/plan.jpg"), join(folder, "new/plan 2.jpg"));
    await library.add([folder]);
    expect(await tagsIn("")).toEqual([]);
    writeFileSync(join(folder, "a.jpg.xmp"), renderXmp(["cat"]));
    writeFileSync(join(folder, "b.jpg.xmp"), renderXmp(["dog"]));
    await library.tags.importKeywords(everything);
    for (const name of ["a.jpg", "a.jpg.xmp"]) renameSync(join(folder, name), join(folder, `x ${name}`));
    for (const end of ["", ".xmp"]) renameSync(join(folder, `b.jpg${end}`), join(folder, `a.jpg${end}`));
    for (const end of ["", ".xmp"]) renameSync(join(folder, `x a.jpg${end}`), join(folder, `b.jpg${end}`));
    await library.add([folder]);
    expect(await tagsIn("a.jpg")).toEqual(["dog 1"]);
    expect(await tagsIn("b.jpg")).toEqual(["cat 1"]);
    expect(await tagsIn("new")).toEqual([]);
  });
});

test("IPTC and XMP inside a picture are read in the embedding process", async () => {
  const xmp = renderXmp(["Rome", "évènement"]);
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: "red" } });
  const bytes = await picture.jpeg().withXmp(xmp).toBuffer();
  const { carried } = await inspectPicture({ bytes }, DEFAULT_PICTURE_LIMITS);
  expect(carried).toEqual({ keywords: ["Rome", "évènement"], titles: [] });
});

const blank = (format: "jpeg" | "tiff") =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: "red" } })
    .toFormat(format)
    .toBuffer();
const carriedIn = async (bytes: Uint8Array) =>
  (await inspectPicture({ bytes }, DEFAULT_PICTURE_LIMITS)).carried;

test("IPTC keywords, title and caption are read in UTF-8 and Latin 1, however many and long they are", async () => {
  const jpeg = await blank("jpeg");
  const dataSets = { 5: "Straße", 25: ["Möbel, alt", "évènement", "Möbel, alt"], 120: "Zwei\nZeilen" };
  const carried = { keywords: ["Möbel, alt", "évènement"], titles: ["Straße", "Zwei\nZeilen"] };
  expect(await carriedIn(withIptc(jpeg, dataSets))).toEqual(carried);
  expect(await carriedIn(withIptc(jpeg, dataSets, "utf8"))).toEqual(carried);
  expect(await carriedIn(withIptc(jpeg, { 25: "東京" }, "utf8"))).toEqual({ keywords: ["東京"], titles: [] });
  expect(await carriedIn(withIptc(jpeg, { 25: ["", "  ", "alone"] }))).toEqual({
    keywords: ["alone"],
    titles: [],
  });
  const many = Array.from({ length: 300 }, (_, at) => `keyword ${at}`);
  expect(await carriedIn(withIptc(jpeg, { 25: many, 120: "long ".repeat(400) }))).toEqual({
    keywords: many,
    titles: ["long ".repeat(400).trim()],
  });
});

const hasExiftool = spawnSync("exiftool", ["-ver"]).status === 0;

describe.skipIf(!hasExiftool)("beside exiftool", () => {
  const exiftool = (...options: string[]) => execFileSync("exiftool", options, { encoding: "utf8" });

  test.each(["jpeg", "tiff"] as const)(
    "the IPTC and XMP that it writes into a %s are read",
    async (format) => {
      const path = join(temporaryFolder(), `a.${format}`);
      writeFileSync(path, await blank(format));
      const written = ["-IPTC:Keywords=Rome", "-IPTC:Keywords=Möbel, alt", "-IPTC:ObjectName=Der Tiber"];
      exiftool(
        "-q",
        "-overwrite_original",
        ...written,
        "-XMP-dc:Subject=évènement",
        "-XMP-dc:Subject=Rome",
        path,
      );
      const { keywords, titles } = await carriedIn(readFileSync(path));
      expect([...keywords].sort()).toEqual(["Möbel, alt", "Rome", "évènement"]);
      expect(titles).toEqual(["Der Tiber"]);
    },
  );

  test("it reads the tags of a sidecar that was exported, also into one of its own, whose other fields stay", async () => {
    const { library, folder, image, tags } = await libraryOf();
    const sidecar = join(folder, "a.jpg.xmp");
    exiftool("-q", "-o", sidecar, "-XMP-dc:Subject=Rome", "-XMP-xmp:Rating=4", "-XMP-dc:Title=Der Tiber");
    const given = ["Tom & <Jerry>", "évènement", "東京 🌸"];
    for (const tag of given) await library.tags.put((await image("a.jpg")).id, tag);
    await library.tags.put((await image("b.jpg")).id, "only one");
    await library.tags.exportSidecars(everything);
    const read = (file: string) => JSON.parse(exiftool("-j", "-Subject", "-Rating", "-Title", file))[0];
    expect(read(sidecar)).toMatchObject({ Rating: 4, Title: "Der Tiber" });
    expect([...read(sidecar).Subject].sort()).toEqual(["Rome", ...given].sort());
    expect(read(join(folder, "b.jpg.xmp")).Subject).toBe("only one");
    await library.tags.importKeywords(everything);
    expect(await tags("a.jpg")).toContain("Rome (file)");
  });
});

test("tags are written beside the pictures, which stay as they are", async () => {
  const { library, folder, image } = await libraryOf();
  await library.tags.setVocabulary({ tags: [{ tag: "dog", threshold: 0 }] });
  await library.tags.put((await image("a.jpg")).id, "Tom & <Jerry>");
  expect(await library.tags.exportSidecars(everything, { dryRun: true })).toMatchObject({
    pictures: 1,
    written: 0,
  });
  expect(existsSync(join(folder, "a.jpg.xmp"))).toBe(false);
  const report = await library.tags.exportSidecars(everything);
  expect(report).toMatchObject({ pictures: 1, written: 1, merged: 0, refused: [] });
  const { keywords } = await readXmp(readFileSync(join(folder, "a.jpg.xmp"), "utf8"));
  expect(keywords).toEqual(["Tom & <Jerry>"]);
  expect(readFileSync(join(folder, "a.jpg"), "utf8")).toBe("cat");
  expect(existsSync(join(folder, "b.jpg.xmp"))).toBe(false);
  expect(await library.tags.exportSidecars(everything, { withModel: true })).toMatchObject({ written: 3 });
});

test("into a folder, sidecars keep the order of the added folders, and one that cannot be merged is refused", async () => {
  const { library, folder, image } = await libraryOf();
  const to = join(temporaryFolder(), "sidecars");
  await library.tags.put((await image("trips/c.jpg")).id, "forest");
  await library.tags.put((await image("a.jpg")).id, "Rome");
  writeFileSync(join(folder, "a.jpg.xmp"), "no XML");
  await library.tags.exportSidecars(everything, { to });
  const name = folder.split("/").at(-1) ?? "";
  expect(existsSync(join(to, name, "trips", "c.jpg.xmp"))).toBe(true);
  expect(existsSync(join(folder, "trips", "c.jpg.xmp"))).toBe(false);
  const { refused } = await library.tags.exportSidecars(everything);
  expect(refused).toEqual([
    { path: join(folder, "a.jpg.xmp"), reason: expect.stringMatching(/well-formed/) },
  ]);
  expect(readFileSync(join(folder, "a.jpg.xmp"), "utf8")).toBe("no XML");
});
