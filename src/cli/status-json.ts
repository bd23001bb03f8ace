import { type Failure, isoInstant, type LibraryStatus } from "../core/index.ts";

/** The form of `status --json`: the status as the library gives it, with moments as everywhere in JSON. */
export const statusJson = (status: LibraryStatus): unknown => ({
  ...status,
  roots: status.roots.map((root) => ({
    ...root,
    lastScanAt: root.lastScanAt === null ? null : isoInstant(root.lastScanAt),
  })),
});

/** The form of `status --failed --json`. */
export const failuresJson = (failures: readonly Failure[]): unknown =>
  failures.map((failure) => ({
    ...failure,
    modifiedAt: isoInstant(failure.modifiedAt),
    at: isoInstant(failure.at),
  }));
