import type { CompanionCounts, Shortfall } from "./image.ts";

/** Why one picture was not added; the run went on without it. */
export interface Skipped {
  /** Path, or `discord:<message>/<attachment>`. */
  readonly origin: string;
  readonly code: SkipCode;
  readonly reason: string;
}

export type SkipCode =
  | "unreadable"
  | "empty"
  | "not-a-picture"
  | "unsupported-format"
  | "too-many-pixels"
  | "too-many-bytes"
  | "decoder-missing"
  | "damaged"
  | "timeout"
  | "crashed-decoder"
  | "changed-while-reading"
  | "denied"
  | "failed";

/** Files by kind, the extension in capitals: `{ CR2: 3, MOV: 1 }`. */
export type FilesByKind = Readonly<Record<string, number>>;

/** Why a scan leaves a picture or a folder out. */
export type LeftOutReason =
  | "hidden"
  | "recycle-bin"
  | "snapshot"
  | "system"
  | "photo-library"
  | "nomedia"
  | "glimpseignore";

/** Of recycle bins and folders marked `.nomedia` the pictures inside are counted; no other folder that is left out is looked into. */
export interface LeftOutCount {
  readonly pictures: number;
  readonly folders: number;
}

/** What scans left out, by reason; reasons of which there is none are absent. */
export type LeftOut = Readonly<Partial<Record<LeftOutReason, LeftOutCount>>>;

/** What reading the text in pictures gave, after they were embedded. */
export interface TextReport {
  /** Pictures that were read now. */
  readonly read: number;
  /** How many of them hold text. */
  readonly withText: number;
  /** And in how many the text seems to be in a script that no installed reader knows. */
  readonly unknownScript: number;
  /** Pictures that could not be read, and are not tried again. They are found by what they show. */
  readonly skipped: readonly Skipped[];
  /** Why reading ended before its end, where it did. */
  readonly problem?: string | undefined;
}

export interface AddReport {
  /** Images embedded now. */
  readonly added: number;
  /** Images that were known and had no vector of the present model, and have one now. Absent where the run ended before. */
  readonly embedded?: number | undefined;
  /** Files that are left to workers: they become pictures as those get to them. */
  readonly queued: number;
  /** Placements whose image was known already (copies, moves, touched files). */
  readonly known: number;
  /** Files that had not changed since the last run. */
  readonly unchanged: number;
  /** Placements gone from their folder, and those that are left out now. */
  readonly removed: number;
  /** Placements among the removed whose files are still there, by the reason for which they are left out now. */
  readonly nowLeftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
  readonly skipped: readonly Skipped[];
  /** Pictures added now of which less was read than their files hold, or ought to hold. */
  readonly partlyRead: readonly ({ readonly origin: string } & Shortfall)[];
  /** What was named itself and not added: files that did not become pictures (nothing is kept of those that never can), what scans leave out. */
  readonly refused: readonly Skipped[];
  /** Pictures and films of kinds that are not read: raw files of cameras, JPEG XL, videos. */
  readonly otherKinds: FilesByKind;
  readonly leftOut: LeftOut;
  /** Files that belong to pictures beside them, as they were found now. */
  readonly companions: CompanionCounts;
  /** Roots that could not be reached, and folders on disks that are away; nothing of theirs was erased. */
  readonly offline: readonly string[];
  /** Whether the run was cancelled before its end. */
  readonly cancelled: boolean;
  /** Absent where text is not read. */
  readonly text?: TextReport | undefined;
}
