import { enumerate, pluralize } from "../english.ts";
import { NotFoundError, UsageError } from "../errors.ts";
import { nearNames } from "../near-names.ts";
import { YieldController } from "../yield-controller.ts";
import { type City, cities, cityName, foldedPlace } from "./cities.ts";
import { OTHER_COUNTRY_NAMES, OTHER_NAMES, PARTS_OF_COUNTRIES, STATES } from "./other-names.ts";

/** So many times the people of the next one make a city the one that is meant. */
const CLEARLY_LARGER = 5;
/** A city of this size is meant before the state of its name: Washington. */
const BEFORE_ITS_STATE = 500_000;
const MOST_SHOWN = 8;
const MOST_NOTED = 3;

/** What a name means, and what else it might have. */
interface MeantPlaces {
  /** Of GeoNames. */
  readonly ids: readonly number[];
  readonly note?: string | undefined;
}

/**
 * The GeoNames ids of the cities that a name means: "Lisbon", "Springfield, US-IL", or all of a country or a state,
 * "Portugal", "Georgia, US".
 * @throws UsageError for a name of several places none of which is by far the largest; NotFoundError for an unknown one
 */
export const findPlaces = async (typed: string): Promise<readonly number[]> => (await meantPlaces(typed)).ids;

/** Sentences on names that several places have, which say how each was read. @throws as `findPlaces` */
export async function placeNotes(typed: readonly string[]): Promise<string[]> {
  const meant = await Promise.all(typed.map(meantPlaces));
  return meant.flatMap(({ note }) => note ?? []);
}

async function meantPlaces(typed: string): Promise<MeantPlaces> {
  const all = await cities();
  if (all.length === 0)
    throw new UsageError("The list of places is missing from this installation. `npm run build` makes it.");
  // "Washington, D.C." has one in its name.
  const comma = citiesNamed(typed, all).length > 0 ? -1 : typed.lastIndexOf(",");
  const [name, region] = comma === -1 ? [typed, ""] : [typed.slice(0, comma), typed.slice(comma + 1).trim()];
  if (foldedPlace(name) === "") throw new UsageError("A place needs a name, such as Lisbon or Portugal.");
  const named = citiesNamed(name, all);
  const found = region === "" ? named : named.filter((city) => isIn(city, region, all));
  const country = region === "" ? countryOf(name, all) : undefined;
  if (country !== undefined && !(found.length > 0 && !isCode(name) && name.trim().length === 2))
    return { ids: idsOf(all.filter((city) => city.country === country)), note: alsoState(name) };
  const state = stateOf(name, region, all);
  if (state !== undefined && (found[0]?.people ?? 0) < BEFORE_ITS_STATE)
    return {
      ids: idsOf(all.filter((city) => city.country === "US" && city.state === state)),
      note: noteOn(`"${typed}" is read as the state`, found),
    };
  return oneOf(typed, found, named.length > 0 ? named : all);
}

const idsOf = (found: readonly City[]) => found.map(({ id }) => id);

/** @param found the largest first */
async function oneOf(typed: string, found: readonly City[], near: readonly City[]): Promise<MeantPlaces> {
  const [first, second] = found;
  if (first === undefined) throw await unknown(typed, near);
  const isClear = second === undefined || first.people >= CLEARLY_LARGER * second.people;
  const others = found.filter((city) => cityName(city) !== cityName(first));
  if (isClear) {
    const state = stateOf(typed, "", near) === undefined ? "" : ` The state is "${typed.trim()} State".`;
    const note = noteOn(`"${typed}" is read as ${cityName(first)}`, others);
    return {
      ids: [first.id],
      note: note === undefined && state === "" ? undefined : `${note ?? ""}${state}`.trim(),
    };
  }
  if (others.length === 0)
    return {
      ids: idsOf(found),
      note: `${pluralize(found.length, "place")} bear the name ${cityName(first)}: pictures of any of them are meant.`,
    };
  const candidates = [...new Set(found.slice(0, MOST_SHOWN).map((city) => `"${cityName(city)}"`))];
  const more = found.length > MOST_SHOWN ? ` or ${found.length - MOST_SHOWN} smaller ones` : "";
  throw new UsageError(
    `"${typed.slice(0, 100)}" may be ${candidates.join(", ")}${more}. Give one of them as it is written here.`,
  );
}

/** Undefined where there are no others. */
function noteOn(reading: string, others: readonly City[]): string | undefined {
  const names = [...new Set(others.map((city) => `"${cityName(city)}"`))];
  if (names.length === 0) return undefined;
  const more = names.length > MOST_NOTED ? ` and ${names.length - MOST_NOTED} more` : "";
  return `${reading}. There are also ${names.slice(0, MOST_NOTED).join(", ")}${more}: name one so to mean it.`;
}

const alsoState = (name: string) =>
  STATES.has(foldedPlace(name))
    ? `"${name.trim()}" is read as the country; the state is "${name.trim()}, US".`
    : undefined;

/** The largest first. Umlauts may be written as two letters. */
function citiesNamed(name: string, all: readonly City[]): City[] {
  const folded = foldedPlace(name);
  for (const wanted of [folded, folded.replace(/([aou])e/g, "$1")]) {
    const other = OTHER_NAMES.get(wanted);
    const found = all.filter(
      (city) => city.folded === wanted || (other !== undefined && cityName(city) === other),
    );
    if (found.length > 0) return found.sort((a, b) => b.people - a.people);
  }
  return [];
}

async function unknown(typed: string, among: readonly City[]): Promise<NotFoundError> {
  const short = typed.slice(0, 100);
  const isOneName = among.every(({ folded }) => folded === among[0]?.folded);
  // Of the places of one name those in other regions are meant.
  const near = isOneName
    ? nearNames(short, [...new Set(among.map(cityName))])
    : await nearPlaces(short, among);
  const meant = near.map((name) => `"${name}"`);
  const hint = meant.length > 0 ? ` Did you mean ${enumerate(meant, "or")}?` : "";
  return new NotFoundError(
    `There is no city of 15,000 people or more, no country and no state of the United States called "${typed.slice(0, 100)}".${hint} --near 38.7,-9.1:10km takes any place.`,
  );
}

const NAMES_AT_ONCE = 500;

/** Of cities, states and countries. In slices: there are tens of thousands. */
async function nearPlaces(typed: string, all: readonly City[]): Promise<string[]> {
  const names = new Map([
    ...all.map(({ folded, name }) => [folded, name] as const),
    ...OTHER_NAMES,
    ...[...STATES.keys()].map((state) => [state, `${capitalised(state)}, US`] as const),
    ...countriesOf(all).inEnglish.map((name) => [foldedPlace(name), name] as const),
    ...PARTS_OF_COUNTRIES,
  ]);
  const [wanted, folded, near] = [foldedPlace(typed), [...names.keys()], [] as string[]];
  const yielder = new YieldController();
  for (let start = 0; start < folded.length; start += NAMES_AT_ONCE) {
    near.push(...nearNames(wanted, folded.slice(start, start + NAMES_AT_ONCE)));
    await yielder.yieldIfDue();
  }
  return [...new Set(nearNames(wanted, near).map((name) => names.get(name) ?? name))];
}

const capitalised = (words: string) => words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());

/** "US-IL", "IL", "Illinois", "US", "USA", "United States". */
function isIn({ country, state }: City, region: string, all: readonly City[]): boolean {
  const wanted = foldedPlace(region);
  if ([`${country} ${state}`, country, state].some((code) => foldedPlace(code) === wanted && wanted !== ""))
    return true;
  if (country === "US" && STATES.get(wanted) === state) return true;
  return countryOf(region, all) === country;
}

/** The code of a state: "California", "Washington State", and with the United States behind it "Georgia, US". */
function stateOf(name: string, region: string, all: readonly City[]): string | undefined {
  if (region !== "" && countryOf(region, all) !== "US") return undefined;
  return STATES.get(foldedPlace(name).replace(/ state$/, ""));
}

const isCode = (name: string) => /^\s*[A-Z]{2}\s*$/.test(name);

/** Its code: by that, or by its name in a language that many write. */
const countryOf = (typed: string, all: readonly City[]): string | undefined =>
  OTHER_COUNTRY_NAMES.get(foldedPlace(typed)) ?? countriesOf(all).codes.get(foldedPlace(typed));

interface Countries {
  /** By folded name, and by code in lower case, which comes first. */
  readonly codes: ReadonlyMap<string, string>;
  readonly inEnglish: readonly string[];
}

const LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ja"];
let known: Countries | undefined;

/** Collected when it is needed first: a start has no use for it. */
function countriesOf(all: readonly City[]): Countries {
  if (known) return known;
  const codes = [...new Set(all.map(({ country }) => country))];
  const names = LANGUAGES.map((language) => {
    const inLanguage = new Intl.DisplayNames(language, { type: "region" });
    return codes.map((code) => inLanguage.of(code) ?? code);
  });
  const [inEnglish = []] = names;
  const byName = [...names]
    .reverse()
    .flatMap((list) => list.map((name, at) => [foldedPlace(name), codes[at] ?? ""] as const));
  known = {
    codes: new Map([...byName, ...codes.map((code) => [code.toLowerCase(), code] as const)]),
    inEnglish,
  };
  return known;
}
