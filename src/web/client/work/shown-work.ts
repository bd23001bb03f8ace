import type { Work } from "../../answers.ts";

/** Of one piece of work, also after the server was started again and counts from the beginning. */
export const keyOf = ({ id, startedAt }: Work): string => `${id} ${startedAt}`;

/**
 * What runs; of what ended the last, and before that what failed or left something undone, unless the same was begun again
 * since: ended work must not pile up over what one looks at.
 * @param hidden keys of ended work that the reader has put away
 */
export function shownWork(work: readonly Work[], hidden: ReadonlySet<string>): Work[] {
  const last = work.findLast(({ end }) => end !== undefined);
  return work.filter((each, at) => {
    if (each.end === undefined) return true;
    if (hidden.has(keyOf(each))) return false;
    const isRepeated = work
      .slice(at + 1)
      .some(({ kind, subject }) => kind === each.kind && subject === each.subject);
    const tells = each.end === "failed" || (each.refused?.length ?? 0) > 0;
    return each === last || (tells && !isRepeated);
  });
}
