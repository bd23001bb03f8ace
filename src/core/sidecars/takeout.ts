import { isPlausible } from "../dates/plausible-time.ts";
import type { CarriedWords, Coordinates, SidecarFacts } from "../types.ts";

/** What the JSON says that Google Takeout writes beside each picture. */
export interface TakeoutJson {
  readonly facts: SidecarFacts;
  /** People in it as keywords; its description as a title. */
  readonly words: CarriedWords;
}

/**
 * @param file the picture's name
 * @returns undefined for JSON of another program, or of another picture
 */
export function readTakeout(text: string, file: string): TakeoutJson | undefined {
  const json = parsed(text);
  if (!isObject(json) || !isObject(json.photoTakenTime)) return undefined;
  if (typeof json.title === "string" && !isNameOf(json.title, file)) return undefined;
  const seconds = Number(textOf(json.photoTakenTime.timestamp) || Number.NaN);
  const instant = seconds * 1000;
  const location = locationOf(json.geoData) ?? locationOf(json.geoDataExif);
  return {
    facts: {
      ...(Number.isFinite(instant) && instant !== 0 && isPlausible(instant) && { takenAt: { instant } }),
      ...(location && { location }),
    },
    words: {
      keywords: (Array.isArray(json.people) ? json.people : []).flatMap((person: unknown) =>
        isObject(person) ? textOf(person.name) || [] : [],
      ),
      titles: [textOf(json.description)].filter((description) => description !== ""),
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const textOf = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? `${value}`.trim() : "";

/** Zeros stand for a picture without a location. */
function locationOf(geo: unknown): Coordinates | undefined {
  if (!isObject(geo)) return undefined;
  const { latitude, longitude } = geo;
  if (typeof latitude !== "number" || typeof longitude !== "number") return undefined;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  return latitude === 0 && longitude === 0 ? undefined : { latitude, longitude };
}

/** Takeout cuts names, numbers those that occur twice, marks edited ones, and replaces what file systems do not take. */
function isNameOf(title: string, file: string): boolean {
  const replaced = stemOf(title).replace(/[&<>:"/\\|?*'%]/g, "_");
  const stem = stemOf(file).replace(/\(\d+\)$/, "");
  const beginning = replaced.slice(0, SHORTEST_CUT);
  return (
    replaced === stem ||
    replaced === stemOf(file) ||
    (stem !== "" && stem.startsWith(beginning)) ||
    replaced.startsWith(stem)
  );
}

/** Names are cut to 46 letters or so. */
const SHORTEST_CUT = 40;

const stemOf = (name: string) => name.normalize("NFC").replace(/\.[^.]{1,5}$/, "");
