import PQueue from "p-queue";
import type { Catalog, CatalogImage, Embedder, PictureSource } from "../ports.ts";
import type { LongWork } from "../types.ts";
import type { Originals } from "./originals.ts";

const PAGE = 64;

export interface EmbedMissingReport {
  readonly embedded: number;
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
 * before the next, so a stop loses at most a page and the next run goes on from there.
 */
export async function embedMissing(
  { catalog, embedder, originals, isWanted = async () => true }: EmbedMissingContext,
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
    const done = await embedPage({ embedder, originals }, page, work.signal);
    if (done.length > 0) await catalog.embeddings.put(embedder.space, done);
    embedded += done.length;
    unreachable += page.length - done.length;
    work.onProgress?.({ stage: "embedding", done: start + embedded, total });
  }
}

async function embedPage(
  { embedder, originals }: Pick<EmbedMissingContext, "embedder" | "originals">,
  page: readonly CatalogImage[],
  signal?: AbortSignal,
) {
  const queue = new PQueue({ concurrency: embedder.concurrency });
  const embed = async (source: PictureSource) => {
    const { picture, embedding } = await embedder.embedPicture(source, signal);
    return { id: picture.id, embedding };
  };
  const done = await queue.addAll(
    page.map(
      ({ record }) =>
        () =>
          originals.read(record, embed, signal),
    ),
  );
  return done.filter((result) => result !== undefined);
}
