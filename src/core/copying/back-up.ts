import { join } from "node:path";
import { makeFolder } from "../catalog/connection/open-connection.ts";
import { type BackupLabel, readBackup, restoreBackup, writeBackup } from "../catalog/records/backup-file.ts";
import { UsageError } from "../errors.ts";
import type { LibraryPlace } from "../library-stores.ts";
import { dumpLine, restoreLine } from "../postgres/dump-lines.ts";
import { readAddress } from "../postgres/server-address.ts";
import { openCopied } from "./open-copied.ts";

/** What was done, or the command of PostgreSQL's that does it. */
export type BackupOutcome =
  | { readonly kind: "done"; readonly label: BackupLabel | undefined; readonly where: string }
  | { readonly kind: "command"; readonly line: string };

export interface BackupRequest {
  readonly version: string;
  /** Address of a store of its own for settings, without secrets. */
  readonly settings?: string | undefined;
  readonly replace: boolean;
}

/** @throws UsageError, LibraryError */
export async function backUp(
  place: LibraryPlace,
  file: string,
  { version, settings, replace }: BackupRequest,
): Promise<BackupOutcome> {
  if (place.server !== undefined)
    return { kind: "command", line: dumpLine(place.server, readAddress(place.server).ssl, file) };
  const library = await openCopied(place, { create: false });
  try {
    const { embeddings, images } = library.catalog;
    const label: BackupLabel = {
      madeAt: new Date().toISOString(),
      version,
      pictures: (await images.totals()).images,
      model: (await embeddings.activeModel())?.model,
      spaces: await embeddings.spaces(),
      settings,
    };
    await writeBackup(join(place.directory, "catalog.db"), file, { label, replace });
    return { kind: "done", label, where: library.where };
  } finally {
    await library.close();
  }
}

/** @throws UsageError for a place that holds a library already, unless it may be replaced; LibraryError */
export async function restore(
  place: LibraryPlace,
  file: string,
  { replace }: { readonly replace: boolean },
): Promise<BackupOutcome> {
  if (place.server !== undefined) {
    const library = await openCopied(place, { create: false }).catch(() => undefined);
    const isEmpty = (await library?.records.isEmpty()) ?? true;
    await library?.close();
    if (!isEmpty && !replace)
      throw new UsageError(
        `${library?.where} holds a library already. Name an empty database, or add --replace to lose what it holds.`,
      );
    // Also an empty library has tables, which stand in the way.
    const replaces = library !== undefined;
    return {
      kind: "command",
      line: restoreLine(place.server, readAddress(place.server).ssl, file, replaces),
    };
  }
  const label = readBackup(file);
  makeFolder(place.directory);
  await restoreBackup(file, join(place.directory, "catalog.db"), { replace });
  return { kind: "done", label, where: place.directory };
}
