import type { Catalog } from "../ports.ts";
import { captureTimes } from "./capture-times.ts";
import { check } from "./check.ts";
import { counts } from "./counts.ts";
import { embeddings } from "./embeddings.ts";
import { files } from "./files.ts";
import { HashBacklog } from "./hash-backlog.ts";
import { hashes } from "./hashes.ts";
import { images } from "./images.ts";
import { leases } from "./leases.ts";
import { mounts } from "./mounts.ts";
import { type CatalogLocation, openConnection } from "./open-connection.ts";
import { otherKinds } from "./other-kinds.ts";
import { posts } from "./posts.ts";
import { scope } from "./scope.ts";
import { cursors } from "./state.ts";
import { tags } from "./tags.ts";
import { VacuumScheduler } from "./vacuum-scheduler.ts";
import { verdicts } from "./verdicts.ts";
import { VisibleKeys } from "./visible-keys.ts";

/**
 * The catalog in one SQLite file. Any number of processes may have it open. On a read-only disk it opens
 * for reading, and each attempt to write is refused with a sentence.
 * @throws LibraryError when the file is damaged, foreign, newer than this program, or out of reach.
 */
export async function openCatalog(location: CatalogLocation): Promise<Catalog> {
  const db = await openConnection(location);
  const visible = new VisibleKeys(db);
  const rewriting = new VacuumScheduler(db);
  const backlog = new HashBacklog(db);
  return {
    ...images(db),
    ...hashes(db, backlog),
    ...captureTimes(db),
    ...scope(db, visible),
    ...files(db),
    ...posts(db),
    ...embeddings(db),
    ...tags(db, visible),
    ...verdicts(db),
    ...cursors(db),
    ...counts(db),
    ...mounts(db),
    ...otherKinds(db),
    ...leases(db),
    ...check(db),
    close: async () => {
      await backlog.close();
      await rewriting.close();
      db.close();
    },
  };
}
