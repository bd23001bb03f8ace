import type { DuplicateGroup, DuplicateKind } from "../core/types.ts";
import { filesOf } from "./placements.ts";

/** Of these, one is enough; variants and similar pictures are not copies. */
export const COPIES: readonly DuplicateKind[] = ["exact", "same"];

/**
 * Files that a person who keeps the best of each group could do without: copies, not variants or similar pictures. One
 * file that can be reached now always stays: the keeper's, else the first of another member.
 */
export function sparePaths({ keeper, members }: DuplicateGroup): string[] {
  const copies = members.filter(({ kind }) => COPIES.includes(kind));
  const all = [keeper, ...copies.map(({ image }) => image)].flatMap(filesOf);
  const [kept] = all;
  return [...new Set(all)].filter((path) => path !== kept);
}
