import PQueue from "p-queue";
import type { Catalog, Embedder, PictureSource } from "../ports.ts";
import type { LongWork } from "../types.ts";
import type { Originals } from "./originals.ts";

const PAGE = 64;

/**
 * Reads the dates of pictures that an earlier release dated, from their originals. Each page is committed before the next,
 * so a stop loses at most a page; those whose originals cannot be read now are tried again by the next run of adding.
 */
export async function readDates(
  {
    catalog,
    embedder,
    originals,
  }: { readonly catalog: Catalog; readonly embedder: Embedder; readonly originals: Originals },
  { signal, onProgress }: LongWork = {},
): Promise<void> {
  const readDate = (source: PictureSource) => embedder.datePicture(source, signal);
  const unlessAborted = (error: unknown) => {
    if (!signal?.aborted) throw error;
  };
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
            originals.read(record, readDate, signal).catch(unlessAborted),
      ),
    );
    await catalog.images.putCaptureTimes(read.flatMap((dated) => dated ?? []));
    done += page.length;
    onProgress?.({ stage: "reading dates", done, total: null });
  }
}
