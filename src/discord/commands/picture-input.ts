import type { Message } from "discord.js";
import { PictureError } from "../../core/index.ts";
import { downloadLimits } from "../gateway/download.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";

export interface OfferedFile {
  readonly url: string;
  readonly name: string;
  readonly size: number;
}

/** The bytes of an attachment given as input; it is not stored. @throws Refusal, PictureError */
export async function fetchAttachment(context: BotContext, { url, size }: OfferedFile): Promise<Uint8Array> {
  if (size > downloadLimits.maxBytes) {
    const mib = downloadLimits.maxBytes / 2 ** 20;
    throw new Refusal(({ tooLarge }) => tooLarge(mib));
  }
  try {
    return await context.download(url);
  } catch (error) {
    // Has a message of its own: too many bytes, too slow, not a Discord host.
    if (error instanceof PictureError) throw error;
    context.log.debug({ error }, "a shown picture could not be fetched");
    throw new Refusal(({ notFetched }) => notFetched, { cause: error });
  }
}

/** Per message, where each is asked for by itself: more would make one user wait too long. */
const MAX_PICTURES = 4;

/** The first picture attachments of a message and of what it forwards, and how many it has. @throws Refusal when there is none */
export function messagePictures(message: Message, most = MAX_PICTURES) {
  const forwarded = [...message.messageSnapshots.values()].flatMap((snapshot) => [
    ...(snapshot.attachments?.values() ?? []),
  ]);
  const pictures = [...message.attachments.values(), ...forwarded].filter(({ contentType, name }) =>
    contentType
      ? /^image\/(?!svg)/.test(contentType)
      : /\.(jpe?g|png|webp|gif|avif|hei[cf]|hif|tiff?|bmp)$/i.test(name),
  );
  if (pictures.length === 0) throw new Refusal(({ noPicture }) => noPicture);
  return { first: pictures.slice(0, most), of: pictures.length };
}
