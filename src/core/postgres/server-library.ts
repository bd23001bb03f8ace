import type { Catalog, LibraryRecords, WorkQueue } from "../ports.ts";
import { checkLibrary } from "./check.ts";
import { comparisonStore } from "./comparisons.ts";
import { Connection } from "./connection.ts";
import { embeddingStore } from "./embeddings.ts";
import { factsStore } from "./facts.ts";
import { fileStore } from "./files.ts";
import { imageStore } from "./images.ts";
import { type KeyValues, keyValues } from "./key-values.ts";
import { leaseStore } from "./leases.ts";
import { maintain } from "./maintain.ts";
import { mapStore } from "./maps.ts";
import { markStore } from "./marks.ts";
import { isNew, isOlder, migrate, type ServerVersions } from "./migrate.ts";
import { pooledServer } from "./pooled-server.ts";
import { postStore } from "./posts.ts";
import { ServerWorkQueue } from "./queue/work-queue.ts";
import { readRecords } from "./read-records.ts";
import { readingStore } from "./readings.ts";
import { readAddress } from "./server-address.ts";
import { stateStore } from "./state.ts";
import { tagStore } from "./tags.ts";
import { textSearch } from "./texts.ts";
import { DatabaseVectors, type DatabaseVectorsOptions } from "./vector-search.ts";
import { verdictStore } from "./verdicts.ts";
import { isEmptyLibrary, writeRecords } from "./write-records.ts";

export { isOlder };

const CONNECTIONS = 8;
/** While it is opened somebody waits; a server that is being started is there soon. */
const OPENING_RETRY_MS = 5000;

/** A library in a database of a PostgreSQL server. Any number of processes on any number of machines may use it. */
export interface ServerLibrary {
  readonly catalog: Catalog;
  /** For settings; closed with the catalog. */
  readonly keyValues: KeyValues;
  /** Closed with the catalog, too. */
  readonly records: LibraryRecords;
  readonly versions: ServerVersions;
  readonly work: WorkQueue;
  /** Its address, without a password. */
  readonly where: string;
  vectors(options: DatabaseVectorsOptions): DatabaseVectors;
  /** Bytes that its database takes. */
  size(): Promise<number>;
}

/**
 * @param beforeCreating called for a database that holds no library yet; when it throws, none is made
 * @throws LibraryError when the server is away or too old, or the database is another program's or a newer Glimpse's
 */
export async function openServerLibrary(
  place: string,
  beforeCreating: () => Promise<unknown> = async () => undefined,
): Promise<ServerLibrary> {
  const server = await pooledServer(readAddress(place), CONNECTIONS);
  try {
    const opening = new Connection(server, OPENING_RETRY_MS);
    if (await isNew(opening)) await beforeCreating();
    const versions = await migrate(opening);
    const db = new Connection(server);
    return {
      catalog: catalogOn(db),
      keyValues: keyValues(db),
      records: recordsOn(db),
      versions,
      work: new ServerWorkQueue(db),
      where: server.where,
      vectors: (options) => new DatabaseVectors(db, options),
      size: async () => {
        const [row] = await db.rows<{ bytes: number }>(
          "SELECT pg_database_size(current_database()) AS bytes",
        );
        return row?.bytes ?? 0;
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Nothing is created. @throws LibraryError when the server is away */
export async function serverHasLibrary(place: string): Promise<boolean> {
  const server = await pooledServer(readAddress(place), 1);
  try {
    return !(await isNew(new Connection(server, OPENING_RETRY_MS)));
  } finally {
    await server.close();
  }
}

function recordsOn(db: Connection): LibraryRecords {
  return {
    read: (from, visit) => readRecords(db, from, visit),
    write: (batch, note) => writeRecords(db, batch, note),
    isEmpty: () => isEmptyLibrary(db),
    identity: async () => {
      const [row] = await db.rows<{ database: string }>(
        `SELECT pg_postmaster_start_time()::text || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS database`,
      );
      return `server ${row?.database}`;
    },
    close: async () => undefined,
  };
}

/** Of a database whose tables are there. */
export function catalogOn(db: Connection): Catalog {
  return {
    images: imageStore(db),
    files: fileStore(db),
    posts: postStore(db),
    embeddings: embeddingStore(db),
    tags: tagStore(db),
    texts: textSearch(db),
    readings: readingStore(db),
    verdicts: verdictStore(db),
    marks: markStore(db),
    maps: mapStore(db),
    comparisons: comparisonStore(db),
    facts: factsStore(db),
    state: stateStore(db),
    leases: leaseStore(db),
    check: () => checkLibrary(db),
    maintain: (work) => maintain(db, work),
    close: () => db.close(),
  };
}
