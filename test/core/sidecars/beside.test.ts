import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SidecarReader } from "../../../src/core/sidecars/read-beside.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const TAKEN = 1_577_880_000;
const takeout = (title: string, more: object = {}) =>
  JSON.stringify({
    title,
    description: "",
    photoTakenTime: { timestamp: `${TAKEN}`, formatted: "1 Jan 2020, 12:00:00 UTC" },
    geoData: { latitude: 0, longitude: 0, altitude: 0 },
    ...more,
  });

/** A folder with these documents, and what is read there of a picture. */
async function beside(file: string, documents: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(documents)) writeFileSync(join(folder, name), text);
  return new SidecarReader().read(join(folder, file));
}

const xmp = (attributes: string, inside = "") => `<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns:exif="http://ns.adobe.com/exif/1.0/" ${attributes}>${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`;

test("Takeout's JSON says when and where a picture was taken, who is on it, and what it was called", async () => {
  const json = takeout("IMG_1.jpg", {
    description: "At the tower",
    geoData: { latitude: 48.8584, longitude: 2.2945 },
    people: [{ name: "Ada" }, { name: "" }, null],
  });
  expect(await beside("IMG_1.jpg", { "IMG_1.jpg.json": json })).toEqual({
    keywords: ["Ada"],
    titles: ["At the tower"],
    facts: {
      takenAt: { instant: TAKEN * 1000 },
      location: { latitude: 48.8584, longitude: 2.2945 },
      place: { id: 2988507, name: "Paris, FR" },
    },
    hasTakeoutWords: true,
  });
});

const LONG = "PXL_20230401_123456789.PORTRAIT.ORIGINAL";
test.each([
  ["IMG_1.jpg", "IMG_1.jpg.json", "IMG_1.jpg"],
  ["IMG_1.JPG", "IMG_1.jpg.json", "IMG_1.jpg"],
  ["IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json", "IMG_1.jpg"],
  ["IMG_1.jpg", "IMG_1.jpg.supplemental-meta.json", "IMG_1.jpg"],
  ["IMG_1.jpg", "IMG_1.jpg.suppl.json", "IMG_1.jpg"],
  ["IMG_1(1).jpg", "IMG_1.jpg(1).json", "IMG_1.jpg"],
  ["IMG_1(12).jpg", "IMG_1.jpg.supplemental-metadata(12).json", "IMG_1.jpg"],
  ["IMG_1(1).jpg", "IMG_1(1).jpg.json", "IMG_1(1).jpg"],
  ["IMG_1-edited.jpg", "IMG_1.jpg.json", "IMG_1.jpg"],
  ["IMG_1-bearbeitet(2).jpg", "IMG_1.jpg(2).json", "IMG_1.jpg"],
  ["IMG_1.jpg", "IMG_1.json", "IMG_1"],
  ["a_b_c.jpg", "a_b_c.jpg.json", "a&b?c.jpg"],
  [`${LONG}.jpg`, `${`${LONG}.jpg.supplemental-metadata`.slice(0, 46)}.json`, `${LONG}.jpg`],
  [`${"x".repeat(47)}.jpg`, `${"x".repeat(46)}.json`, `${"x".repeat(70)}.jpg`],
])("%s is described by %s", async (file, name, title) => {
  expect((await beside(file, { [name]: takeout(title) })).facts).toEqual({
    takenAt: { instant: TAKEN * 1000 },
  });
});

test.each([
  ["IMG_1.jpg", "IMG_1.jpg(1).json", "IMG_1.jpg"],
  ["IMG_1(1).jpg", "IMG_1.jpg.json", "IMG_1.jpg"],
  ["IMG_1(1).jpg", "IMG_1.jpg(2).json", "IMG_1.jpg"],
  ["IMG_1.jpg", "IMG_1.png.json", "IMG_1.png"],
  ["IMG_1.jpg", "IMG_1.jpg.json", "holiday.jpg"],
  ["IMG_12.jpg", "IMG_1.jpg.json", "IMG_1.jpg"],
])("%s is not described by %s, of %s", async (file, name, title) => {
  expect((await beside(file, { [name]: takeout(title) })).facts).toEqual({});
});

test("what is no Takeout, damaged, or without a place or date says nothing", async () => {
  const nothing = { keywords: [], titles: [], facts: {}, hasTakeoutWords: false };
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    '{"title":"a.jpg"}',
    '{"id": 5, "tags": ["x"]}',
    takeout("a.jpg", { photoTakenTime: { timestamp: "0" } }),
    takeout("a.jpg", { photoTakenTime: { timestamp: "never" }, people: "Ada", geoData: "here" }),
    takeout("a.jpg", { photoTakenTime: {}, geoData: { latitude: 91, longitude: 1 } }),
    takeout("a.jpg", { filler: "x".repeat(300_000) }),
    "\xff\xfe",
  ])
    expect(await beside("a.jpg", { "a.jpg.json": text }), text.slice(0, 60)).toEqual(nothing);
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a.jpg.json"));
  expect(await new SidecarReader().read(join(folder, "a.jpg"))).toEqual(nothing);
  expect(await new SidecarReader().read(join(folder, "gone/a.jpg"))).toEqual(nothing);
});

test("XMP says date, rating and location, and stands before Takeout", async () => {
  const document = xmp(
    'xmp:Rating="5" exif:GPSLatitude="38,43N"',
    "<exif:GPSLongitude>9,8W</exif:GPSLongitude>",
  );
  const json = takeout("a.jpg", { geoData: { latitude: 48.8584, longitude: 2.2945 } });
  expect(await beside("a.jpg", { "a.jpg.xmp": document, "a.jpg.json": json })).toMatchObject({
    facts: {
      rating: 5,
      location: { latitude: 38 + 43 / 60, longitude: -(9 + 8 / 60) },
      place: { name: "Lisbon, PT" },
      takenAt: { instant: TAKEN * 1000 },
    },
  });
  const dated = xmp('exif:DateTimeOriginal="2019-05-06T07:08:09"');
  expect((await beside("a.jpg", { "A.XMP": dated })).facts).toEqual({
    takenAt: { wallClock: Date.UTC(2019, 4, 6, 7, 8, 9) },
  });
  await expect(beside("a.jpg", { "a.xmp": "<x" })).rejects.toThrow("well-formed");
});

test("what is said of a raw file is said of the JPEG that it belongs to, and of no other picture of its name", async () => {
  const documents = { "a.cr2": "", "a.jpg": "", "a.png": "", "a.xmp": xmp('xmp:Rating="2"') };
  expect((await beside("a.cr2", documents)).facts).toEqual({ rating: 2 });
  expect((await beside("a.jpg", documents)).facts).toEqual({ rating: 2 });
  expect((await beside("a.png", documents)).facts).toEqual({});
  expect((await beside("a.jpg", { "a.nef": "", "a.nef.xmp": xmp('xmp:Rating="4"') })).facts).toEqual({
    rating: 4,
  });
  expect((await beside("b.jpg", { "b.png": "", "b.xmp": xmp('xmp:Rating="2"') })).facts).toEqual({
    rating: 2,
  });
});
