import { HASH_BYTES } from "../image/hashing/hash-bits.ts";
import { hashLookups } from "../image/hashing/hash-chunks.ts";
import { HASH_WINDOWS, prepareFingerprint } from "../image/hashing/perceptual-hash.ts";
import type { ImageKey } from "../ports.ts";
import type { Connection, Session } from "./connection.ts";

/** Differing bits of two hashes from which their pictures are not worth comparing. */
const NOT_NEAR = 43;
const HASH_BITS = 8 * HASH_BYTES;
/** Of a chunk, five hex digits; above them, whether it is of a whole picture or of a window, and which chunk it is. */
const CHUNK_DIGITS = 5;
const CHUNKS = 2;
const CONTENT = HASH_WINDOWS.indexOf("content");

const hexOf = (hash: Uint32Array) => Buffer.from(hash.buffer, hash.byteOffset, HASH_BYTES).toString("hex");

const filedUnder = (isWhole: boolean, chunk: number, digits: string) =>
  (((isWhole ? 0 : CHUNKS) + chunk) << (4 * CHUNK_DIGITS)) | Number.parseInt(digits, 16);

/** SQL: a hash of its hex digits. */
const asBits = (digits: string) => `('x' || ${digits})::bit(${HASH_BITS})`;

/** Files the hashes of each picture's windows; what a frame encloses is left out where there is no frame. */
export async function addHashes(
  session: Session,
  pictures: readonly { readonly key: ImageKey; readonly fingerprint: Uint8Array }[],
): Promise<void> {
  const rows = pictures.flatMap(({ key, fingerprint }) => {
    const { comparable, windows } = prepareFingerprint(fingerprint);
    const hashes = comparable ? windows.map(hexOf) : [];
    return hashes.flatMap((hash, window) =>
      window === CONTENT && hash === hashes[0]
        ? []
        : Array.from({ length: CHUNKS }, (_, chunk) => {
            const digits = hash.slice(chunk * CHUNK_DIGITS, (chunk + 1) * CHUNK_DIGITS);
            return { key, hash, chunk: filedUnder(window === 0, chunk, digits) };
          }),
    );
  });
  if (rows.length === 0) return;
  await session.run(
    `INSERT INTO hashes (chunk, image, hash) SELECT n.chunk, n.image, ${asBits("n.hash")}
    FROM unnest($1::integer[], $2::bigint[], $3::text[]) AS n (chunk, image, hash)`,
    [rows.map(({ chunk }) => chunk), rows.map(({ key }) => key), rows.map(({ hash }) => hash)],
  );
}

/** Images of which a window's hash is near one of this picture's: multi-index hashing, see image/hash-chunks.ts. */
export async function nearHashes(db: Connection, fingerprint: Uint8Array): Promise<ImageKey[]> {
  const lookups = hashLookups(prepareFingerprint(fingerprint));
  const chunks: number[][] = [[], []];
  const hashes: [number[], string[]] = [[], []];
  for (const [at, { storedAs, chunk, values, hashes: near }] of lookups.entries()) {
    for (const value of values) {
      chunks[0]?.push(at);
      chunks[1]?.push(filedUnder(storedAs === "whole", chunk, value));
    }
    for (const hash of near) {
      hashes[0].push(at);
      hashes[1].push(hexOf(hash));
    }
  }
  const rows = await db.rows<{ image: ImageKey }>(
    `WITH near AS MATERIALIZED (
      SELECT n.lookup, ${asBits("n.hash")} AS hash FROM unnest($3::integer[], $4::text[]) AS n (lookup, hash)
    )
    SELECT DISTINCT h.image FROM unnest($1::integer[], $2::integer[]) AS w (lookup, chunk)
      JOIN hashes h ON h.chunk = w.chunk JOIN near n ON n.lookup = w.lookup
    WHERE bit_count(h.hash # n.hash) < ${NOT_NEAR} ORDER BY h.image`,
    [...chunks, ...hashes],
  );
  return rows.map(({ image }) => image);
}
