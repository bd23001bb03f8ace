import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { LibraryError, systemCode } from "../errors.ts";
import type { Catalog } from "../ports.ts";
import type { Scope } from "../types.ts";
import { Backlog } from "./backlog.ts";
import { checkCatalog } from "./check.ts";
import { comparisonStore } from "./comparisons.ts";
import { type CatalogLocation, openConnection } from "./connection/open-connection.ts";
import { VacuumScheduler } from "./connection/vacuum-scheduler.ts";
import { embeddingStore } from "./embeddings.ts";
import { factsStore } from "./facts.ts";
import { fileStore } from "./files.ts";
import { imageStore } from "./images.ts";
import { leaseStore } from "./leases.ts";
import { mapStore } from "./maps.ts";
import { markStore } from "./marks.ts";
import { postStore } from "./posts.ts";
import type { KeyBits } from "./scope/key-set.ts";
import { VisibleKeys } from "./scope/visible-keys.ts";
import { stateStore } from "./state.ts";
import { tagStore } from "./tags.ts";
import { verdictStore } from "./verdicts.ts";
import { readingStore } from "./words/readings.ts";
import { textSearch } from "./words/texts.ts";

export interface SqliteCatalog extends Catalog {
  /** The images that the scope makes visible, for an index beside the catalog; undefined when it is every image there is. */
  keysInScope(scope: Scope): Promise<KeyBits | undefined>;
}

/**
 * The catalog in one SQLite file. Any number of processes may have it open. On a read-only disk it opens
 * for reading, and each attempt to write is rejected with a LibraryError.
 * @throws LibraryError when the file is damaged, foreign, newer than this program, or out of reach.
 */
export async function openCatalog(location: CatalogLocation): Promise<SqliteCatalog> {
  const db = await openConnection(location);
  const visible = new VisibleKeys(db);
  const rewriting = new VacuumScheduler(db);
  const backlogs = { hashes: new Backlog(db, "hashes"), texts: new Backlog(db, "texts") };
  return {
    images: imageStore(db, { visible, backlog: backlogs.hashes }),
    files: fileStore(db),
    posts: postStore(db),
    embeddings: embeddingStore(db, visible),
    tags: tagStore(db, visible),
    texts: textSearch(db, visible, backlogs.texts),
    readings: readingStore(db),
    verdicts: verdictStore(db),
    marks: markStore(db),
    maps: mapStore(db),
    comparisons: comparisonStore(db),
    facts: factsStore(db, visible),
    state: stateStore(db),
    leases: leaseStore(db),
    keysInScope: (scope) => visible.unlessAll(scope),
    check: () => checkCatalog(db),
    maintain: async ({ force } = {}) => {
      const erasures = await rewriting.finish(force);
      return {
        erasures,
        rewritten: erasures > 0 || force ? [db.path] : [],
        postponed: [],
        elsewhere: [
          "Copies and backups of the library's folder: for as long as you keep them. What was erased after one was made is back when it is restored.",
          "The disk: a file system that copies on write, or takes snapshots, keeps what was overwritten for as long as it does by itself.",
        ],
      };
    },
    close: async () => {
      await backlogs.hashes.close();
      await backlogs.texts.close();
      await rewriting.close();
      db.close();
    },
  };
}

/** Whether there is a catalog to open; checking does not create one. @throws LibraryError when it cannot be accessed */
export async function catalogExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    const code = systemCode(cause);
    if (code === "ENOENT") return false;
    throw new LibraryError(
      `The library folder ${dirname(path)} cannot be looked into (${code}). Check that it is a folder which you may read.`,
      { cause },
    );
  }
}
