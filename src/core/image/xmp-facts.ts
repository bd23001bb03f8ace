import type { Coordinates, PictureFacts } from "../types.ts";
import { cameraName } from "./camera-name.ts";
import { descriptionOf, nameIn, type Tags, textOf } from "./tag-values.ts";

/** What an XMP packet says, in a picture or beside one. */
export function factsInXmp(tags: Tags): PictureFacts & { readonly comment?: string | undefined } {
  return withoutAbsent({
    camera: cameraName(nameIn(tags, "Make"), nameIn(tags, "Model")),
    lens: nameIn(tags, "LensModel") ?? nameIn(tags, "Lens"),
    software: nameIn(tags, "CreatorTool"),
    location: coordinates(angleOf(textOf(tags.GPSLatitude)), angleOf(textOf(tags.GPSLongitude))),
    rating: rating(Number.parseFloat(textOf(tags.Rating))),
    comment: descriptionOf(tags.UserComment) || undefined,
  });
}

export const withoutAbsent = <Facts extends object>(facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;

/** Stars: 0 says that nobody rated it. */
export function rating(written: number): number | undefined {
  const stars = Math.round(written);
  return (stars >= 1 && stars <= 5) || stars === -1 ? stars : undefined;
}

/** Where it can be on Earth. What programs that do not know it write as zeros is no place. */
export function coordinates(latitude: unknown, longitude: unknown): Coordinates | undefined {
  if (typeof latitude !== "number" || typeof longitude !== "number") return undefined;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  return latitude === 0 && longitude === 0 ? undefined : { latitude, longitude };
}

/** "38,43.5N" and "38,43,30N", as XMP writes them. */
function angleOf(written: string): number | undefined {
  const [, degrees, minutes, seconds = "0", side = ""] =
    /^(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])$/.exec(written.trim()) ?? [];
  if (degrees === undefined) return undefined;
  const angle = Number(degrees) + Number(minutes) / 60 + Number(seconds) / 3600;
  return side === "S" || side === "W" ? -angle : angle;
}
