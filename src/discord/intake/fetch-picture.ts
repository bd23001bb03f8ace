import { type Download, DownloadStatusError } from "../attachments/download.ts";
import type { PostedPicture } from "../attachments/posted-pictures.ts";
import { isWithheld, pictureAttachments } from "../attachments/raw-message.ts";
import type { DiscordApi } from "../discord-api.ts";
import { type Patience, patiently } from "../patience.ts";

export interface FetchParts {
  readonly download: Download;
  readonly api: Pick<DiscordApi, "message">;
  readonly patience?: Patience | undefined;
}

const EXPIRED = new Set([403, 404, 410]);

/** The picture's bytes, with a fresh link when the old one has expired. Undefined when it is no longer posted. */
export async function fetchPicture(
  { download, api, patience }: FetchParts,
  picture: PostedPicture,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const fetched = (url: string) =>
    patiently(() => download(url, signal), { attempts: 4, ...patience, signal });
  try {
    return await fetched(picture.url);
  } catch (error) {
    if (!(error instanceof DownloadStatusError && EXPIRED.has(error.status))) throw error;
    const { channelId, messageId, attachmentId } = picture.placement;
    const message = await api.message(channelId, messageId);
    if (message && isWithheld(message)) throw error;
    const attachment = message && pictureAttachments(message).find(({ id }) => id === attachmentId);
    return attachment && fetched(attachment.url);
  }
}
