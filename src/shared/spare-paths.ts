import { holdsPicture, isPaired } from "../core/index.ts";
import type { DuplicateGroup, DuplicateKind, FilePlacement, ImageId } from "../core/types.ts";

/** Of these, one is enough; variants and similar pictures are not copies. */
export const COPIES: readonly DuplicateKind[] = ["exact", "same"];

/**
 * Files that a person who keeps the best of each group could do without: copies, not variants or similar pictures. One
 * file that can be reached now always stays: the keeper's, else the first of another member. So does every file with a
 * raw file or a video beside it, which would be left alone.
 */
export function sparePaths(group: DuplicateGroup): string[] {
  return sparesAmong(copiesIn(group));
}

/**
 * The same of files that are on the disk as they were when they were added: whoever acts on the list unseen must be left
 * a copy, and lose no file that has become another picture.
 */
export async function verifiedSpares(
  groups: readonly DuplicateGroup[],
): Promise<{ readonly paths: string[]; readonly changed: readonly string[] }> {
  const paths: string[] = [];
  const changed: string[] = [];
  for (const group of groups) {
    const there: Copy[] = [];
    // One after the other: of large films that were touched, one is read at a time.
    for (const copy of copiesIn(group)) {
      if (await holdsPicture(copy.place, copy.id)) there.push(copy);
      else changed.push(copy.place.path);
    }
    paths.push(...sparesAmong(there));
  }
  return { paths, changed };
}

interface Copy {
  readonly place: FilePlacement;
  readonly id: ImageId;
}

const sparesAmong = (copies: readonly Copy[]): string[] => {
  const kept = copies[0]?.place.path;
  const spare = copies.filter(({ place }) => place.path !== kept && !isPaired(place));
  return [...new Set(spare.map(({ place }) => place.path))];
};

/** The file that always stays; empty where none can be reached. */
export const keptPath = (group: DuplicateGroup): string => copiesIn(group)[0]?.place.path ?? "";

/** Files that can be reached now, those of the keeper first. */
function copiesIn({ keeper, members }: DuplicateGroup): Copy[] {
  const copies = members.filter(({ kind }) => COPIES.includes(kind));
  return [keeper, ...copies.map(({ image }) => image)].flatMap(({ id, placements }) =>
    placements.flatMap((place) => (place.kind === "file" && place.online ? [{ place, id }] : [])),
  );
}
