import { join } from "node:path";
import { openCatalog } from "../catalog/open-catalog.ts";
import { openFolderRecords } from "../catalog/records/folder-records.ts";
import { LibraryError } from "../errors.ts";
import { libraryExists } from "../library-stores.ts";
import type { Catalog, LibraryRecords } from "../ports.ts";
import { withoutPassword } from "../postgres/server-address.ts";

/** Where a library is: in a folder, or on a server. */
export interface LibraryPlace {
  readonly directory: string;
  readonly server?: string | undefined;
}

/** One of the two sides of a copy. */
export interface CopiedLibrary {
  /** For people, without a password. */
  readonly where: string;
  readonly catalog: Catalog;
  readonly records: LibraryRecords;
  close(): Promise<void>;
}

/** @throws LibraryError when it cannot be opened, or when there is none and none may be made */
export async function openCopied(
  place: LibraryPlace,
  { create }: { readonly create: boolean },
): Promise<CopiedLibrary> {
  const where = place.server === undefined ? place.directory : withoutPassword(place.server);
  if (!create && !(await libraryExists(place)))
    throw new LibraryError(`There is no library at ${where}: nothing was copied.`);
  if (place.server === undefined) {
    const path = join(place.directory, "catalog.db");
    const catalog = await openCatalog({ path });
    const records = await openFolderRecords(path);
    const close = async () => {
      await records.close();
      await catalog.close();
    };
    return { where, catalog, records, close };
  }
  const { openServerLibrary } = await import("../postgres/server-library.ts");
  const { catalog, records } = await openServerLibrary(place.server);
  return { where, catalog, records, close: () => catalog.close() };
}
