import type { Failure, LibraryStatus } from "../core/index.ts";
import { isoTime } from "./output.ts";

/** The form of `status --json`: the status as the library gives it, with moments as everywhere in JSON. */
export const statusJson = (status: LibraryStatus): unknown => ({
  ...status,
  roots: status.roots.map((root) => ({
    ...root,
    lastScanAt: root.lastScanAt === null ? null : isoTime(root.lastScanAt),
  })),
});

/** The form of `status --failed --json`. */
export const failuresJson = (failures: readonly Failure[]): unknown =>
  failures.map((failure) => ({
    ...failure,
    modifiedAt: isoTime(failure.modifiedAt),
    at: isoTime(failure.at),
  }));
