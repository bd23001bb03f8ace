import type { ImageKey, ImageStore, StoredFingerprint } from "../ports.ts";
import type { ImageId, Scope } from "../types.ts";
import type { Connection } from "./connection.ts";
import { nearHashes } from "./hashes.ts";
import { hexOf } from "./image-keys.ts";
import { isEverything } from "./scope-conditions.ts";
import { shownImages } from "./shown-images.ts";
import { Values } from "./values.ts";

const FINGERPRINTS_AT_ONCE = 4096;

export function fingerprintStore(db: Connection) {
  return {
    fingerprints: (scope) => fingerprints(db, scope),
    fingerprint: async (key) => {
      const [row] = await db.rows<{ fingerprint: Uint8Array }>(
        "SELECT fingerprint FROM images WHERE key = $1",
        [key],
      );
      return row?.fingerprint;
    },
    lookAlikes: async function* (fingerprint, signal) {
      const keys = await nearHashes(db, fingerprint);
      for (let start = 0; start < keys.length; start += FINGERPRINTS_AT_ONCE) {
        signal?.throwIfAborted();
        const values = new Values();
        const some = values.bind(keys.slice(start, start + FINGERPRINTS_AT_ONCE));
        yield await read(db, `i.key = ANY(${some}::bigint[])`, values);
      }
    },
  } satisfies Partial<ImageStore>;
}

async function* fingerprints(db: Connection, scope: Scope): AsyncIterable<readonly StoredFingerprint[]> {
  for (let after: ImageKey = 0; ; ) {
    const values = new Values();
    const from = values.bind(after);
    const inside = isEverything(scope) ? "TRUE" : `i.key IN (${shownImages(scope, values)})`;
    const rows = await read(db, `i.key > ${from} AND ${inside}`, values);
    const last = rows.at(-1);
    if (!last) return;
    after = last.key;
    yield rows;
  }
}

function read(db: Connection, where: string, values: Values): Promise<StoredFingerprint[]> {
  return db.rows<{ key: ImageKey; id: ImageId; fingerprint: Uint8Array }>(
    `SELECT i.key, ${hexOf("i.id")} AS id, i.fingerprint FROM images i WHERE ${where}
    ORDER BY i.key LIMIT ${FINGERPRINTS_AT_ONCE}`,
    values.list,
  );
}
