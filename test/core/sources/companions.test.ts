import { expect, test } from "vitest";
import { companionsAmong } from "../../../src/core/sources/companions.ts";
import { looksLikePicture } from "../../../src/core/sources/walk-folder.ts";

const among = (...names: string[]) =>
  Object.fromEntries(
    [...companionsAmong(names, looksLikePicture)].map(([name, { of, kind }]) => [name, `${kind} of ${of}`]),
  );

test("a raw file and a video belong to a JPEG or HEIC of the same stem, and to nothing else", () => {
  expect(
    among("a.JPG", "a.NEF", "a.MOV", "b.heic", "b.mov", "b.dng", "c.nef", "d.png", "d.cr2", "e.mp4"),
  ).toEqual({
    "a.NEF": "raw of a.JPG",
    "a.MOV": "video of a.JPG",
    "b.mov": "video of b.heic",
    "b.dng": "raw of b.heic",
  });
  expect(among("a.jpg", "a.heic", "a.arw")).toEqual({ "a.arw": "raw of a.jpg" });
  expect(among("a.jpg", "A.nef", "a1.nef")).toEqual({});
  // As iCloud's pictures are fetched; without the picture it is a film.
  expect(among("a.HEIC", "a_HEVC.MOV", "b_HEVC.MOV", "c.HEIC", "c.MOV", "c_HEVC.MOV")).toEqual({
    "a_HEVC.MOV": "video of a.HEIC",
    "c.MOV": "video of c.HEIC",
    "c_HEVC.MOV": "video of c.HEIC",
  });
});

test("sidecars belong to the file that they name, else to that of their stem, else to the raw file", () => {
  expect(among("a.jpg", "a.jpg.xmp", "b.jpg", "b.xmp", "c.nef", "c.xmp", "d.xmp", "notes.json")).toEqual({
    "a.jpg.xmp": "sidecar of a.jpg",
    "b.xmp": "sidecar of b.jpg",
    "c.xmp": "sidecar of c.nef",
  });
  // That of a raw file which belongs to a JPEG is that JPEG's.
  expect(among("a.jpg", "a.nef", "a.nef.xmp")).toEqual({
    "a.nef": "raw of a.jpg",
    "a.nef.xmp": "sidecar of a.jpg",
  });
});

test("Google Takeout's names: supplemented, cut, and numbered behind the extension", () => {
  const long = "a-name-that-is-longer-than-46-characters-as-some-are.jpg";
  const pictures = ["a.jpg", "b.heic", "c.jpg", "c(1).jpg", "d.png", long];
  expect(
    among(
      ...pictures,
      "a.jpg.json",
      "b.heic.supplemental-metadata.json",
      "c.jpg.supplemental-meta.json",
      "c.jpg.supplemental-metadata(1).json",
      "d.png.s.json",
      `${long.slice(0, 46)}.json`,
      "metadata.json",
      "e.jpg.json",
      "a.json",
    ),
  ).toEqual({
    "a.jpg.json": "sidecar of a.jpg",
    "b.heic.supplemental-metadata.json": "sidecar of b.heic",
    "c.jpg.supplemental-meta.json": "sidecar of c.jpg",
    "c.jpg.supplemental-metadata(1).json": "sidecar of c(1).jpg",
    "d.png.s.json": "sidecar of d.png",
    [`${long.slice(0, 46)}.json`]: `sidecar of ${long}`,
  });
  expect(among("a(2).jpg", "a.jpg(2).json", "b.jpg", "b.jpg(2).json")).toEqual({
    "a.jpg(2).json": "sidecar of a(2).jpg",
  });
});
