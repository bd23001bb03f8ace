import { LibraryError } from "../errors.ts";
import { describePlace, type LibraryPlace, libraryExists, openStores } from "../library-stores.ts";
import type { Catalog, LibraryRecords } from "../ports.ts";

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
  const where = describePlace(place);
  if (!create && !(await libraryExists(place)))
    throw new LibraryError(`There is no library at ${where}: nothing was copied.`);
  const stores = await openStores(place);
  const { catalog } = stores;
  const records = await stores.records();
  const close = async () => {
    await records.close();
    await catalog.close();
  };
  return { where, catalog, records, close };
}
