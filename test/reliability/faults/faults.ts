import { clockJumps } from "./clock-jumps.ts";
import { strikeEmbeddingChild } from "./embedding-child.ts";
import { everyWriteFails, type Held } from "./every-write-fails.ts";
import { fullDisk } from "./full-disk.ts";
import { noPermission } from "./no-permission.ts";
import { readOnlyDisk } from "./read-only-disk.ts";
import { slowDisk } from "./slow-disk.ts";

/** Each gets an empty folder; undefined where this machine or user cannot make the fault. */
export const faults: Readonly<Record<string, (home: string) => Promise<Held | undefined>>> = {
  "each write of a session fails once": everyWriteFails,
  "the disk is full": fullDisk,
  "the disk turns read-only": readOnlyDisk,
  "permission is missing": noPermission,
  "the clock jumps by up to a year": clockJumps,
  "the disk is slow": slowDisk,
  "the embedding process hangs": (home) => strikeEmbeddingChild(home, "SIGSTOP"),
  "the embedding process is killed": (home) => strikeEmbeddingChild(home, "SIGKILL"),
};
