import { describe, expect, test } from "vitest";
import { filmFacts, locationOf } from "../../../../src/core/image/film/film-facts.ts";

describe("locations of films", () => {
  test.each([
    ["+38.7223-009.1393+010.000/", 38.7223, -9.1393],
    ["+38.7223-009.1393/", 38.7223, -9.1393],
    ["-33.8688+151.2093/", -33.8688, 151.2093],
    ["+3843.338-00908.358+10/", 38.7223, -9.1393],
    ["+384320.28-0090821.48/", 38.7223, -9.1393],
    ["+38-009/", 38, -9],
    ["+27.5916+086.5640+8850CRSWGS_84/", 27.5916, 86.564],
    [" +38.7223-009.1393 ", 38.7223, -9.1393],
  ])("%s is read", (written, latitude, longitude) => {
    const found = locationOf(written);
    expect(found?.latitude).toBeCloseTo(latitude, 4);
    expect(found?.longitude).toBeCloseTo(longitude, 4);
  });

  test.each([
    "",
    "Lisbon",
    "+00.0000+000.0000/",
    "+98.0+010.0/",
    "+38.7-190.0/",
    "38.7,-9.1",
    "+3+4/",
    "+38.7",
  ])("%s is no place", (written) => expect(locationOf(written)).toBeUndefined());
});

test("phones say camera, software and place; what is empty or endless says nothing", async () => {
  expect(
    await filmFacts({
      "com.apple.quicktime.make": "Apple",
      "com.apple.quicktime.model": "iPhone 12",
      "com.apple.quicktime.software": "17.1",
      "com.apple.quicktime.location.ISO6709": "+38.7223-009.1393+010.000/",
      location: "+48.1-011.5/",
    }),
  ).toEqual({
    camera: "Apple iPhone 12",
    software: "17.1",
    location: { latitude: 38.7223, longitude: -9.1393 },
    place: { id: 2267057, name: "Lisbon, PT" },
  });
  expect(await filmFacts({ "com.android.manufacturer": "Google", "com.android.model": "Pixel 8" })).toEqual({
    camera: "Google Pixel 8",
  });
  expect(await filmFacts({}, { make: "x".repeat(1000), model: " ", location: "nowhere" })).toEqual({});
});
