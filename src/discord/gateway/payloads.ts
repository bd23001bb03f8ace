import * as z from "zod";

/** Discord's ids: time since 2015 in the upper 42 bits, so that later is larger. Decimal text, never a number. */
export const snowflake = z.string().regex(/^\d{1,20}$/);

const DISCORD_EPOCH_MS = 1_420_070_400_000;

export const timestampOf = (id: string): number => Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;

/** The smallest id of that moment. */
export const snowflakeAt = (time: number): string =>
  String(BigInt(Math.max(0, Math.floor(time) - DISCORD_EPOCH_MS)) << 22n);

export const isLater = (id: string, other: string): boolean => BigInt(id) > BigInt(other);

export const compareSnowflakes = (a: string, b: string): number => (a === b ? 0 : isLater(a, b) ? 1 : -1);

/** The fields of a message that the bot uses; the same over the gateway and REST. */
const rawAttachment = z.object({
  id: snowflake,
  filename: z.string().catch(""),
  size: z.number().catch(0),
  url: z.string().catch(""),
  content_type: z.string().nullish().catch(null),
  /** Alt text that its poster wrote. */
  description: z.string().nullish().catch(null),
  flags: z.number().nullish().catch(null),
});

/** What cannot be read in a message is left out of it: one odd part must not hide the rest, nor the messages around it. */
const attachments = z.array(z.unknown()).transform((all) =>
  all.flatMap((each) => {
    const { data } = rawAttachment.safeParse(each);
    return data ? [data] : [];
  }),
);

const snapshot = z.object({
  message: z.object({ content: z.string().catch(""), attachments: attachments.default([]) }),
});

export const rawMessage = z.object({
  id: snowflake,
  channel_id: snowflake,
  guild_id: snowflake.nullish(),
  author: z.object({ id: snowflake, bot: z.boolean().nullish() }),
  webhook_id: snowflake.nullish(),
  application_id: snowflake.nullish().catch(null),
  content: z
    .string()
    .nullish()
    .catch("")
    .transform((content) => content ?? ""),
  attachments: attachments.default([]),
  embeds: z.array(z.unknown()).nullish().catch(null),
  components: z.array(z.unknown()).nullish().catch(null),
  message_snapshots: z.array(snapshot).nullish().catch(null),
  poll: z.unknown().optional(),
  sticker_items: z.array(z.unknown()).nullish().catch(null),
});

const withId = z.object({ id: snowflake, channel_id: snowflake });

/**
 * Messages as Discord lists them. One that cannot be read stays as a bare one, which is no evidence of anything: its place
 * in the list still counts.
 */
export const messageList = z.array(z.unknown()).transform((all) =>
  all.flatMap((each): RawMessage[] => {
    const { data } = rawMessage.safeParse(each);
    if (data) return [data];
    const known = withId.safeParse(each).data;
    return known ? [{ ...known, author: { id: "0" }, content: "", attachments: [] }] : [];
  }),
);

export type RawMessage = z.infer<typeof rawMessage>;
export type RawAttachment = z.infer<typeof rawAttachment>;

const PICTURE_NAME = /\.(jpe?g|png|webp|gif|avif|hei[cf]|hif|tiff?|bmp)$/i;

/** By its content type, else by its name. Only a guess: decoding decides later. */
function looksLikePicture({ content_type, filename }: RawAttachment): boolean {
  if (content_type?.startsWith("image/")) return !content_type.startsWith("image/svg");
  return !content_type?.startsWith("video/") && PICTURE_NAME.test(filename);
}

/** Pictures attached to the message itself and to the messages it forwards. */
export function pictureAttachments(message: RawMessage): RawAttachment[] {
  const forwarded = (message.message_snapshots ?? []).flatMap((snapshot) => snapshot.message.attachments);
  const all = new Map(
    [...message.attachments, ...forwarded].map((attachment) => [attachment.id, attachment]),
  );
  return [...all.values()].filter(looksLikePicture);
}

/**
 * Without anything of what Discord strips for a bot without the Message Content intent, over REST as soon as it is
 * turned off. Such a message by itself is no evidence about its attachments.
 */
export function isBare(message: RawMessage): boolean {
  const { embeds, components, poll } = message;
  const parts = [message, ...(message.message_snapshots ?? []).map((snapshot) => snapshot.message)];
  const hasNone = parts.every(({ content, attachments }) => content === "" && attachments.length === 0);
  return hasNone && !embeds?.length && !components?.length && !poll;
}
