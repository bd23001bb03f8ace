import { nearestPlace } from "../../places/nearest-place.ts";
import type { Coordinates, PictureFacts } from "../../types.ts";
import { cameraName } from "../camera-name.ts";
import { coordinates, withoutAbsent } from "../xmp-facts.ts";

const APPLE = "com.apple.quicktime";
const ANDROID = "com.android";
/** Longer ones are no names. */
const LONGEST = 200;

/** What phones and cameras write into MOV and MP4, by the names that ffprobe has for it; those of the file come first. */
export async function filmFacts(...tags: readonly Readonly<Record<string, string>>[]): Promise<PictureFacts> {
  const named = (...names: readonly string[]) =>
    names.flatMap((name) => tags.flatMap((some) => some[name]?.trim() || []))[0];
  const short = (text: string | undefined) => (text && text.length <= LONGEST ? text : undefined);
  const at = named(`${APPLE}.location.ISO6709`, "location", "location-eng");
  const location = at === undefined ? undefined : locationOf(at);
  return withoutAbsent({
    camera: cameraName(
      short(named(`${APPLE}.make`, `${ANDROID}.manufacturer`, "make", "make-eng")),
      short(named(`${APPLE}.model`, `${ANDROID}.model`, "model", "model-eng")),
    ),
    software: short(named(`${APPLE}.software`)),
    location,
    place: location && (await nearestPlace(location)),
  });
}

const ANGLE = /([+-])(\d{2,7})(\.\d{1,12})?/;
const ISO_6709 = new RegExp(`^${ANGLE.source}${ANGLE.source}(?:[+-]|/|CRS|$)`);

/** ISO 6709: "+38.7223-009.1393+010.000/", also in minutes ("+3843.34-00908.36/") and seconds. */
export function locationOf(written: string): Coordinates | undefined {
  const [, north, latitude = "", ofLatitude = "", east, longitude = "", ofLongitude = ""] =
    ISO_6709.exec(written.trim()) ?? [];
  return coordinates(angle(north, latitude, ofLatitude, 2), angle(east, longitude, ofLongitude, 3));
}

/** @param degreesLength digits of whole degrees; what follows them are minutes and seconds of two digits each */
function angle(
  sign: string | undefined,
  digits: string,
  fraction: string,
  degreesLength: number,
): number | undefined {
  const sexagesimal = (digits.length - degreesLength) / 2;
  if (sign === undefined || ![0, 1, 2].includes(sexagesimal)) return undefined;
  const places = [0, 1, 2].slice(0, sexagesimal + 1).map((place) => {
    const whole =
      place === 0
        ? digits.slice(0, degreesLength)
        : digits.slice(degreesLength + 2 * (place - 1)).slice(0, 2);
    return Number(place === sexagesimal ? whole + fraction : whole) / 60 ** place;
  });
  const value = places.reduce((sum, place) => sum + place, 0);
  return sign === "-" ? -value : value;
}
