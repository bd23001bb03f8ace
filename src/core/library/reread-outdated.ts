import { isLasting, PictureError } from "../errors.ts";
import { openQueue } from "../open-queue.ts";
import type { Catalog, CatalogImage, Embedder, PictureSource, RereadImage } from "../ports.ts";
import type { LongWork } from "../types.ts";
import type { Originals } from "./originals.ts";

const PAGE = 64;

interface RereadContext {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  readonly originals: Originals;
}

/**
 * Looks again at the originals of pictures that an older decoder read, or whose metadata nobody read: those are read, and those that come out
 * otherwise today are embedded again, with their tags and verdicts kept. Each page is committed before the next, so a
 * stop loses at most a page; those whose originals cannot be reached now are tried again by the next run of adding.
 */
export async function rereadOutdated(
  context: RereadContext,
  { signal, onProgress }: LongWork = {},
): Promise<void> {
  const { catalog, embedder } = context;
  const unlessAborted = (error: unknown) => {
    if (!signal?.aborted) throw error;
  };
  for (let after = 0, done = 0; !signal?.aborted; ) {
    const page = await catalog.images.outdated(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.key;
    const queue = await openQueue(embedder.concurrency);
    const read = await queue.addAll(
      page.map((image) => () => reread(context, image, signal).catch(unlessAborted)),
    );
    await catalog.images.putReread(read.flatMap((image) => image ?? []));
    done += page.length;
    onProgress?.({ stage: "reading again", done, total: null });
  }
}

async function reread(
  { embedder, originals }: RereadContext,
  { record }: CatalogImage,
  signal: AbortSignal | undefined,
): Promise<RereadImage | undefined> {
  const read = async (source: PictureSource): Promise<RereadImage> => {
    const inspected = await embedder.inspectPicture(source, signal);
    if (!inspected.decodesDifferently || inspected.id !== record.id) return inspected;
    const embedded = await embedder.embedPicture(source, signal);
    const { id, takenAt, facts } = embedded.picture;
    return { id, takenAt, facts, replacement: { ...embedded, space: embedder.space } };
  };
  // What the decoder of today refuses stays as it was read before, and is not tried again and again.
  const keepRefused = (error: unknown): RereadImage => {
    const { id, takenAt } = record;
    if (error instanceof PictureError && isLasting(error.code)) return { id, takenAt };
    throw error;
  };
  return originals.read(record, (source) => read(source).catch(keepRefused), signal);
}
