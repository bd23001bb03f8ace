import { latitudesNear } from "../../distance.ts";
import type { FactsFilter } from "../../types.ts";

/** One filter of a scope's on what metadata say. */
export interface FactsCondition {
  /** On a row `x` of facts: together they hold of an image, each of any of its rows. */
  readonly row: string;
  /** An index along which the rows of it lie together. */
  readonly along?: { readonly column: string; readonly lower: string; readonly upper: string } | undefined;
  /** On a row `f` of files, of which one is enough too. */
  readonly file?: string | undefined;
}

export function factsConditions({
  camera,
  places,
  near,
  rating,
  screenshots,
}: FactsFilter): FactsCondition[] {
  const conditions: FactsCondition[] = [];
  if (camera !== undefined) conditions.push({ row: "has_words(x.camera, @camera)" });
  if (places !== undefined)
    conditions.push({
      row: "x.place IN (SELECT value FROM json_each(@places))",
      along: { column: "x.place", lower: "x.place >= @firstPlace", upper: "x.place <= @lastPlace" },
    });
  if (near !== undefined)
    conditions.push({
      row: "kilometres(x.latitude, x.longitude, @latitude, @longitude) <= @kilometres",
      along: { column: "x.latitude", lower: "x.latitude >= @south", upper: "x.latitude <= @north" },
    });
  if (rating !== undefined) conditions.push({ row: "x.rating BETWEEN @ratingFrom AND @ratingTo" });
  if (screenshots) conditions.push({ row: "x.screenshot = 1", file: "is_screenshot_name(f.path)" });
  return conditions;
}

export const factsParameters = ({ camera, places, near, rating }: FactsFilter = {}) => ({
  ...(camera !== undefined && { camera }),
  ...(places !== undefined && {
    places: JSON.stringify(places),
    firstPlace: Math.min(...places),
    lastPlace: Math.max(...places),
  }),
  ...(near !== undefined && { ...near, ...latitudesNear(near, near.kilometres) }),
  ...(rating !== undefined && { ratingFrom: rating.from, ratingTo: rating.to }),
});

/** On a row `x` of facts: the scope shows a file of the picture, and of sidecars that file. */
export const factsAreSeen = (file: string): string =>
  file === "TRUE" || file === "FALSE"
    ? file
    : `EXISTS (SELECT 1 FROM files f WHERE f.image = x.image AND (x.file IS NULL OR f.path = x.file) AND (${file}))`;

/** On a row `i` of images. */
export function factsOfImage(filter: FactsFilter, file: string): string[] {
  const seen = factsAreSeen(file);
  return factsConditions(filter).map(({ row, file: named }) => {
    const byRow = `EXISTS (SELECT 1 FROM facts x WHERE x.image = i.key AND ${row} AND ${seen})`;
    if (named === undefined) return byRow;
    return `(${byRow} OR EXISTS (SELECT 1 FROM files f WHERE f.image = i.key AND ${named} AND (${file})))`;
  });
}
