import PQueue from "p-queue";
import { PictureError } from "../errors.ts";
import type { Catalog, DatedPicture, Embedder } from "../ports.ts";
import type { ImageRecord, LongWork } from "../types.ts";
import { originalPaths } from "./read-original.ts";

const PAGE = 64;

/**
 * Reads the dates of pictures that an earlier release dated, from their files. Each page is committed before the next,
 * so a stop loses at most a page; those whose files cannot be read now are tried again by the next run of adding.
 */
export async function readDates(
  { catalog, embedder }: { readonly catalog: Catalog; readonly embedder: Embedder },
  { signal, onProgress }: LongWork = {},
): Promise<void> {
  for (let after = 0, done = 0; !signal?.aborted; ) {
    const page = await catalog.images.withUnreadDate(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.key;
    const queue = new PQueue({ concurrency: embedder.concurrency });
    const read = await queue.addAll(
      page.map(
        ({ record }) =>
          () =>
            readDate(embedder, record, signal),
      ),
    );
    await catalog.images.putCaptureTimes(read.filter((dated) => dated !== undefined));
    done += page.length;
    onProgress?.({ stage: "reading dates", done, total: null });
  }
}

/** From the first of its files that still holds the very bytes that were indexed. */
async function readDate(
  embedder: Embedder,
  image: ImageRecord,
  signal?: AbortSignal,
): Promise<DatedPicture | undefined> {
  for await (const path of originalPaths(image)) {
    try {
      const dated = await embedder.datePicture({ path }, signal);
      if (dated.id === image.id) return dated;
    } catch (error) {
      if (signal?.aborted) return undefined;
      if (!(error instanceof PictureError)) throw error;
    }
  }
  return undefined;
}
