import type { ImageKey } from "../ports.ts";
import type { PictureFacts, SidecarFacts } from "../types.ts";

/** A row of `facts`, in either kind of library. */
export interface FactsRow {
  readonly image: ImageKey;
  readonly camera: string | null;
  readonly lens: string | null;
  readonly software: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly place: number | null;
  readonly placeName: string | null;
  readonly rating: number | null;
  readonly screenshot: number | boolean;
}

/** Of a row `x` of facts. */
export const FACTS_COLUMNS = `x.image, x.camera, x.lens, x.software, x.latitude, x.longitude, x.place,
  x.place_name AS "placeName", x.rating, x.screenshot`;

/** Under this name of state stands "off" where neither cameras nor locations are kept. */
export const LOCATION_STATE = "location";
export const LOCATION_OFF = "off";

/** What tells where somebody was and by which device. */
const PRIVATE = ["camera", "lens", "software", "location", "place"] as const;

/** The columns of facts as their row holds them, in the order of FACTS_NAMES. */
export function factsRow(
  facts: PictureFacts & Pick<SidecarFacts, "takenAt">,
  { keepsLocation }: { readonly keepsLocation: boolean },
): (string | number | boolean | null)[] {
  const kept = keepsLocation
    ? facts
    : { ...facts, ...Object.fromEntries(PRIVATE.map((name) => [name, undefined])) };
  const { camera, lens, software, location, place, rating, isScreenshot, takenAt } = kept;
  return [
    camera ?? null,
    lens ?? null,
    software ?? null,
    location?.latitude ?? null,
    location?.longitude ?? null,
    place?.id ?? null,
    place?.name ?? null,
    rating ?? null,
    isScreenshot ?? false,
    takenAt === undefined ? null : "instant" in takenAt ? takenAt.instant : takenAt.wallClock,
    takenAt === undefined ? null : !("instant" in takenAt),
  ];
}

export const FACTS_NAMES = [
  "camera",
  "lens",
  "software",
  "latitude",
  "longitude",
  "place",
  "place_name",
  "rating",
  "screenshot",
  "taken_at",
  "taken_by_clock",
] as const;

/** Columns of FACTS_NAMES that go where cameras and locations are not kept. */
export const PRIVATE_NAMES: readonly string[] = FACTS_NAMES.slice(0, 7);

/** Of rows of one image, its bytes' first: what a sidecar says stands before what the bytes do, field by field. */
export function factsOf(rows: readonly FactsRow[]): PictureFacts | undefined {
  const facts: { -readonly [Name in keyof PictureFacts]: PictureFacts[Name] } = {};
  for (const row of rows) {
    if (row.camera !== null) facts.camera = row.camera;
    if (row.lens !== null) facts.lens = row.lens;
    if (row.software !== null) facts.software = row.software;
    if (row.rating !== null) facts.rating = row.rating;
    if (row.screenshot) facts.isScreenshot = true;
    if (row.latitude === null || row.longitude === null) continue;
    facts.location = { latitude: row.latitude, longitude: row.longitude };
    delete facts.place;
    if (row.place !== null && row.placeName !== null) facts.place = { id: row.place, name: row.placeName };
  }
  return Object.keys(facts).length > 0 ? facts : undefined;
}
