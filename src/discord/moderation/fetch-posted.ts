import { type Download, downloadLimits } from "../gateway/download.ts";
import { withRetry } from "../gateway/retry.ts";
import type { PostedPicture } from "../ingest/posted-pictures.ts";
import type { Log } from "../log.ts";

/** Undefined for one that is too large, cannot be fetched or is gone already: it hides none of the others of its message. */
export async function fetchPosted(
  { download, log }: { readonly download: Download; readonly log: Log },
  { bytes, url }: Pick<PostedPicture, "bytes" | "url">,
): Promise<Uint8Array | undefined> {
  if (bytes > downloadLimits.maxBytes) return undefined;
  try {
    return await withRetry(() => download(url), { attempts: 3 });
  } catch (error) {
    log.info({ error }, "a picture could not be fetched for moderation");
    return undefined;
  }
}
