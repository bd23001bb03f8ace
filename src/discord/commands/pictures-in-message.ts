import type { Message } from "discord.js";
import { GlimpseError } from "../../core/index.ts";

/** Looked at of one message; more would be one person's long wait. */
const MAX_PICTURES = 4;

/** Pictures of a message and of what it forwards. @throws GlimpseError when there is none */
export function picturesIn(message: Message) {
  const forwarded = [...message.messageSnapshots.values()].flatMap((snapshot) => [
    ...(snapshot.attachments?.values() ?? []),
  ]);
  const pictures = [...message.attachments.values(), ...forwarded].filter(({ contentType, name }) =>
    contentType ? /^image\/(?!svg)/.test(contentType) : /\.(jpe?g|png|webp|gif|avif|tiff?|bmp)$/i.test(name),
  );
  if (pictures.length === 0) throw new GlimpseError("There is no picture attached to that message.");
  return pictures.slice(0, MAX_PICTURES);
}
