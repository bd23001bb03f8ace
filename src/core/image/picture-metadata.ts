import { nearestPlace } from "../places/nearest-place.ts";
import type { CaptureTime, ImageFormat, PictureFacts } from "../types.ts";
import { cameraName } from "./camera-name.ts";
import { captureTime, EXIF_TIMES, IPTC_TIMES } from "./capture-time.ts";
import { readTags, readXmpTags } from "./metadata-tags.ts";
import { descriptionOf, nameIn, type Tags } from "./tag-values.ts";
import { coordinates, factsInXmp, rating, withoutAbsent } from "./xmp-facts.ts";

/** A picture's bytes, the XMP packet in them where the decoder found one, and what is shown of it. */
export interface MetadataSource {
  readonly bytes: Uint8Array;
  readonly xmp: Uint8Array | undefined;
  readonly format?: ImageFormat;
  readonly width?: number;
  readonly height?: number;
}

export interface PictureMetadata {
  readonly takenAt: CaptureTime | null;
  readonly facts: PictureFacts;
}

const EXIF_NAMES = [
  ...EXIF_TIMES,
  "Make",
  "Model",
  "LensModel",
  "Software",
  "Rating",
  "UserComment",
  "GPSLatitude",
  "GPSLatitudeRef",
  "GPSLongitude",
  "GPSLongitudeRef",
];

/** Programs write a few kilobytes; of a larger packet only the date is read. */
const MAX_XMP_BYTES = 256 * 1024;
/** What XMP may know that EXIF does not: looked for before the packet is parsed. */
const XMP_FACTS = ["Rating", "GPSLatitude", ":Model", "UserComment"];

/** What a picture's metadata say of when, where and by what it was made, read at once. Damaged metadata say nothing. */
export async function pictureMetadata(source: MetadataSource): Promise<PictureMetadata> {
  const { bytes, xmp } = source;
  const tags = await readTags(bytes, {
    exif: EXIF_NAMES,
    gps: ["Latitude", "Longitude"],
    iptc: IPTC_TIMES,
    png: ["Software"],
  });
  let parsed: Promise<Tags> | undefined;
  const readXmp = async () => {
    if (!xmp) return {};
    parsed ??= readXmpTags(xmp);
    return parsed;
  };
  const { exif = {} } = tags;
  const takenAt = await captureTime(tags, readXmp);
  const hasMore = xmp && xmp.byteLength <= MAX_XMP_BYTES && XMP_FACTS.some((name) => includes(xmp, name));
  const beside = hasMore ? factsInXmp(await readXmp()) : {};
  const camera = cameraName(nameIn(exif, "Make"), nameIn(exif, "Model")) ?? beside.camera;
  const software = nameIn(exif, "Software") ?? nameIn(tags.png ?? {}, "Software") ?? beside.software;
  const location = coordinates(tags.gps?.Latitude, tags.gps?.Longitude) ?? beside.location;
  const facts = {
    camera,
    lens: nameIn(exif, "LensModel") ?? beside.lens,
    software,
    location,
    place: location && (await nearestPlace(location)),
    // Whoever rates writes XMP; what a camera wrote is older.
    rating: beside.rating ?? rating(numberIn(exif, "Rating")),
    isScreenshot: isScreenshot(source, {
      camera,
      software,
      comments: [descriptionOf(exif.UserComment), beside.comment ?? ""],
    })
      ? (true as const)
      : undefined,
  };
  return { takenAt, facts: withoutAbsent(facts) };
}

const includes = (bytes: Uint8Array, text: string) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(text);

function numberIn(tags: Tags, name: string): number {
  const value = tags[name]?.value;
  return Number(Array.isArray(value) ? value[0] : (value ?? Number.NaN));
}

/** Programs that take them, by how they call themselves. */
const SCREENSHOT_SOFTWARE =
  /screen ?shot|screen ?capture|snip(ping)? (tool|& sketch)|flameshot|spectacle|greenshot|sharex|^shutter\b|^scrot\b/i;

/** Sides of telephones' and tablets' screens, which nothing but a screenshot has: shorter and longer. */
const SCREENS = new Set(
  [
    [640, 1136],
    [750, 1334],
    [828, 1792],
    [1125, 2436],
    [1170, 2532],
    [1179, 2556],
    [1206, 2622],
    [1242, 2208],
    [1242, 2688],
    [1284, 2778],
    [1290, 2796],
    [1320, 2868],
    [1080, 2160],
    [1080, 2220],
    [1080, 2280],
    [1080, 2310],
    [1080, 2316],
    [1080, 2340],
    [1080, 2376],
    [1080, 2400],
    [1080, 2408],
    [1080, 2412],
    [1440, 2960],
    [1440, 3040],
    [1440, 3088],
    [1440, 3120],
    [1440, 3200],
    [1620, 2160],
    [1640, 2360],
    [1668, 2224],
    [1668, 2388],
    [2048, 2732],
  ].map(([shorter, longer]) => `${shorter}x${longer}`),
);

function isScreenshot(
  { format, width = 0, height = 0 }: MetadataSource,
  { camera, software, comments }: Pick<PictureFacts, "camera" | "software"> & { comments: string[] },
): boolean {
  // So iOS marks them.
  if (comments.some((comment) => comment.trim() === "Screenshot")) return true;
  if (software !== undefined && SCREENSHOT_SOFTWARE.test(software)) return true;
  const sides = `${Math.min(width, height)}x${Math.max(width, height)}`;
  return format === "png" && camera === undefined && SCREENS.has(sides);
}
