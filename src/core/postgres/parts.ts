import { shotsByImage } from "../catalog/parts.ts";
import { encodePart, WHOLE } from "../part.ts";
import type { EmbeddedPart, ImageKey, NewImage, StoredShot } from "../ports.ts";
import type { ImageId, Part } from "../types.ts";
import type { Connection, Session } from "./connection.ts";
import { idBytes } from "./image-keys.ts";
import { type NewVector, replaceVectors } from "./vectors.ts";

type Keyed = Pick<NewImage, "space" | "embedding" | "parts"> & { readonly key: ImageKey };

/** Of the whole and of each part. */
export const vectorsOf = (images: readonly Keyed[]): NewVector[] =>
  images.flatMap(({ key, space, embedding, parts = [] }) => [
    { space, key, embedding },
    ...parts.map((part) => ({ space, key, embedding: part.embedding, part: encodePart(part.part) })),
  ]);

/** Their thumbnails and fingerprints; keeps those that are there. */
export async function addParts(session: Session, images: readonly Keyed[]): Promise<void> {
  const rows = images.flatMap(({ key, parts = [] }) =>
    parts.map((part): EmbeddedPart & { readonly key: ImageKey } => ({ ...part, key })),
  );
  if (rows.length === 0) return;
  await session.run(
    `INSERT INTO parts (image, part, webp, fingerprint)
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[]) ON CONFLICT DO NOTHING`,
    [
      rows.map(({ key }) => key),
      rows.map(({ part }) => encodePart(part)),
      rows.map(({ thumbnail }) => Buffer.from(thumbnail)),
      rows.map(({ fingerprint }) => Buffer.from(fingerprint)),
    ],
  );
}

/** In place of what was known of their parts. */
export async function replaceParts(session: Session, images: readonly Keyed[]): Promise<void> {
  if (images.length === 0) return;
  await session.run("DELETE FROM parts WHERE image = ANY($1::bigint[])", [images.map(({ key }) => key)]);
  await addParts(session, images);
}

/** To be called last in a transaction, as `replaceVectors`. @returns the number of the space of each vector */
export async function replaceAllVectors(session: Session, images: readonly Keyed[]): Promise<number[]> {
  if (images.length === 0) return [];
  await session.run("DELETE FROM vectors WHERE image = ANY($1::bigint[]) AND part <> $2", [
    images.map(({ key }) => key),
    encodePart(WHOLE),
  ]);
  return replaceVectors(session, vectorsOf(images));
}

/** Of a frame that is not known: of the last one before it. */
export async function partThumbnail(
  db: Connection,
  id: ImageId,
  part: Part,
): Promise<Uint8Array | undefined> {
  const [exact] = await db.rows<{ webp: Uint8Array }>(
    "SELECT p.webp FROM parts p JOIN images i ON i.key = p.image WHERE i.id = $1 AND p.part = $2",
    [idBytes(id) ?? null, encodePart(part)],
  );
  if (exact || part.kind !== "frame") return exact?.webp;
  const [before] = await db.rows<{ webp: Uint8Array }>(
    `SELECT p.webp FROM parts p JOIN images i ON i.key = p.image
    WHERE i.id = $1 AND p.part::jsonb ->> 0 = 'frame' AND (p.part::jsonb ->> 1)::bigint <= $2
      AND (p.part::jsonb ->> 1)::bigint > coalesce(i.cover_ms, 0)
    ORDER BY (p.part::jsonb ->> 1)::bigint DESC LIMIT 1`,
    [idBytes(id) ?? null, part.atMs],
  );
  return before?.webp;
}

export async function shotsOf(
  db: Connection,
  keys: readonly ImageKey[],
): Promise<Map<ImageKey, StoredShot[]>> {
  const moving = "key = ANY($1::bigint[]) AND duration_ms IS NOT NULL";
  return shotsByImage(
    await db.rows(
      `SELECT key, NULL AS part, coalesce(cover_ms, 0) AS "atMs", fingerprint FROM images WHERE ${moving}
      UNION ALL SELECT image, part, 0, fingerprint FROM parts WHERE image IN (SELECT key FROM images WHERE ${moving})`,
      [keys],
    ),
  );
}
