import type { Catalog } from "../ports.ts";
import { checkLibrary } from "./check.ts";
import { comparisonStore } from "./comparisons.ts";
import { Connection, type Server } from "./connection.ts";
import { embeddingStore } from "./embeddings.ts";
import { fileStore } from "./files.ts";
import { imageStore } from "./images.ts";
import { leaseStore } from "./leases.ts";
import { migrate } from "./migrate.ts";
import { postStore } from "./posts.ts";
import { readingStore } from "./readings.ts";
import { stateStore } from "./state.ts";
import { tagStore } from "./tags.ts";
import { textSearch } from "./texts.ts";
import { verdictStore } from "./verdicts.ts";

/** The catalog in a database of a PostgreSQL server. Any number of processes on any number of machines may use it. */
export async function openCatalogOn(server: Server): Promise<Catalog> {
  const db = new Connection(server);
  await migrate(db);
  return catalogOn(db);
}

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
    comparisons: comparisonStore(db),
    state: stateStore(db),
    leases: leaseStore(db),
    check: () => checkLibrary(db),
    close: () => db.close(),
  };
}
