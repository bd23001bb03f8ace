import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { NotEmbeddedError, NotFoundError, PictureError, UsageError } from "../errors.ts";
import type { CatalogImage, PictureSource } from "../ports.ts";
import { bestEffortSettings } from "../settings/best-effort-settings.ts";
import { shotEmbedding } from "../shot-embedding.ts";
import type { EmbeddedImage, Embedding, ImageId, Part, QueryTerm, Scope } from "../types.ts";
import { vectorFromBase64, vectorToBase64 } from "../vector.ts";
import { imageAtPath, resolveMoment } from "./resolve-image.ts";
import type { SearchContext } from "./search-context.ts";

const MAX_TERMS = 20;
const CACHE_TTL_MS = 30 * 24 * 3600 * 1000;
/** Cached texts, 8 to 32 MB of vectors. */
const CACHE_SLOTS = 8192;
/** Longer texts are cut before tokenizing: no model reads further, and tokenizers are not built for megabytes. */
const MAX_TEXT_LENGTH = 2000;

export interface Example {
  readonly id: ImageId;
  /** Of negative weight: pictures are to be unlike it. */
  readonly isDisliked: boolean;
  /** Given by its id in the library, not as a picture. */
  readonly isById: boolean;
  readonly fingerprint: Uint8Array | undefined;
}

export interface QueryVector {
  readonly embedding: Embedding;
  /** The pictures among the terms. */
  readonly examples: readonly Example[];
  readonly notes: readonly string[];
}

/**
 * One unit vector for the whole query: the weighted sum of the unit vectors of its terms.
 * @throws UsageError when the terms are empty or cancel each other out
 */
export async function queryVector(
  context: SearchContext,
  terms: readonly QueryTerm[],
  scope: Scope,
  signal?: AbortSignal,
): Promise<QueryVector> {
  if (terms.length > MAX_TERMS)
    throw new UsageError(`A query takes up to ${MAX_TERMS} parts; this one has ${terms.length}.`);
  const notes: string[] = [];
  const examples: Example[] = [];
  const sum = new Float64Array(context.embedder.dimensions);
  for (const term of terms) {
    const weight = term.weight ?? 1;
    if (!Number.isFinite(weight)) throw new UsageError(`A weight must be a number; got ${weight}.`);
    const { embedding, id, fingerprint } =
      "text" in term
        ? {
            embedding: await textVector(context, term.text, notes, signal),
            id: undefined,
            fingerprint: undefined,
          }
        : await imageVector(context, term.image, scope, signal);
    if (id !== undefined && weight !== 0)
      examples.push({ id, isDisliked: weight < 0, isById: isById(term), fingerprint });
    embedding.forEach((value, at) => {
      sum[at] = (sum[at] ?? 0) + weight * value;
    });
  }
  const length = Math.hypot(...sum);
  if (length < 1e-6)
    throw new UsageError("The parts of the query cancel each other out. Change a weight or drop one.");
  return { embedding: Float32Array.from(sum, (value) => value / length), examples, notes };
}

interface CachedVector {
  /** Of the text. */
  readonly digest: string;
  readonly vector: string;
  readonly truncated: boolean;
}

async function textVector(
  { embedder, settings }: SearchContext,
  text: string,
  notes: string[],
  signal?: AbortSignal,
): Promise<Embedding> {
  const trimmed = text.slice(0, MAX_TEXT_LENGTH).trim();
  if (trimmed === "")
    throw new UsageError('The query is empty. Say what the picture shows, such as "a dog on a beach".');
  const digest = createHash("sha256").update(trimmed).digest();
  const id = digest.toString("base64url");
  // Each text has one slot, which holds the latest text hashed to it: that bounds the cache in any store.
  const key = `query:${embedder.space}:${digest.readUInt32LE() % CACHE_SLOTS}`;
  const cache = bestEffortSettings(settings);
  const cached = await cache.get<CachedVector>(key);
  if (cached?.digest === id) {
    if (cached.truncated) notes.push(truncationNote(text));
    return vectorFromBase64(cached.vector);
  }
  const [embedded] = await embedder.embedTexts([trimmed], signal);
  if (embedded === undefined) throw new Error("the embedder gave no vector for a text");
  const truncated = embedded.truncated || text.trim().length > MAX_TEXT_LENGTH;
  if (truncated) notes.push(truncationNote(text));
  const vector = vectorToBase64(embedded.embedding);
  await cache.set<CachedVector>(key, { digest: id, vector, truncated }, CACHE_TTL_MS);
  return embedded.embedding;
}

const truncationNote = (text: string) =>
  `The query "${text.slice(0, 40).trim()}…" is longer than the model reads; its beginning was used.`;

const isById = (term: QueryTerm) => "image" in term && "id" in term.image && !("embedding" in term.image);

type ImageVector = Pick<EmbeddedImage, "embedding" | "id" | "fingerprint">;

async function imageVector(
  context: SearchContext,
  image: Extract<QueryTerm, { image: unknown }>["image"],
  scope: Scope,
  signal?: AbortSignal,
): Promise<ImageVector> {
  if ("embedding" in image) return vectorInSpace(context, image, scope);
  if (!("id" in image)) return pictureVector(context, image, scope, signal);
  const { image: known, part } = await resolveMoment(context.catalog, image.id, scope);
  return storedVector(context, known, part);
}

/** From the catalog: an older model ranks only some of the images that it knows. */
async function storedVector(
  context: SearchContext,
  { key, record }: CatalogImage,
  part?: Part,
): Promise<ImageVector> {
  const { catalog, embedder } = context;
  const shown = part && (await shotEmbedding(catalog.embeddings, embedder.space, { key, record }, part));
  // Of a frame no other picture is a copy.
  if (shown) return { embedding: shown, id: record.id, fingerprint: undefined };
  for await (const [stored] of catalog.embeddings.read(embedder.space, [key]))
    if (stored)
      return {
        embedding: stored.embedding,
        id: record.id,
        fingerprint: await catalog.images.fingerprint(key),
      };
  throw new NotEmbeddedError(
    `Image ${record.id.slice(0, 12)} has no vector under the current model yet. Run \`glimpse add\`.`,
  );
}

/**
 * A file of the library whose disk is away is known by what is stored of it. A query may have several pictures: the
 * error names the one that cannot be read.
 */
async function pictureVector(
  context: SearchContext,
  picture: PictureSource,
  scope: Scope,
  signal?: AbortSignal,
): Promise<ImageVector> {
  try {
    const { embedding, picture: facts } = await context.embedder.embedPicture(picture, signal);
    return { embedding, id: facts.id, fingerprint: facts.fingerprint };
  } catch (error) {
    if (!(error instanceof PictureError) || !("path" in picture)) throw error;
    const known =
      error.code === "unreadable" ? await imageAtPath(context.catalog, picture.path, scope) : undefined;
    if (known) return storedVector(context, known);
    if (!existsSync(picture.path)) throw thereIsNo(picture.path);
    throw new PictureError(error.code, `${picture.path}: ${error.message}`, { cause: error });
  }
}

const thereIsNo = (path: string) =>
  new NotFoundError(
    `There is no file ${path}, and the library knows none there. Give the path of a picture, or an id that results show.`,
  );

/** One that was embedded by another model has a vector of this one if it is in the library. */
async function vectorInSpace(
  context: SearchContext,
  image: EmbeddedImage,
  scope: Scope,
): Promise<ImageVector> {
  if (image.space === context.embedder.space) return image;
  const ids = image.id === undefined ? [] : [image.id];
  const [known] = await context.catalog.images.byId(ids, scope, "first");
  if (known && known.record.placements.length > 0) return storedVector(context, known);
  throw new UsageError("The model was changed since this picture was given. Ask again with the picture.");
}
