import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../errors.ts";
import { packageFolder } from "../package-folder.ts";
import type { Coordinates } from "../types.ts";
import { YieldController } from "../yield-controller.ts";

export interface City extends Coordinates {
  readonly id: number;
  readonly name: string;
  /** The name as it is compared: `foldedPlace`. */
  readonly folded: string;
  /** ISO 3166. */
  readonly country: string;
  /** Of the United States, else empty. */
  readonly state: string;
  readonly people: number;
}

let loading: Promise<readonly City[]> | undefined;

/** Cities of 15,000 people and more, from GeoNames (scripts/places.mjs); none where they were not built. */
export function cities(): Promise<readonly City[]> {
  loading ??= readCities().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function readCities(): Promise<City[]> {
  const text = await readFile(join(packageFolder, "dist/places.tsv"), "utf8").catch((error) => {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  });
  const yielder = new YieldController();
  const read: City[] = [];
  for (const line of text.split("\n")) {
    const [id, name = "", country = "", state = "", people, latitude, longitude] = line.split("\t");
    if (longitude === undefined) continue;
    read.push({
      ...{ id: Number(id), name, folded: foldedPlace(name), country, state },
      ...{ people: Number(people), latitude: Number(latitude), longitude: Number(longitude) },
    });
    await yielder.yieldIfDue();
  }
  return read;
}

/** Letters that have no accent to take off, and what is typed for them. */
const LETTERS: Readonly<Record<string, string>> = {
  ł: "l",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ı: "i",
};

/** Without accents, case and punctuation. */
export const foldedPlace = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[łøđðþßæœı]/gu, (letter) => LETTERS[letter] ?? letter)
    .replace(/[\s.,’'-]+/gu, " ")
    .replace(/\bst /gu, "saint ")
    .trim();

/** "Lisbon, PT", "Springfield, US-IL". */
export const cityName = ({ name, country, state }: City): string =>
  `${name}, ${country}${state === "" ? "" : `-${state}`}`;
