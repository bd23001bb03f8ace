import { renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { imageDate } from "../../../src/core/dates/picture-date.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { everything, openTestLibrary, writePictures } from "../../support/test-library.ts";

const TAKEN = Date.UTC(2015, 5, 7, 12);

const takeout = (title: string) =>
  JSON.stringify({
    title,
    description: "Fado in the Alfama",
    photoTakenTime: { timestamp: `${TAKEN / 1000}` },
    geoData: { latitude: 38.7167, longitude: -9.1333 },
    people: [{ name: "Amália" }],
  });

const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:Rating="4">
  <dc:subject><rdf:Bag><rdf:li>Rex</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>`;

async function libraryOf() {
  const folder = temporaryFolder();
  writePictures(folder, { "a.jpg": "cat", "copies/a.jpg": "cat", "b.jpg": "dog" });
  writeFileSync(join(folder, "a.jpg.json"), takeout("a.jpg"));
  const opened = await openTestLibrary(temporaryFolder());
  onTestFinished(() => opened.library.close());
  await opened.library.add([folder]);
  const within = (...folders: string[]) =>
    opened.library.within({ files: { folders: folders.map((name) => join(folder, name)) }, discord: "none" });
  return { ...opened, folder, within };
}

test("adding a folder of Takeout dates, places and tags its pictures, where the JSON lies and nowhere else", async () => {
  const { library, folder, within } = await libraryOf();
  const whole = library.within(everything);
  const cat = await whole.resolveImage(join(folder, "a.jpg"));
  expect(cat.facts).toMatchObject({ place: { name: "Lisbon, PT" } });
  expect(cat.tags).toMatchObject([{ tag: "Amália", by: "file" }]);
  const at = cat.placements.find((place) => place.kind === "file" && place.path === join(folder, "a.jpg"));
  expect(at).toMatchObject({ statedAt: { instant: TAKEN } });
  expect(imageDate({ ...cat, placements: at ? [at] : [] })).toEqual({ instant: TAKEN, source: "sidecar" });
  const found = await whole.find({ terms: [{ text: "text:fado" }] });
  expect(found.hits.map(({ id }) => id)).toEqual([cat.id]);
  // By its date it is filtered and sorted.
  const day = { wallClock: TAKEN, instant: TAKEN };
  const until = { ...everything, until: { wallClock: TAKEN + 1, instant: TAKEN + 1 } };
  expect(
    (await library.within({ ...until, since: day }).find({ terms: [], sort: "newest" })).hits,
  ).toHaveLength(1);
  expect((await whole.find({ terms: [], sort: "oldest" })).hits[0]?.id).toBe(cat.id);
  // The same picture in another folder.
  const [copy] = (await within("copies").find({ terms: [], sort: "newest" })).hits;
  expect(copy?.id).toBe(cat.id);
  expect(copy).not.toHaveProperty("facts");
  expect(copy?.tags).toEqual([]);
  expect(
    (
      await library
        .within({ ...within("copies").scope, until: until.until })
        .find({ terms: [], sort: "newest" })
    ).hits,
  ).toEqual([]);
});

test("a moved picture keeps what its moved JSON says, and what changed is read by tag import", async () => {
  const { library, folder } = await libraryOf();
  const whole = library.within(everything);
  for (const name of ["a.jpg", "a.jpg.json"])
    renameSync(join(folder, name), join(folder, "copies", `moved ${name}`));
  await library.add([folder]);
  const moved = () => whole.resolveImage(join(folder, "copies/moved a.jpg"));
  // Its JSON names another picture now.
  expect(await moved()).not.toHaveProperty("facts");
  writeFileSync(join(folder, "copies/moved a.jpg.json"), takeout("moved a.jpg"));
  await library.tags.importKeywords(everything);
  expect((await moved()).facts).toMatchObject({ place: { name: "Lisbon, PT" } });
  expect((await moved()).tags).toMatchObject([{ tag: "Amália" }]);
  rmSync(join(folder, "copies/moved a.jpg.json"));
  await library.tags.importKeywords(everything);
  expect(await moved()).not.toHaveProperty("facts");
  expect((await moved()).tags).toEqual([]);
});

test("what Takeout said goes with its file, by the next run of adding, and comes with a new one", async () => {
  const { library, folder } = await libraryOf();
  const whole = library.within(everything);
  const cat = () => whole.resolveImage(join(folder, "a.jpg"));
  const finds = async () => (await whole.find({ terms: [{ text: "text:fado" }] })).hits.length;
  rmSync(join(folder, "a.jpg.json"));
  await library.add([]);
  expect(await cat()).not.toHaveProperty("facts");
  expect((await cat()).tags).toEqual([]);
  expect(await finds()).toBe(0);
  writeFileSync(join(folder, "a.jpg.json"), takeout("a.jpg"));
  await library.add([]);
  expect((await cat()).facts).toMatchObject({ place: { name: "Lisbon, PT" } });
  expect((await cat()).tags).toMatchObject([{ tag: "Amália" }]);
  expect(await finds()).toBe(1);
});

test("a sidecar that was written again is read by the next run, though its size and time are as before", async () => {
  const { library, folder } = await libraryOf();
  const sidecar = join(folder, "b.jpg.xmp");
  const rating = async () =>
    (await library.within(everything).resolveImage(join(folder, "b.jpg"))).facts?.rating;
  const [before, after] = [XMP, XMP.replace('Rating="4"', 'Rating="2"')];
  writeFileSync(sidecar, before);
  utimesSync(sidecar, 1000, 1000);
  await library.add([]);
  expect(await rating()).toBe(4);
  writeFileSync(sidecar, after);
  utimesSync(sidecar, 1000, 1000);
  expect(await library.add([])).toMatchObject({ added: 0, unchanged: 3 });
  expect(await rating()).toBe(2);
  // What is as it was is not read once more.
  expect(await library.add([])).toMatchObject({ unchanged: 3 });
  writeFileSync(join(folder, "a.jpg.json"), takeout("a.jpg").replace("Amália", "Carlos"));
  await library.add([]);
  const { tags } = await library.within(everything).resolveImage(join(folder, "a.jpg"));
  expect(tags).toMatchObject([{ tag: "Carlos", by: "file" }]);
});

test("a sidecar that comes or goes brings no keywords in that nobody imported", async () => {
  const { library, folder, catalog } = await libraryOf();
  const dog = () => library.within(everything).resolveImage(join(folder, "b.jpg"));
  writeFileSync(join(folder, "b.jpg.xmp"), XMP);
  await library.add([]);
  expect((await dog()).tags).toEqual([]);
  expect((await dog()).facts).toMatchObject({ rating: 4 });
  await library.tags.importKeywords(everything);
  expect((await dog()).tags).toMatchObject([{ tag: "Rex" }]);
  rmSync(join(folder, "b.jpg.xmp"));
  await library.add([]);
  expect((await dog()).tags).toEqual([]);
  expect(await dog()).not.toHaveProperty("facts");
  expect(await catalog.tags.filesWithUnreadWords("", 9)).toEqual([]);
});

test("without locations none comes in from sidecars; with them again, the next run reads them", async () => {
  const { library, folder } = await libraryOf();
  const facts = async () => (await library.within(everything).resolveImage(join(folder, "a.jpg"))).facts;
  await library.keepLocation(false);
  expect(await facts()).toBeUndefined();
  await library.tags.importKeywords(everything);
  expect(await facts()).toBeUndefined();
  await library.keepLocation(true);
  expect(await facts()).toBeUndefined();
  await library.add([]);
  expect(await facts()).toMatchObject({ place: { name: "Lisbon, PT" } });
});
