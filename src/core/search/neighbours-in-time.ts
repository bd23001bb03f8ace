import { boundAt } from "../dates/date-range.ts";
import { imageDate, orderOf } from "../dates/picture-date.ts";
import type { Catalog } from "../ports.ts";
import type { ImageRecord, Scope } from "../types.ts";

/** The pictures of the scope around one of it, nearest first. */
export interface NeighboursInTime {
  readonly before: readonly ImageRecord[];
  /** Those of the very same time too. */
  readonly after: readonly ImageRecord[];
}

/** At most `limit` on each side; none for a picture without a date. */
export async function neighboursInTime(
  { images }: Pick<Catalog, "images">,
  image: ImageRecord,
  scope: Scope,
  limit: number,
): Promise<NeighboursInTime> {
  const date = imageDate(image);
  if (date === null) return { before: [], after: [] };
  const at = boundAt(orderOf(date));
  const earlier = await images.byDate({ ...scope, until: at }, "newest", limit);
  // It is one of its own time.
  const later = await images.byDate({ ...scope, since: at }, "oldest", limit + 1);
  const records = async (keys: typeof earlier) =>
    (await images.byKey(keys, scope, "first"))
      .map(({ record }) => record)
      .filter(({ id, placements }) => id !== image.id && placements.length > 0)
      .slice(0, limit);
  return { before: await records(earlier), after: await records(later) };
}
