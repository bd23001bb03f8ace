import type { DuplicateGroup, DuplicateKind, DuplicateMember } from "../types.ts";
import { compareKeepPlacement } from "./keeper.ts";
import type { KeptGroup } from "./split-by-keeper.ts";

const LOOSER: readonly DuplicateKind[] = ["exact", "same", "similar"];

/** A keeper seen at several places is a member of its own group, as an exact copy; the place to keep comes first. */
export function groupOf({ keeper: found, members }: KeptGroup): DuplicateGroup {
  const keeper = { ...found, placements: [...found.placements].sort(compareKeepPlacement) };
  const copies: DuplicateMember[] =
    keeper.placements.length > 1 ? [{ image: keeper, kind: "exact", reason: "same bytes", measure: 1 }] : [];
  const all = [...copies, ...members.map(({ image, match }) => ({ image, ...match }))];
  const others = members.reduce((sum, { image }) => sum + image.bytes * image.placements.length, 0);
  return {
    kind: loosest(all),
    keeper,
    members: all,
    reclaimableBytes: others + keeper.bytes * (keeper.placements.length - 1),
  };
}

function loosest(members: readonly DuplicateMember[]): DuplicateKind {
  const levels = members.map(({ kind }) => LOOSER.indexOf(kind));
  return LOOSER[Math.max(0, ...levels)] ?? "exact";
}

export function byReclaimable(a: DuplicateGroup, b: DuplicateGroup): number {
  return b.reclaimableBytes - a.reclaimableBytes || (a.keeper.id < b.keeper.id ? -1 : 1);
}
