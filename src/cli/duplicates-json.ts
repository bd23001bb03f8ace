import type { DuplicateGroup, ImageRecord } from "../core/types.ts";
import { pathsOf } from "./hit-json.ts";

/** The documented, stable form of `duplicates --json`. */
export const duplicatesJson = (groups: readonly DuplicateGroup[]): unknown => ({
  groups: groups.map(({ kind, keeper, members, reclaimableBytes }) => ({
    kind,
    keeper: { id: keeper.id, paths: pathsOf(keeper) },
    members: members.map((member) => ({
      id: member.image.id,
      paths: pathsOf(member.image),
      kind: member.kind,
      reason: member.reason,
      measure: member.measure,
    })),
    reclaimableBytes,
  })),
});

/** Files that a person who keeps only each group's keeper could do without. */
export function sparePaths({ keeper, members }: DuplicateGroup): string[] {
  const [kept] = filesOf(keeper);
  const all = [keeper, ...members.map((member) => member.image)].flatMap(filesOf);
  return [...new Set(all)].filter((path) => path !== kept);
}

const filesOf = (image: ImageRecord): string[] =>
  image.placements.flatMap((placement) => (placement.kind === "file" ? [placement.path] : []));
