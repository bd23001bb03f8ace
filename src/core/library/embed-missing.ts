import PQueue from "p-queue";
import { PictureError } from "../errors.ts";
import type { Catalog, CatalogImage, Embedder } from "../ports.ts";
import type { Embedding, ImageId, ImageRecord, LongWork } from "../types.ts";
import { originalPaths } from "./read-original.ts";

const PAGE = 64;

export interface EmbedMissingReport {
  readonly embedded: number;
  /** Images whose bytes cannot be read now: offline folders, Discord posts. They are tried again next time. */
  readonly unreachable: number;
}

interface Parts {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  /** Asked before each page: false ends the work, when another model has taken over meanwhile. */
  readonly isWanted?: () => Promise<boolean>;
}

/**
 * Embeds every image that has no vector in the embedder's space yet, from its files. Each page is committed
 * before the next, so a stop loses at most a page and the next run goes on from there.
 */
export async function embedMissing(
  { catalog, embedder, isWanted = async () => true }: Parts,
  work: LongWork = {},
): Promise<EmbedMissingReport> {
  const { images: total } = await catalog.images.totals();
  const start = await catalog.embeddings.count(embedder.space);
  let embedded = 0;
  let unreachable = 0;
  let after = 0;
  for (;;) {
    work.signal?.throwIfAborted();
    const page = await catalog.embeddings.missing(embedder.space, after, PAGE);
    const last = page.at(-1);
    if (last === undefined || !(await isWanted())) return { embedded, unreachable };
    after = last.key;
    const done = await embedPage(embedder, page, work.signal);
    if (done.length > 0) await catalog.embeddings.put(embedder.space, done);
    embedded += done.length;
    unreachable += page.length - done.length;
    work.onProgress?.({ stage: "embedding", done: start + embedded, total });
  }
}

async function embedPage(embedder: Embedder, page: readonly CatalogImage[], signal?: AbortSignal) {
  const queue = new PQueue({ concurrency: embedder.concurrency });
  const done = await queue.addAll(
    page.map(
      ({ record }) =>
        () =>
          embedOne(embedder, record, signal),
    ),
  );
  return done.filter((result) => result !== undefined);
}

/** From the first of its files that still holds the very bytes that were indexed. */
async function embedOne(
  embedder: Embedder,
  image: ImageRecord,
  signal?: AbortSignal,
): Promise<{ id: ImageId; embedding: Embedding } | undefined> {
  for await (const path of originalPaths(image)) {
    try {
      const { picture, embedding } = await embedder.embedPicture({ path }, signal);
      if (picture.id === image.id) return { id: image.id, embedding };
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
    }
  }
  return undefined;
}
