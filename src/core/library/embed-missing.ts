import { openQueue } from "../open-queue.ts";
import { vectorsOfImage } from "../part.ts";
import type { Catalog, CatalogImage, EmbeddedPart, Embedder, PictureSource } from "../ports.ts";
import type { Embedding, ImageId, LongWork } from "../types.ts";
import { EmbeddingClaims } from "./embedding-claims.ts";
import type { Originals } from "./originals.ts";

const PAGE = 64;

export interface EmbedMissingReport {
  readonly embedded: number;
  /** Images that had a vector before. */
  readonly alreadyEmbedded: number;
  /** Images whose originals cannot be read now: offline folders, Discord posts. They are tried again next time. */
  readonly unreachable: number;
}

interface EmbedMissingContext {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  readonly originals: Originals;
  /** Called before each page: false ends the work, when another model has taken over meanwhile. */
  readonly isWanted?: () => Promise<boolean>;
}

/**
 * Embeds every image that has no vector in the embedder's space yet, from its original. Each page is committed
 * before the next, so a stop loses at most a page and the next run goes on from there. Several runs at once share the
 * pictures: none is embedded twice.
 */
export async function embedMissing(
  { catalog, embedder, originals, isWanted = async () => true }: EmbedMissingContext,
  work: LongWork = {},
): Promise<EmbedMissingReport> {
  const { images: total } = await catalog.images.totals();
  const alreadyEmbedded = await catalog.embeddings.count(embedder.space);
  const claims = new EmbeddingClaims(catalog, embedder.space);
  /** What another run was embedding when this one came by. */
  const busy: CatalogImage[] = [];
  let embedded = 0;
  let unreachable = 0;
  const embed = async (images: readonly CatalogImage[]) => {
    const done = await embedAll({ embedder, originals }, images, work.signal);
    if (done.length > 0) await catalog.embeddings.put(embedder.space, done.flatMap(vectorsOfImage));
    await claims.releaseAll();
    embedded += done.length;
    unreachable += images.length - done.length;
    work.onProgress?.({ stage: "embedding", done: alreadyEmbedded + embedded, total });
  };
  try {
    for (let after = 0; ; ) {
      work.signal?.throwIfAborted();
      const page = await catalog.embeddings.missing(embedder.space, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      if (!(await isWanted())) return { embedded, alreadyEmbedded, unreachable };
      after = last.key;
      const free: CatalogImage[] = [];
      for (const image of page) {
        const outcome = await claims.tryTake(image.record.id);
        if (outcome === "taken") free.push(image);
        if (outcome === "busy") busy.push(image);
      }
      await embed(free);
    }
    // Only now, with no claim of its own, may this run wait for others, which may wait for it.
    for (const image of busy)
      if (await claims.take(image.record.id, undefined, work.signal)) await embed([image]);
    return { embedded, alreadyEmbedded, unreachable };
  } finally {
    await claims.releaseAll();
  }
}

export interface Embedded {
  readonly id: ImageId;
  readonly embedding: Embedding;
  readonly parts?: readonly EmbeddedPart[] | undefined;
}

async function embedAll(
  context: Pick<EmbedMissingContext, "embedder" | "originals">,
  images: readonly CatalogImage[],
  signal?: AbortSignal,
): Promise<Embedded[]> {
  const queue = await openQueue(context.embedder.concurrency);
  const done = await queue.addAll(
    images.map(
      ({ record }) =>
        () =>
          embedOriginal(context, record, signal),
    ),
  );
  return done.filter((result) => result !== undefined);
}

/** Undefined when its original cannot be read now. */
export function embedOriginal(
  { embedder, originals }: Pick<EmbedMissingContext, "embedder" | "originals">,
  record: CatalogImage["record"],
  signal?: AbortSignal,
): Promise<Embedded | undefined> {
  const embed = async (source: PictureSource) => {
    const { picture, embedding, parts } = await embedder.embedPicture(source, signal);
    return { id: picture.id, embedding, parts };
  };
  return originals.read(record, embed, signal);
}
