import { NotFoundError, UsageError } from "../errors.ts";
import { nearNames } from "../near-names.ts";
import { type City, cities, cityName, foldedPlace } from "./cities.ts";

/** So many times the people of the next one make a city the one that is meant. */
const CLEARLY_LARGER = 5;
const MOST_SHOWN = 8;

/** English names of cities that GeoNames calls as they are called there. */
const IN_ENGLISH: Readonly<Record<string, string>> = {
  antwerp: "Antwerpen",
  bruges: "Brugge",
  brunswick: "Braunschweig",
  cologne: "Köln",
  frankfurt: "Frankfurt am Main",
  geneva: "Genève",
  ghent: "Gent",
  gothenburg: "Göteborg",
  hanover: "Hannover",
  kiev: "Kyiv",
  lucerne: "Luzern",
  "new york": "New York City",
  nuremberg: "Nürnberg",
  oporto: "Porto",
  padua: "Padova",
  saragossa: "Zaragoza",
  seville: "Sevilla",
  saigon: "Ho Chi Minh City",
};

/**
 * The GeoNames ids of the cities that a name means: "Lisbon", "Springfield, US-IL", or all of a country, "Portugal".
 * @throws UsageError for a name of several places none of which is by far the largest; NotFoundError for an unknown one
 */
export async function findPlaces(typed: string): Promise<number[]> {
  const all = await cities();
  if (all.length === 0)
    throw new UsageError("The list of places is missing from this installation. `npm run build` makes it.");
  const comma = typed.lastIndexOf(",");
  const [name, region] = comma === -1 ? [typed, ""] : [typed.slice(0, comma), typed.slice(comma + 1)];
  const wanted = foldedPlace(name);
  if (wanted === "") throw new UsageError("A place needs a name, such as Lisbon or Portugal.");
  const country = region === "" ? countryOf(wanted, all) : undefined;
  if (country !== undefined) return all.filter((city) => city.country === country).map(({ id }) => id);
  const names = [wanted, foldedPlace(IN_ENGLISH[wanted] ?? "")].filter((one) => one !== "");
  const named = all.filter((city) => names.includes(city.folded));
  const found = named
    .filter((city) => region === "" || isIn(city, foldedPlace(region)))
    .sort((a, b) => b.people - a.people);
  const [first, second] = found;
  if (first === undefined) throw unknown(typed, named.length > 0 ? named : all);
  if (second === undefined || first.people >= CLEARLY_LARGER * second.people) return [first.id];
  const candidates = found.slice(0, MOST_SHOWN).map((city) => `"${cityName(city)}"`);
  if (new Set(candidates).size === 1) return found.map(({ id }) => id);
  const more = found.length > MOST_SHOWN ? ` or ${found.length - MOST_SHOWN} smaller ones` : "";
  throw new UsageError(
    `"${typed.slice(0, 100)}" may be ${[...new Set(candidates)].join(", ")}${more}. Give one of them as it is written here.`,
  );
}

function unknown(typed: string, among: readonly City[]): NotFoundError {
  const near = nearNames(typed.slice(0, 100), [...new Set(among.map(cityName))], MOST_SHOWN);
  const bare = nearNames(typed.slice(0, 100), [...new Set(among.map(({ name }) => name))], 3);
  const meant = [...new Set([...bare, ...near])].slice(0, 3).map((name) => `"${name}"`);
  const hint = meant.length > 0 ? ` Did you mean ${meant.join(" or ")}?` : "";
  return new NotFoundError(
    `There is no city of 15,000 people or more, and no country, called "${typed.slice(0, 100)}".${hint} --near 38.7,-9.1:10km takes any place.`,
  );
}

/** "us-il", "il", "us", "united states". */
const isIn = ({ country, state }: City, region: string): boolean =>
  [`${country} ${state}`, country, state, countryName(country)].some(
    (name) => name !== "" && foldedPlace(name) === region,
  );

const english = new Intl.DisplayNames("en", { type: "region" });
const countryName = (code: string): string => english.of(code) ?? code;

const countryOf = (name: string, all: readonly City[]): string | undefined =>
  [...new Set(all.map(({ country }) => country))].find((code) => foldedPlace(countryName(code)) === name);
