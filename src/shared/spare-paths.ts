import { isPaired } from "../core/index.ts";
import type { DuplicateGroup, DuplicateKind } from "../core/types.ts";
import { filesOf } from "./placements.ts";

/** Of these, one is enough; variants and similar pictures are not copies. */
export const COPIES: readonly DuplicateKind[] = ["exact", "same"];

/**
 * Files that a person who keeps the best of each group could do without: copies, not variants or similar pictures. One
 * file that can be reached now always stays: the keeper's, else the first of another member. So does every file with a
 * raw file or a video beside it, which would be left alone.
 */
export function sparePaths(group: DuplicateGroup): string[] {
  const all = copyPaths(group);
  const paired = new Set(pairedPaths(group));
  return [...new Set(all)].filter((path) => path !== all[0] && !paired.has(path));
}

const pairedPaths = ({ keeper, members }: DuplicateGroup): string[] =>
  [keeper, ...members.map(({ image }) => image)].flatMap(({ placements }) =>
    placements.flatMap((at) => (at.kind === "file" && isPaired(at) ? [at.path] : [])),
  );

/** The file that always stays; empty where none can be reached. */
export const keptPath = (group: DuplicateGroup): string => copyPaths(group)[0] ?? "";

function copyPaths({ keeper, members }: DuplicateGroup): string[] {
  const copies = members.filter(({ kind }) => COPIES.includes(kind));
  return [keeper, ...copies.map(({ image }) => image)].flatMap(filesOf);
}
