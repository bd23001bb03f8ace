import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { openKeyValueTable } from "./catalog/key-value-table.ts";
import { catalogExists, openCatalog } from "./catalog/open-catalog.ts";
import { openFolderRecords } from "./catalog/records/folder-records.ts";
import { olderVectors } from "./library/older-vectors.ts";
import type { Catalog, Embedder, LibraryRecords, VectorSearch, WorkQueue } from "./ports.ts";
import { withoutPassword } from "./postgres/server-address.ts";
import type { SettingsStore } from "./settings/open-settings.ts";
import type { EmbeddingSpace, LibraryStatus } from "./types.ts";
import {
  SyncedVectorIndex,
  type SyncedVectorIndexOptions,
  type VectorSource,
} from "./vector-index/synced-vector-index.ts";

/** Where a library is: in a folder, or on a server, with a folder for its models. */
export interface LibraryPlace {
  readonly directory: string;
  /** `postgres://…` */
  readonly server?: string | undefined;
}

/** For people: a server's address has no password in it. */
export const describePlace = ({ directory, server }: LibraryPlace): string =>
  server === undefined ? directory : withoutPassword(server);

/** What holds a library. */
export interface Stores {
  readonly catalog: Catalog;
  /** To be closed before the catalog. */
  records(): Promise<LibraryRecords>;
  keyValues(): Promise<SettingsStore>;
  vectors(
    embedder: Pick<Embedder, "space" | "dimensions">,
    options: Partial<SyncedVectorIndexOptions>,
  ): VectorSearch;
  /** Of the older space, images that the active one lacks. */
  olderVectors(older: Pick<Embedder, "space" | "dimensions">, active: EmbeddingSpace): VectorSearch;
  diskUsage(): Promise<{ catalog: number; index: number; models: number }>;
  readonly server?: LibraryStatus["server"];
  readonly work?: WorkQueue | undefined;
}

/** @param beforeCreating called where there is none yet; when it throws, none is made */
export function openStores(
  { directory, server }: LibraryPlace,
  beforeCreating: () => Promise<unknown> = async () => undefined,
): Promise<Stores> {
  return server === undefined
    ? openFolder(directory, beforeCreating)
    : openServer(server, directory, beforeCreating);
}

async function openFolder(directory: string, beforeCreating: () => Promise<unknown>): Promise<Stores> {
  const path = join(directory, "catalog.db");
  if (!(await catalogExists(path))) await beforeCreating();
  const catalog = await openCatalog({ path });
  const index = (source: VectorSource, { space, dimensions }: Pick<Embedder, "space" | "dimensions">) => ({
    catalog: source,
    space,
    dimensions,
    directory: join(directory, "index"),
  });
  return {
    catalog,
    records: () => openFolderRecords(path),
    keyValues: () => openKeyValueTable({ path }),
    vectors: (embedder, options) => new SyncedVectorIndex({ ...index(catalog, embedder), options }),
    // No graph: what a switch left behind is usually little.
    olderVectors: (older, active) =>
      new SyncedVectorIndex({
        ...index(olderVectors(catalog, older.space, active), older),
        options: { hnswFrom: Number.POSITIVE_INFINITY },
      }),
    diskUsage: () => diskUsage(directory),
  };
}

/** @param directory where models are kept */
async function openServer(
  server: string,
  directory: string,
  beforeCreating: () => Promise<unknown>,
): Promise<Stores> {
  // Loaded only for such a library: its driver is an optional dependency.
  const { openServerLibrary } = await import("./postgres/server-library.ts");
  const library = await openServerLibrary(server, beforeCreating);
  return {
    catalog: library.catalog,
    records: async () => library.records,
    keyValues: async () => library.keyValues,
    vectors: ({ space, dimensions }) => library.vectors({ space, dimensions }),
    olderVectors: ({ space, dimensions }, active) => library.vectors({ space, dimensions, lackedBy: active }),
    diskUsage: async () => ({ ...(await diskUsage(directory)), catalog: await library.size(), index: 0 }),
    server: library.versions,
    work: library.work,
  };
}

/** Whether there is a library. @throws LibraryError when that cannot be looked at */
export async function libraryExists({ directory, server }: LibraryPlace): Promise<boolean> {
  if (server === undefined) return catalogExists(join(directory, "catalog.db"));
  const { serverHasLibrary } = await import("./postgres/server-library.ts");
  return serverHasLibrary(server);
}

async function diskUsage(directory: string) {
  const [catalog, index, models] = await Promise.all([
    sizeOf(directory, (file) => file.startsWith("catalog.db")),
    sizeOf(join(directory, "index")),
    sizeOf(join(directory, "models")),
  ]);
  return { catalog, index, models };
}

async function sizeOf(folder: string, counts = (_file: string) => true): Promise<number> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = files.filter(counts).map((file) =>
    stat(join(folder, file)).then(
      (stats) => (stats.isFile() ? stats.size : 0),
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
