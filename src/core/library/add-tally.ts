import { sumOfLeftOut } from "../sources/left-out.ts";
import { sumOfKinds } from "../sources/other-kinds.ts";
import type { DeletedFile } from "../sources/scan-folder.ts";
import type {
  AddReport,
  CompanionCounts,
  FilesByKind,
  LeftOut,
  LeftOutReason,
  Shortfall,
  Skipped,
} from "../types.ts";

/** What a run of adding did with one of its targets. */
export class AddTally {
  added = 0;
  known = 0;
  unchanged = 0;
  queued = 0;
  otherKinds: FilesByKind = {};
  leftOut: LeftOut = {};
  companions: CompanionCounts = {};
  readonly skipped: Skipped[] = [];
  readonly refused: Skipped[] = [];
  readonly partlyRead: ({ readonly origin: string } & Shortfall)[] = [];
  readonly offline: string[] = [];
  readonly deleted: DeletedFile[] = [];
}

/** Nothing of a target is left when its root was removed meanwhile. */
export function tallyOfRemoved(path: string): AddTally {
  const tally = new AddTally();
  const reason = "it was removed from the library while it was added, and nothing of it was kept";
  tally.refused.push({ origin: path, code: "changed-while-reading", reason });
  return tally;
}

export function reportOf(tallies: readonly AddTally[]): Omit<AddReport, "cancelled"> {
  const sum = (count: (tally: AddTally) => number) =>
    tallies.reduce((total, tally) => total + count(tally), 0);
  const deleted = tallies.flatMap((tally) => tally.deleted).filter(({ wasImage }) => wasImage);
  return {
    added: sum(({ added }) => added),
    known: sum(({ known }) => known),
    unchanged: sum(({ unchanged }) => unchanged),
    queued: sum(({ queued }) => queued),
    removed: deleted.length,
    nowLeftOut: countsOf(deleted.flatMap(({ leftOut }) => leftOut ?? [])),
    skipped: tallies.flatMap(({ skipped }) => skipped),
    partlyRead: tallies.flatMap(({ partlyRead }) => partlyRead),
    refused: tallies.flatMap(({ refused }) => refused),
    otherKinds: sumOfKinds(tallies.map(({ otherKinds }) => otherKinds)),
    leftOut: sumOfLeftOut(tallies.map(({ leftOut }) => leftOut)),
    companions: sumOfKinds(tallies.map(({ companions }) => companions)),
    offline: tallies.flatMap(({ offline }) => offline),
  };
}

function countsOf(reasons: readonly LeftOutReason[]): AddReport["nowLeftOut"] {
  const counts: Partial<Record<LeftOutReason, number>> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
