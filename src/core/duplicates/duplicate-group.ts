import type { DuplicateGroup, DuplicateKind, DuplicateMember, KeepChoice } from "../types.ts";
import { comparePlacements, placementWhy } from "./placement-order.ts";
import type { KeptGroup } from "./split-by-keeper.ts";

const KINDS_BY_STRICTNESS: readonly DuplicateKind[] = ["exact", "same", "variant", "similar"];

/** A keeper with several placements is a member of its own group, as an exact copy; the one to keep comes first. */
export function toDuplicateGroup(
  { keeper: found, why, members }: Omit<KeptGroup, "why"> & Partial<KeptGroup>,
  choice: KeepChoice,
): DuplicateGroup {
  const keeper = { ...found, placements: [...found.placements].sort(comparePlacements(choice)) };
  const copies: DuplicateMember[] =
    keeper.placements.length > 1
      ? [
          {
            image: keeper,
            kind: "exact",
            reference: keeper.id,
            edits: [],
            reason: "same bytes",
            measure: 1,
          },
        ]
      : [];
  const all = [...copies, ...members.map(({ image, match }) => ({ image, ...match }))];
  const others = members
    .filter(({ match }) => isCopy(match))
    .reduce((sum, { image }) => sum + image.bytes * image.placements.length, 0);
  return {
    kind: loosest(all),
    keeper,
    why: why ?? placementWhy(keeper.placements, choice),
    members: all,
    reclaimableBytes: others + keeper.bytes * (keeper.placements.length - 1),
  };
}

/** Whether one of the two is enough. */
const isCopy = ({ kind }: Pick<DuplicateMember, "kind">) => kind === "exact" || kind === "same";

function loosest(members: readonly DuplicateMember[]): DuplicateKind {
  const levels = members.map(({ kind }) => KINDS_BY_STRICTNESS.indexOf(kind));
  return KINDS_BY_STRICTNESS[Math.max(0, ...levels)] ?? "exact";
}

export function compareReclaimable(a: DuplicateGroup, b: DuplicateGroup): number {
  return b.reclaimableBytes - a.reclaimableBytes || (a.keeper.id < b.keeper.id ? -1 : 1);
}
