import type { DuplicateGroup } from "../core/types.ts";
import { filesOf, placesJson } from "./hit-json.ts";

/** The documented, stable form of `duplicates --json`. */
export const duplicatesJson = (groups: readonly DuplicateGroup[]): unknown => ({
  groups: groups.map(({ kind, keeper, members, reclaimableBytes }) => ({
    kind,
    keeper: placesJson(keeper),
    members: members.map((member) => ({
      ...placesJson(member.image),
      kind: member.kind,
      reason: member.reason,
      measure: member.measure,
    })),
    reclaimableBytes,
  })),
});

/**
 * Files that a person who keeps the best of each group could do without. One file that can be reached now always
 * stays: the keeper's, else the first of another member.
 */
export function sparePaths({ keeper, members }: DuplicateGroup): string[] {
  const all = [keeper, ...members.map((member) => member.image)].flatMap(filesOf);
  const [kept] = all;
  return [...new Set(all)].filter((path) => path !== kept);
}
