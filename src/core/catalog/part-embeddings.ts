import { setImmediate as nextTurn } from "node:timers/promises";
import { NotFoundError } from "../errors.ts";
import { decodePart, encodePart } from "../part.ts";
import type { ImageKey, StoredPart } from "../ports.ts";
import type { Embedding, EmbeddingSpace, Part } from "../types.ts";
import { decodeVector, encodeVector } from "../vector.ts";
import type { Connection } from "./connection/connection.ts";

const PARTS_PER_BATCH = 1024;

interface PartRow {
  readonly key: ImageKey;
  readonly part: string;
  readonly vector: Buffer;
}

/** @throws NotFoundError when the image as a whole has no embedding in the space. */
export function putPart(
  db: Connection,
  { space, key, part }: { readonly space: number; readonly key: ImageKey; readonly part: Part },
  embedding: Embedding,
): void {
  const whole = db.statement("SELECT 1 FROM embeddings WHERE space = ? AND image = ?").get(space, key);
  if (!whole) throw new NotFoundError(`Image ${key} has no embedding as a whole; add that first.`);
  db.statement(
    `INSERT INTO part_embeddings (space, image, part, vector) VALUES (?, ?, ?, ?)
    ON CONFLICT (space, image, part) DO UPDATE SET vector = excluded.vector`,
  ).run(space, key, encodePart(part), encodeVector(embedding));
}

export async function* readParts(
  db: Connection,
  space: EmbeddingSpace,
  keys: readonly ImageKey[] | undefined,
): AsyncIterable<readonly StoredPart[]> {
  const among = keys === undefined ? "" : "AND image IN (SELECT value FROM json_each(@keys))";
  const parameters = { space, limit: PARTS_PER_BATCH, ...(keys && { keys: JSON.stringify(keys) }) };
  for (let [image, after] = [0, ""]; ; ) {
    const rows = await db.read(() =>
      db
        .statement<PartRow>(
          `SELECT image AS key, part, vector FROM part_embeddings
          WHERE space = (SELECT id FROM spaces WHERE name = @space) AND (image, part) > (@image, @after) ${among}
          ORDER BY image, part LIMIT @limit`,
        )
        .all({ ...parameters, image, after }),
    );
    const last = rows.at(-1);
    if (!last) return;
    [image, after] = [last.key, last.part];
    yield rows.map(({ key, part, vector }) => ({
      key,
      part: decodePart(part),
      embedding: decodeVector(vector),
    }));
    await nextTurn();
  }
}
