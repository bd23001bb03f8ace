import type { DuplicateGroup, DuplicateKind } from "../core/types.ts";
import { filesOf } from "./placements.ts";

/** Of these, one is enough; variants and similar pictures are not copies. */
export const COPIES: readonly DuplicateKind[] = ["exact", "same"];

/**
 * Files that a person who keeps the best of each group could do without: copies, not variants or similar pictures. One
 * file that can be reached now always stays: the keeper's, else the first of another member.
 */
export function sparePaths(group: DuplicateGroup): string[] {
  const all = copyPaths(group);
  return [...new Set(all)].filter((path) => path !== all[0]);
}

/** The file that always stays; empty where none can be reached. */
export const keptPath = (group: DuplicateGroup): string => copyPaths(group)[0] ?? "";

function copyPaths({ keeper, members }: DuplicateGroup): string[] {
  const copies = members.filter(({ kind }) => COPIES.includes(kind));
  return [keeper, ...copies.map(({ image }) => image)].flatMap(filesOf);
}
