import type { DuplicateKind, ImageId, ImageRecord } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import { compareKeepPreference } from "./keeper.ts";
import type { VerdictLookup } from "./verdict-lookup.ts";

/** Why a picture belongs to its keeper. */
export interface Match {
  readonly kind: DuplicateKind;
  readonly reason: string;
  readonly measure: number;
}

export interface Comparison {
  /** How the other relates to the keeper; undefined when it does not belong to it. */
  readonly match: (keeper: ImageId, other: ImageId) => Match | undefined;
  /** How alike they are, for a pair that a person joined. */
  readonly measure: (keeper: ImageId, other: ImageId) => number;
  readonly verdicts: VerdictLookup;
}

export interface KeptGroup {
  readonly keeper: ImageRecord;
  readonly members: readonly { readonly image: ImageRecord; readonly match: Match }[];
}

/**
 * Splits images that hang together by some chain of likenesses into groups of which every member is like the
 * keeper itself, or joined by a person to one that is. Two images that a person called different are never in one
 * group. What is left over forms groups of its own, or none.
 */
export async function* splitByKeeper(
  images: readonly ImageRecord[],
  comparison: Comparison,
  turns: YieldController,
): AsyncGenerator<KeptGroup> {
  let rest = [...images].sort(compareKeepPreference);
  while (rest.length > 1) {
    const [keeper, ...others] = rest;
    if (!keeper) return;
    const group = await gather(keeper, others, comparison, turns);
    rest = others.filter(({ id }) => !group.has(id));
    const members = others.flatMap((image) => {
      const match = group.get(image.id);
      return match ? [{ image, match }] : [];
    });
    if (members.length > 0) yield { keeper, members };
  }
}

async function gather(
  keeper: ImageRecord,
  others: readonly ImageRecord[],
  comparison: Comparison,
  turns: YieldController,
): Promise<Map<ImageId, Match>> {
  const group = new Map<ImageId, Match>();
  const free = new Map(others.map((image) => [image.id, image]));
  const join = (id: ImageId, match: Match) => {
    group.set(id, match);
    free.delete(id);
    joinByVerdict(id);
  };
  const allowed = (id: ImageId) => {
    const enemies = [...comparison.verdicts.markedDifferent(id)];
    return free.has(id) && !enemies.some((enemy) => enemy === keeper.id || group.has(enemy));
  };
  const joinByVerdict = (id: ImageId) => {
    for (const same of [...comparison.verdicts.markedSame(id)].sort()) {
      if (!allowed(same)) continue;
      const measure = comparison.measure(keeper.id, same);
      join(same, { kind: "same", reason: "verdict of a person", measure });
    }
  };
  // A person's word comes before any measure, so that it decides who is in when two exclude each other.
  joinByVerdict(keeper.id);
  for (const { id } of others) {
    if (!allowed(id)) continue;
    const match = comparison.match(keeper.id, id);
    if (match) join(id, match);
    await turns.yieldIfDue();
  }
  return group;
}
