import { describe, expect, test } from "vitest";
import { findPlaces, placeNotes } from "../../src/core/places/find-places.ts";
import { nearestPlace } from "../../src/core/places/nearest-place.ts";
import { isScreenshotName } from "../../src/core/screenshot-name.ts";
import { pictureFilters } from "../../src/core/written-filters.ts";

const LISBON = 2267057;
const factsOf = async (written: Parameters<typeof pictureFilters>[0]) =>
  (await pictureFilters(written)).facts;

describe("places", () => {
  test.each([
    ["Lisbon", LISBON],
    [" lisbon , pt", LISBON],
    ["Lisbon, Portugal", LISBON],
    ["Springfield, US-IL", 4250542],
    ["springfield, mo", 4409896],
    ["Cologne", 2886242],
    ["Köln", 2886242],
    ["koln", 2886242],
    ["São Paulo", 3448439],
    ["Geneva", 2660646],
    ["London", 2643743],
  ])("%s is one city", async (typed, id) => {
    expect(await factsOf({ places: [typed] })).toEqual({ places: [id] });
  });

  test("a country is all of its cities, and several names are any of theirs", async () => {
    const { places = [] } = (await factsOf({ places: ["Portugal"] })) ?? {};
    expect(places.length).toBeGreaterThan(100);
    expect(places).toContain(LISBON);
    expect((await factsOf({ places: ["Lisbon", "Cologne"] }))?.places).toEqual([LISBON, 2886242]);
  });

  test.each([
    ["München", [2867714]],
    ["Muenchen", [2867714]],
    ["Lisboa", [LISBON]],
    ["Lodz", [3093133]],
    ["St. Gallen", [2658822]],
    ["New York", [5128581]],
    ["Washington, DC", [4140963]],
    ["Washington, D.C.", [4140963]],
    ["Springfield, Illinois", [4250542]],
    ["Paris, Texas", [4717560]],
    ["Cambridge, UK", [2653941]],
  ])("%s is found by how people write it", async (typed, ids) => {
    expect(await factsOf({ places: [typed] })).toEqual({ places: ids });
  });

  test.each([
    ["US", "usa", "United States"],
    ["UK", "GB", "United Kingdom"],
    ["DE", "Deutschland", "Allemagne"],
    ["Georgia, US", "Georgia, USA", "Georgia State"],
  ])("%s is all cities of it", async (...names) => {
    const [first, ...others] = await Promise.all(names.map((name) => factsOf({ places: [name] })));
    expect(first?.places?.length).toBeGreaterThan(50);
    for (const other of others) expect(other).toEqual(first);
  });

  test("where several places have a name, it is said which is meant and how to name another", async () => {
    expect(await placeNotes(["London", "Lisbon"])).toEqual([
      '"London" is read as London, GB. There are also "London, CA": name one so to mean it.',
    ]);
    expect(await placeNotes(["Georgia"])).toEqual([
      '"Georgia" is read as the country; the state is "Georgia, US".',
    ]);
    expect((await placeNotes(["Washington"]))[0]).toContain('The state is "Washington State".');
    expect(await placeNotes(["Georgia, US", "Köln", "London, CA", "US"])).toEqual([]);
    await expect(placeNotes(["Lisbonn"])).rejects.toThrow("Did you mean");
  });

  test.each([
    ["England", "United Kingdom"],
    ["Portugl", "Portugal"],
    ["Munchn", "Munich, DE"],
    ["Califronia", "California, US"],
  ])("%s may have been meant as %s", async (typed, meant) => {
    await expect(findPlaces(typed)).rejects.toThrow(`Did you mean "${meant}"`);
  });

  test("a name of several is answered with candidates, an unknown one with near spellings", async () => {
    await expect(pictureFilters({ places: ["Springfield"] })).rejects.toThrow(
      '"Springfield" may be "Springfield, US-MO", "Springfield, US-MA", "Springfield, US-IL"',
    );
    await expect(pictureFilters({ places: ["Lisbonn"] })).rejects.toThrow(/Did you mean "Lisbon, PT"/);
    await expect(pictureFilters({ places: ["Springfield, Portugal"] })).rejects.toThrow(
      /Did you mean "Springfield, US-/,
    );
    await expect(pictureFilters({ places: [" "] })).rejects.toThrow(/needs a name/);
    for (const name of ["constructor", "__proto__", "Xyzzyqwerty"])
      await expect(pictureFilters({ places: [name] })).rejects.toThrow(/There is no city/);
  });

  test.each([
    [38.6916, -9.216, "Lisbon, PT"],
    [38.7879, -9.3907, "Sintra, PT"],
    [48.8049, 2.1204, "Versailles, FR"],
    [40.7061, -73.9969, "New York City, US-NY"],
    [41.9022, 12.4539, "Rome, IT"],
    // On the other side of the date line from Suva's grid cell, and near a pole.
    [-16.4333, 179.3667, "Labasa, FJ"],
    [0, -30, undefined],
    [89.9, 0, undefined],
    [-90, 180, undefined],
  ])("%d, %d is in or near %s", async (latitude, longitude, name) => {
    expect((await nearestPlace({ latitude, longitude }))?.name).toBe(name);
  });
});

describe("near", () => {
  test.each([
    ["38.7,-9.1:10km", { latitude: 38.7, longitude: -9.1, kilometres: 10 }],
    ["38.7, -9.1", { latitude: 38.7, longitude: -9.1, kilometres: 10 }],
    ["+90,180:500m", { latitude: 90, longitude: 180, kilometres: 0.5 }],
    ["-90,-180: 5 mi", { latitude: -90, longitude: -180, kilometres: 8.04672 }],
    ["0,0:3", { latitude: 0, longitude: 0, kilometres: 3 }],
  ])("%s", async (typed, near) => {
    expect(await factsOf({ near: typed })).toEqual({ near });
  });

  test.each([
    ["90.1,0:1km", "latitude 90.1 is not on Earth"],
    ["0,181:1km", "longitude 181 is not on Earth"],
    ["0,0:0km", "is not between 0 and 20,016 km"],
    ["0,0:20017km", "is not between 0 and 20,016 km"],
    ["Lisbon", "is no place to be near"],
    ["38.7", "is no place to be near"],
    ["38,7,-9,1:10km", "is no place to be near"],
    ["NaN,0:1km", "is no place to be near"],
  ])("%s is refused with a sentence", async (typed, sentence) => {
    await expect(pictureFilters({ near: typed })).rejects.toThrow(sentence);
  });
});

describe("rating, orientation, size and format", () => {
  test.each([
    ["4..", { from: 4, to: 5 }],
    ["..2", { from: -1, to: 2 }],
    ["2..3", { from: 2, to: 3 }],
    ["5", { from: 5, to: 5 }],
    ["-1", { from: -1, to: -1 }],
  ])("%s stars", async (typed, rating) => {
    expect(await factsOf({ rating: typed })).toEqual({ rating });
  });

  test.each(["", "..", "6", "4..2", "-2..", "four", "1..2..3"])("'%s' is no rating", async (typed) => {
    await expect(pictureFilters({ rating: typed })).rejects.toThrow("is no rating");
  });

  test("what the picture is like", async () => {
    expect(
      await pictureFilters({ orientation: "Portrait", minWidth: 10, formats: ["JPG", ".heic"] }),
    ).toEqual({
      picture: { orientation: "portrait", minWidth: 10, formats: ["jpeg", "heic"] },
    });
    expect(await pictureFilters({})).toEqual({});
    await expect(pictureFilters({ orientation: "upright" })).rejects.toThrow("is no orientation");
    await expect(pictureFilters({ formats: ["jpegg"] })).rejects.toThrow("Did you mean jpeg?");
    await expect(pictureFilters({ camera: " " })).rejects.toThrow("needs a name");
  });
});

test.each([
  ["/a/Screenshot 2024-01-01.png", true],
  ["/a/Screenshot_20240101-120000_Chrome.jpg", true],
  ["C:\\Pictures\\Screen Shot 2019.png", true],
  ["/a/Bildschirmfoto 2024.png", true],
  ["/a/Capture d’écran 2024.png".normalize("NFD"), true],
  ["/a/スクリーンショット.png", true],
  ["/a/screenshot.png", true],
  ["/a/Screenshots/photo.png", false],
  ["/a/Screenshotting-party.png", false],
  ["/a/screenshots2023trip.jpg", false],
  ["/a/my screenshot.png", false],
])("%s is named as a screenshot: %s", (path, isOne) => {
  expect(isScreenshotName(path)).toBe(isOne);
});
