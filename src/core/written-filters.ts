import { UsageError } from "./errors.ts";
import { nearNames } from "./near-names.ts";
import { findPlaces } from "./places/find-places.ts";
import type { Coordinates, FactsFilter, ImageFormat, MediaKind, PictureFilter, Scope } from "./types.ts";

/** Filters as a user writes them. */
export interface WrittenFilters {
  /** Words of its name: "iphone 12". */
  readonly camera?: string | undefined;
  /** Cities or countries; one is enough. */
  readonly places?: readonly string[] | undefined;
  /** "38.7,-9.1:10km". */
  readonly near?: string | undefined;
  /** "4..", "..2", "3..4", "5". */
  readonly rating?: string | undefined;
  readonly screenshots?: boolean | undefined;
  readonly orientation?: string | undefined;
  readonly minWidth?: number | undefined;
  readonly minHeight?: number | undefined;
  readonly formats?: readonly string[] | undefined;
  readonly kinds?: readonly MediaKind[] | undefined;
}

/** @throws UsageError for what cannot be understood, NotFoundError for an unknown place */
export async function pictureFilters(written: WrittenFilters): Promise<Pick<Scope, "picture" | "facts">> {
  const { camera, places = [], near, rating, screenshots, orientation, minWidth, minHeight } = written;
  const picture: PictureFilter = {
    ...(minWidth !== undefined && { minWidth }),
    ...(minHeight !== undefined && { minHeight }),
    ...(orientation !== undefined && { orientation: readOrientation(orientation) }),
    ...(written.kinds?.length && { kinds: written.kinds }),
    ...(written.formats?.length && { formats: written.formats.map(readFormat) }),
  };
  const facts: FactsFilter = {
    ...(camera !== undefined && { camera: readCamera(camera) }),
    ...(places.length > 0 && { places: (await Promise.all(places.map(findPlaces))).flat() }),
    ...(near !== undefined && { near: readNear(near) }),
    ...(rating !== undefined && { rating: readRating(rating) }),
    ...(screenshots && { screenshots: true as const }),
  };
  return {
    ...(Object.keys(picture).length > 0 && { picture }),
    ...(Object.keys(facts).length > 0 && { facts }),
  };
}

const shown = (typed: string) => `"${typed.slice(0, 60)}"`;

function readCamera(typed: string): string {
  const camera = typed.trim();
  if (camera === "") throw new UsageError("A camera needs a name, such as iphone or canon eos.");
  return camera;
}

const KILOMETRES = { km: 1, m: 0.001, mi: 1.609344 } as const;
/** Half of the way around the Earth. */
const FARTHEST = 20_016;
const DEFAULT_KILOMETRES = 10;

function readNear(typed: string): Coordinates & { readonly kilometres: number } {
  const number = String.raw`[+-]?\d{1,6}(?:\.\d{1,15})?`;
  const pattern = new RegExp(
    String.raw`^\s*(${number})\s*,\s*(${number})\s*(?::\s*(\d{1,8}(?:\.\d{1,9})?)\s*(km|m|mi)?)?\s*$`,
    "i",
  );
  const [, latitude, longitude, radius, unit = "km"] = pattern.exec(typed) ?? [];
  if (latitude === undefined || longitude === undefined)
    throw new UsageError(
      `${shown(typed)} is no place to be near. Write latitude, longitude and a distance: 38.7,-9.1:10km (km, m or mi; 10km without).`,
    );
  const at = { latitude: Number(latitude), longitude: Number(longitude) };
  if (Math.abs(at.latitude) > 90)
    throw new UsageError(
      `The latitude ${latitude} is not on Earth: it goes from -90 to 90, and comes first.`,
    );
  if (Math.abs(at.longitude) > 180)
    throw new UsageError(`The longitude ${longitude} is not on Earth: it goes from -180 to 180.`);
  const kilometres =
    radius === undefined
      ? DEFAULT_KILOMETRES
      : Number(radius) * KILOMETRES[unit.toLowerCase() as keyof typeof KILOMETRES];
  if (!(kilometres > 0 && kilometres <= FARTHEST))
    throw new UsageError(
      `The distance ${radius}${unit} is not between 0 and 20,016 km, half of the way around the Earth.`,
    );
  return { ...at, kilometres };
}

const LOWEST = -1;
const HIGHEST = 5;

function readRating(typed: string): { readonly from: number; readonly to: number } {
  const [, from = "", range, to = ""] = /^\s*(-?\d)?\s*(\.\.)?\s*(-?\d)?\s*$/.exec(typed) ?? [];
  const first = from === "" ? LOWEST : Number(from);
  const last = range === undefined ? first : to === "" ? HIGHEST : Number(to);
  const isRange = (from !== "" || to !== "") && (range !== undefined || (from !== "" && to === ""));
  if (!isRange || first < LOWEST || last > HIGHEST || first > last)
    throw new UsageError(
      `${shown(typed)} is no rating. Write 4.. for four stars and more, 2..3, or 5; stars go from 1 to 5, and -1 is what was rejected.`,
    );
  return { from: first, to: last };
}

const ORIENTATIONS = ["landscape", "portrait", "square"] as const;

function readOrientation(typed: string): (typeof ORIENTATIONS)[number] {
  const orientation = ORIENTATIONS.find((one) => one === typed.trim().toLowerCase());
  if (orientation) return orientation;
  throw new UsageError(`${shown(typed)} is no orientation. It is landscape, portrait or square.`);
}

const FORMATS: Readonly<Record<ImageFormat, true>> = {
  jpeg: true,
  png: true,
  webp: true,
  gif: true,
  avif: true,
  heic: true,
  raw: true,
  tiff: true,
  bmp: true,
  ico: true,
  mp4: true,
  mov: true,
  webm: true,
  mkv: true,
  avi: true,
};
/** How names of files end otherwise. */
const ENDINGS: Readonly<Record<string, ImageFormat>> = { jpg: "jpeg", tif: "tiff", heif: "heic" };

export const IMAGE_FORMATS = Object.keys(FORMATS) as ImageFormat[];

function readFormat(typed: string): ImageFormat {
  const name = typed.trim().toLowerCase().replace(/^\./, "");
  const format = IMAGE_FORMATS.find((one) => one === (ENDINGS[name] ?? name));
  if (format) return format;
  const near = nearNames(name, IMAGE_FORMATS, 1);
  throw new UsageError(
    `${shown(typed)} is no format that is read. ${near.length > 0 ? `Did you mean ${near[0]}? ` : ""}There are ${IMAGE_FORMATS.join(", ")}.`,
  );
}
