import type { DiscordPlacement, OriginalReader } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { type Download, DownloadStatusError } from "../gateway/download.ts";
import { pictureAttachments } from "../gateway/payloads.ts";
import { type RetryOptions, withRetry } from "../gateway/retry.ts";
import type { PostedPicture } from "./posted-pictures.ts";

export interface FetchParts {
  readonly download: Download;
  readonly api: Pick<DiscordApi, "message" | "withholds">;
  readonly retryOptions?: RetryOptions | undefined;
}

const EXPIRED = new Set([403, 404, 410]);

/** The picture's bytes, through a fresh link when the old one has expired. Undefined when it is no longer posted. */
export async function fetchPicture(
  { download, api, retryOptions }: FetchParts,
  picture: PostedPicture,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const fetched = (url: string) =>
    withRetry(() => download(url, signal), { attempts: 4, ...retryOptions, signal });
  try {
    return await fetched(picture.url);
  } catch (error) {
    if (!(error instanceof DownloadStatusError && EXPIRED.has(error.status))) throw error;
    const { channelId, messageId, attachmentId } = picture.placement;
    const message = await api.message(channelId, messageId);
    if (message && (await api.withholds(message))) throw error;
    const attachment = message && pictureAttachments(message).find(({ id }) => id === attachmentId);
    return attachment && fetched(attachment.url);
  }
}

/** Originals as they are posted now, for whatever the library reads again. */
export const postedOriginals =
  ({ download, api, retryOptions }: FetchParts): OriginalReader<DiscordPlacement> =>
  async ({ channelId, messageId, attachmentId }, signal) => {
    const message = await api.message(channelId, messageId);
    if (!message || (await api.withholds(message))) return undefined;
    const attachment = pictureAttachments(message).find(({ id }) => id === attachmentId);
    if (!attachment) return undefined;
    const options = { attempts: 4, ...retryOptions, signal };
    return { bytes: await withRetry(() => download(attachment.url, signal), options) };
  };
