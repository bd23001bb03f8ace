import { statSync } from "node:fs";
import type { LibraryRecords } from "../../ports.ts";
import { openConnection } from "../connection/open-connection.ts";
import { readRecords } from "./read-records.ts";
import { isEmptyLibrary, writeRecords } from "./write-records.ts";

/** Of the catalog at a path, on a connection of its own. @throws LibraryError as openCatalog does */
export async function openFolderRecords(path: string): Promise<LibraryRecords> {
  const db = await openConnection({ path });
  return {
    read: (from, visit) => readRecords(db, from, visit),
    write: (batch, note) => writeRecords(db, batch, note),
    isEmpty: () => isEmptyLibrary(db),
    identity: async () => {
      const { dev, ino } = statSync(path, { bigint: true });
      return `file ${dev}:${ino}`;
    },
    close: async () => db.close(),
  };
}
