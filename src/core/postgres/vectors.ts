import { LibraryError } from "../errors.ts";
import { encodePart, WHOLE } from "../part.ts";
import type { ImageKey } from "../ports.ts";
import type { Embedding, EmbeddingSpace } from "../types.ts";
import type { Session } from "./connection.ts";

/** A row with its vector lies in one page of 8 kB. */
const MAX_DIMENSIONS = 2000;
/** Tells every float32 from its neighbours. */
const DIGITS = 9;

export interface NewVector {
  readonly space: EmbeddingSpace;
  readonly key: ImageKey;
  readonly embedding: Embedding;
  /** As `encodePart` writes it; default: of the whole image. */
  readonly part?: string | undefined;
}

/** As the server reads it, bit for bit. */
export const vectorText = (vector: Embedding): string =>
  `[${Array.from(vector, (value) => (Object.is(value, -0) ? "-0" : Number(value.toPrecision(DIGITS)))).join(",")}]`;

/** SQL: the bytes of a vector, for `vectorFromServer`. */
export const bytesOf = (column: string): string => `vector_send(${column})`;

const HEADER = 4;

/** From what is sent: dimensions and nothing, two bytes each, then the numbers, all with the high byte first. */
export function vectorFromServer(sent: Uint8Array): Embedding {
  const view = new DataView(sent.buffer, sent.byteOffset, sent.byteLength);
  return Float32Array.from({ length: (sent.byteLength - HEADER) / 4 }, (_, at) =>
    view.getFloat32(HEADER + 4 * at),
  );
}

/** Keeps existing ones. To be called last in a transaction: it orders the changes of a space. */
export async function addVectors(session: Session, added: readonly NewVector[]): Promise<void> {
  await write(session, added, "NOTHING");
}

/** To be called last in a transaction, too. @returns the number of the space of each */
export function replaceVectors(session: Session, replaced: readonly NewVector[]): Promise<number[]> {
  return write(session, replaced, "UPDATE SET vector = excluded.vector");
}

async function write(session: Session, vectors: readonly NewVector[], onConflict: string): Promise<number[]> {
  if (vectors.length === 0) return [];
  const spaces = new Map<EmbeddingSpace, number>();
  for (const { space, embedding } of vectors) {
    const known = spaces.get(space);
    spaces.set(space, known ?? (await spaceFor(session, space, embedding.length)));
    refuseOtherLength(vectors, space, embedding.length);
  }
  const unique = new Map<string, NewVector>();
  for (const vector of vectors) {
    const name = `${vector.space} ${vector.key} ${vector.part}`;
    // Where existing ones are kept, the first of several is one.
    if (onConflict !== "NOTHING" || !unique.has(name)) unique.set(name, vector);
  }
  const rows = [...unique.values()].sort((a, b) => a.key - b.key);
  const whole = encodePart(WHOLE);
  await session.run(
    `INSERT INTO vectors (space, image, part, vector)
      SELECT n.space, n.image, n.part, n.vector::vector
      FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::text[]) AS n (space, image, part, vector)
    ON CONFLICT (space, image, part) DO ${onConflict}`,
    [
      rows.map(({ space }) => spaces.get(space)),
      rows.map(({ key }) => key),
      rows.map(({ part }) => part ?? whole),
      rows.map(({ embedding }) => vectorText(embedding)),
    ],
  );
  return vectors.map(({ space }) => spaces.get(space) ?? 0);
}

function refuseOtherLength(vectors: readonly NewVector[], name: EmbeddingSpace, length: number): void {
  for (const { space, embedding } of vectors)
    if (space === name && embedding.length !== length) throw wrongLength(name, length, embedding.length);
}

const wrongLength = (name: EmbeddingSpace, expected: number, found: number) =>
  new RangeError(`${name} has ${expected} dimensions, this embedding ${found}`);

/** The space's number, assigned on first use. @throws RangeError when its vectors have another length. */
async function spaceFor(session: Session, name: EmbeddingSpace, dimensions: number): Promise<number> {
  if (dimensions > MAX_DIMENSIONS)
    throw new LibraryError(
      `A library on PostgreSQL holds vectors of at most ${MAX_DIMENSIONS} numbers; those of ${name} have ${dimensions}. Use another model, or a library in a folder.`,
    );
  const known = await findSpace(session, name);
  if (known?.dimensions === dimensions) return known.id;
  if (known && known.dimensions !== null) throw wrongLength(name, known.dimensions, dimensions);
  const [row] = await session.rows<{ id: number; dimensions: number }>(
    `INSERT INTO spaces AS s (name, dimensions) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET dimensions = coalesce(s.dimensions, excluded.dimensions) RETURNING id, dimensions`,
    [name, dimensions],
  );
  if (row?.dimensions !== dimensions) throw wrongLength(name, row?.dimensions ?? 0, dimensions);
  return row.id;
}

export interface SpaceRow {
  readonly id: number;
  /** Null in a space that was dropped. */
  readonly dimensions: number | null;
  readonly seq: number;
  readonly forgottenSeq: number;
}

export async function findSpace(
  session: Pick<Session, "rows">,
  name: EmbeddingSpace,
): Promise<SpaceRow | undefined> {
  const [row] = await session.rows<SpaceRow>(
    `SELECT id, dimensions, seq, forgotten_seq AS "forgottenSeq" FROM spaces WHERE name = $1`,
    [name],
  );
  return row;
}
