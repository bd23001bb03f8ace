import type { DuplicateMember, ImageId, ImageRecord, KeepChoice } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import { chooseKeeper } from "./choose-keeper.ts";
import type { VerdictLookup } from "./verdict-lookup.ts";

/** Why a picture belongs to its keeper. */
export type Match = Omit<DuplicateMember, "image">;

export interface Comparison {
  /** How the other relates to the keeper; undefined when it does not belong to it. */
  readonly match: (keeper: ImageId, other: ImageId) => Match | undefined;
  /** How similar they are, for a pair joined by a user. */
  readonly measure: (keeper: ImageId, other: ImageId) => number;
  readonly verdicts: VerdictLookup;
}

export interface KeptGroup {
  readonly keeper: ImageRecord;
  readonly why: string;
  readonly members: readonly { readonly image: ImageRecord; readonly match: Match }[];
}

/**
 * Splits connected images into groups whose every member matches the keeper itself, or was joined by a user to one that
 * does. Two images that a user marked as different are never in one group. The remaining images form groups of their
 * own, or none.
 */
export async function* splitByKeeper(
  images: readonly ImageRecord[],
  comparison: Comparison,
  choice: KeepChoice,
  yielder: YieldController,
): AsyncGenerator<KeptGroup> {
  let rest = images;
  while (rest.length > 1) {
    const { keeper, others } = chooseKeeper({ images: rest, relations: [] }, choice);
    const group = await gather(keeper, others, comparison, yielder);
    rest = others.filter(({ id }) => !group.has(id));
    const members = others.flatMap((image) => {
      const match = group.get(image.id);
      return match ? [{ image, match }] : [];
    });
    if (members.length === 0) continue;
    const { why } = chooseKeeper(
      { images: [keeper, ...members.map(({ image }) => image)], relations: [] },
      choice,
    );
    yield { keeper, why, members };
  }
}

async function gather(
  keeper: ImageRecord,
  others: readonly ImageRecord[],
  comparison: Comparison,
  yielder: YieldController,
): Promise<Map<ImageId, Match>> {
  const group = new Map<ImageId, Match>();
  const free = new Map(others.map((image) => [image.id, image]));
  const join = (id: ImageId, match: Match) => {
    group.set(id, match);
    free.delete(id);
    joinByVerdict(id);
  };
  const allowed = (id: ImageId) => {
    const excluded = [...comparison.verdicts.markedDifferent(id)];
    return free.has(id) && !excluded.some((other) => other === keeper.id || group.has(other));
  };
  const joinByVerdict = (id: ImageId) => {
    for (const same of [...comparison.verdicts.markedSame(id)].sort()) {
      if (!allowed(same)) continue;
      const measure = comparison.measure(keeper.id, same);
      join(same, { kind: "same", reference: keeper.id, edits: [], reason: "verdict of a person", measure });
    }
  };
  // Verdicts of users come first, so that they decide which of two images is in when these exclude each other.
  joinByVerdict(keeper.id);
  for (const { id } of others) {
    if (!allowed(id)) continue;
    const match = comparison.match(keeper.id, id);
    if (match) join(id, match);
    await yielder.yieldIfDue();
  }
  return group;
}
