import { countFiles } from "../sources/count-files.ts";
import type {
  DuplicateGroup,
  DuplicateKind,
  DuplicateMember,
  ImageId,
  ImageRecord,
  KeepChoice,
} from "../types.ts";
import { BY_VERDICT, type DuplicateSearch, idAt, type Match } from "./duplicate-context.ts";
import type { LooserMember } from "./looser-groups.ts";
import { comparePlacements, placementWhy } from "./placement-order.ts";

export interface KeptGroup {
  readonly keeper: ImageRecord;
  /** Why that one; by default why its first file. */
  readonly why?: string | undefined;
  readonly members: readonly { readonly image: ImageRecord; readonly match: Match }[];
}

const KINDS_BY_STRICTNESS: readonly DuplicateKind[] = ["exact", "same", "variant", "similar"];

/** A keeper with several placements is a member of its own group, as an exact copy; the one to keep comes first. */
export async function toDuplicateGroup(
  { keeper: found, why, members }: KeptGroup,
  choice: KeepChoice,
): Promise<DuplicateGroup> {
  const keeper = { ...found, placements: [...found.placements].sort(comparePlacements(choice)) };
  const files = await filesOf(keeper);
  const copies: DuplicateMember[] =
    keeper.placements.length > 1
      ? [
          {
            image: keeper,
            kind: "exact",
            reference: keeper.id,
            edits: [],
            reason: files === 1 ? "hard links of one file" : "same bytes",
            measure: 1,
          },
        ]
      : [];
  const all = [...copies, ...members.map(({ image, match }) => ({ image, ...match }))];
  let reclaimableBytes = keeper.bytes * (files - 1);
  for (const { image, match } of members) {
    if (isCopy(match)) reclaimableBytes += image.bytes * (await filesOf(image));
  }
  return {
    kind: loosest(all),
    keeper,
    why: why ?? placementWhy(keeper.placements, choice),
    members: all,
    reclaimableBytes,
  };
}

/** At how many places the bytes of an image take room. */
async function filesOf({ placements }: ImageRecord): Promise<number> {
  if (placements.length < 2) return placements.length;
  const paths = placements.flatMap((at) => (at.kind === "file" && at.online ? at.path : []));
  return placements.length - paths.length + (await countFiles(paths));
}

/** Whether one of the two is enough. */
const isCopy = ({ kind }: Pick<DuplicateMember, "kind">) => kind === "exact" || kind === "same";

/** A group of variants or similar scenes; none when hardly any of it is left. */
export function keptGroup(
  search: DuplicateSearch,
  group: readonly LooserMember[],
  records: ReadonlyMap<ImageId, ImageRecord>,
): KeptGroup[] {
  const [first, ...others] = group;
  const keeper = first && records.get(idAt(search, first.position));
  const members = others.flatMap(({ position, to }) => {
    const image = records.get(idAt(search, position));
    if (!image || !to) return [];
    const found = to.kind === "variant" ? "same layout, other content" : "similar scene";
    const reason = to.byVerdict ? BY_VERDICT : found;
    const match: Match = {
      kind: to.kind,
      reference: idAt(search, to.position),
      edits: [],
      reason,
      measure: to.measure,
    };
    return [{ image, match }];
  });
  const why = "none is a copy of another";
  return keeper && members.length > 0 ? [{ keeper, why, members }] : [];
}

function loosest(members: readonly DuplicateMember[]): DuplicateKind {
  const levels = members.map(({ kind }) => KINDS_BY_STRICTNESS.indexOf(kind));
  return KINDS_BY_STRICTNESS[Math.max(0, ...levels)] ?? "exact";
}

export function compareReclaimable(a: DuplicateGroup, b: DuplicateGroup): number {
  return b.reclaimableBytes - a.reclaimableBytes || (a.keeper.id < b.keeper.id ? -1 : 1);
}
