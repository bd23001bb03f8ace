import { clockJumps } from "./clock-jumps.ts";
import { diskErrors } from "./disk-errors.ts";
import { disruptEmbeddingProcess } from "./disrupt-embedding-process.ts";
import { everyWriteFails, type FaultReport } from "./every-write-fails.ts";
import { fullDisk } from "./full-disk.ts";
import { noPermission } from "./no-permission.ts";
import { readOnlyDisk } from "./read-only-disk.ts";
import { slowDisk } from "./slow-disk.ts";

/** Runs in an empty folder, with more repetitions when `long`; undefined where this machine or user cannot inject the fault. */
type Fault = (home: string, long?: boolean) => Promise<FaultReport | undefined>;

export const faults: Readonly<Record<string, Fault>> = {
  "each write of a session fails once": everyWriteFails,
  "the disk answers with read and write errors": (home, long) => diskErrors(home, long ? 300 : 15),
  "the disk is full": fullDisk,
  "the disk turns read-only": readOnlyDisk,
  "permission is missing": noPermission,
  "the clock jumps by up to a year": clockJumps,
  "the disk is slow": (home, long) => slowDisk(home, long ? 250 : 40),
  "the embedding process hangs": (home) => disruptEmbeddingProcess(home, "SIGSTOP"),
  "the embedding process is killed": (home) => disruptEmbeddingProcess(home, "SIGKILL"),
};
