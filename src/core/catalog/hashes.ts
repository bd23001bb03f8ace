import { HASH_BYTES, hammingDistance } from "../image/hashing/hash-bits.ts";
import { type HashLookup, hashLookups } from "../image/hashing/hash-chunks.ts";

import { prepareFingerprint, unpackHash } from "../image/hashing/perceptual-hash.ts";
import type { ImageKey, ImageStore, StoredFingerprint } from "../ports.ts";

import { YieldController } from "../yield-controller.ts";
import type { Backlog } from "./backlog.ts";
import type { Connection } from "./connection/connection.ts";
import { FINGERPRINT_COLUMNS } from "./image-rows.ts";

/** Differing bits of two hashes from which their pictures are not worth comparing. */
const NOT_NEAR = 43;
/** A few milliseconds' worth of either. */
const LOOKUPS_AT_ONCE = 16;
const FINGERPRINTS_AT_ONCE = 500;

interface HashesFound {
  /** Concatenated; null when there are none. */
  readonly hashes: Uint8Array | null;
  /** Comma-separated keys. */
  readonly images: string | null;
}

export function hashes(db: Connection, backlog: Backlog) {
  return {
    lookAlikes: (fingerprint, signal) => lookAlikes(db, backlog, fingerprint, signal),
  } satisfies Partial<ImageStore>;
}

async function* lookAlikes(
  db: Connection,
  backlog: Backlog,
  fingerprint: Uint8Array,
  signal?: AbortSignal,
): AsyncIterable<readonly StoredFingerprint[]> {
  const yielder = new YieldController(signal);
  // Read first: rows filled in meanwhile may be yielded twice, but are never missed.
  const left = await backlog.left();
  const near = new Set<ImageKey>();
  const lookups = hashLookups(prepareFingerprint(fingerprint));
  for (let start = 0; start < lookups.length; start += LOOKUPS_AT_ONCE) {
    const some = lookups.slice(start, start + LOOKUPS_AT_ONCE);
    for (const key of await db.read(() => some.flatMap((lookup) => nearKeys(db, lookup)))) near.add(key);
    await yielder.yieldIfDue();
  }
  const keys = [...near].filter((key) => !left || key <= left.done || key > left.last);
  for (let start = 0; start < keys.length; start += FINGERPRINTS_AT_ONCE) {
    yield await fingerprintsOf(db, keys.slice(start, start + FINGERPRINTS_AT_ONCE));
    await yielder.yieldIfDue();
  }
  if (left) yield* fingerprintsBetween(db, left.done, left.last, yielder);
}

/** All hashes are returned as one value: tens of thousands are compared, and one row each would take three times as long. */
function nearKeys(db: Connection, { storedAs, chunk, values, hashes }: HashLookup): ImageKey[] {
  const tag = (storedAs === "whole" ? 0 : 2) + chunk;
  const found = db
    .statement<HashesFound>(
      `SELECT CAST(group_concat(hash, '') AS BLOB) AS hashes, group_concat(image) AS images
      FROM json_each(?) AS wanted CROSS JOIN hashes ON chunk = wanted.value`,
    )
    .get(JSON.stringify(values.map((value) => `${tag}${value}`)));
  const stored = found?.hashes;
  if (!stored) return [];
  const hashAt = (at: number) => unpackHash(stored.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  return (found.images ?? "")
    .split(",")
    .filter((_, at) => isNear(hashAt(at), hashes))
    .map(Number);
}

const isNear = (stored: Uint32Array, hashes: readonly Uint32Array[]) =>
  hashes.some((hash) => hammingDistance(hash, 0, stored, NOT_NEAR) < NOT_NEAR);

function fingerprintsOf(db: Connection, keys: readonly ImageKey[]): Promise<StoredFingerprint[]> {
  return db.read(() =>
    db
      .statement<StoredFingerprint>(
        `SELECT ${FINGERPRINT_COLUMNS} FROM images WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key`,
      )
      .all(JSON.stringify(keys)),
  );
}

async function* fingerprintsBetween(
  db: Connection,
  after: ImageKey,
  last: ImageKey,
  yielder: YieldController,
): AsyncIterable<readonly StoredFingerprint[]> {
  for (let done = after; done < last; ) {
    const rows = await db.read(() =>
      db
        .statement<StoredFingerprint>(
          `SELECT ${FINGERPRINT_COLUMNS} FROM images WHERE key > ? AND key <= ? ORDER BY key LIMIT ?`,
        )
        .all(done, last, FINGERPRINTS_AT_ONCE),
    );
    if (rows.length === 0) return;
    yield rows;
    done = rows.at(-1)?.key ?? last;
    await yielder.yieldIfDue();
  }
}
