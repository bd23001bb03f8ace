import { createHash } from "node:crypto";
import * as z from "zod";
import { isFilmName } from "../../core/index.ts";

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
  message: z.object({
    content: z.string().catch(""),
    attachments: attachments.default([]),
    embeds: z.array(z.unknown()).nullish().catch(null),
    sticker_items: z.array(z.unknown()).nullish().catch(null),
  }),
});

export const rawMessage = z.object({
  id: snowflake,
  channel_id: snowflake,
  guild_id: snowflake.nullish(),
  author: z.object({
    id: snowflake,
    bot: z.boolean().nullish(),
    username: z.string().nullish().catch(null),
  }),
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

/** A picture or a film, by its content type, else by its name. Only a guess: decoding decides later. */
function looksLikePicture({ content_type, filename }: RawAttachment): boolean {
  if (content_type?.startsWith("image/")) return !content_type.startsWith("image/svg");
  return content_type?.startsWith("video/") || PICTURE_NAME.test(filename) || isFilmName(filename);
}

/** Pictures and films attached to the message itself and to the messages it forwards, its stickers, and pictures of its links. */
export function pictureAttachments(message: RawMessage): RawAttachment[] {
  const parts = [message, ...(message.message_snapshots ?? []).map((snapshot) => snapshot.message)];
  const attached = parts.flatMap(({ attachments }) => attachments);
  const all = new Map(attached.map((attachment) => [attachment.id, attachment]));
  return [
    ...[...all.values()].filter(looksLikePicture),
    ...stickers(
      message.id,
      parts.flatMap(({ sticker_items }) => sticker_items ?? []),
    ),
    ...linkedPictures(
      message.id,
      parts.flatMap(({ embeds }) => embeds ?? []),
    ),
  ];
}

const embeddedPicture = z.object({ url: z.string(), proxy_url: z.string() });
const embed = z.object({
  url: z.string().nullish().catch(null),
  image: embeddedPicture.nullish().catch(null),
  thumbnail: embeddedPicture.nullish().catch(null),
});

/** Ids of linked pictures begin here: Discord's own reach it in the year 2090. */
const FIRST_LINKED_ID = 10n ** 19n;
const LINKED_IDS = 8n * 10n ** 18n;
const MAX_LINKED = 10;
const FIRST_STICKER_ID = FIRST_LINKED_ID + LINKED_IDS;
const STICKER_IDS = 4n * 10n ** 17n;

export const isSticker = ({ id }: Pick<RawAttachment, "id">): boolean => BigInt(id) >= FIRST_STICKER_ID;

export const isLinked = ({ id }: Pick<RawAttachment, "id">): boolean =>
  BigInt(id) >= FIRST_LINKED_ID && !isSticker({ id });

/** Of something in a message that has no id of its own there. */
const numberOf = (...parts: readonly (string | number)[]): bigint =>
  createHash("sha256").update(parts.join(" ")).digest().readBigUInt64BE(0);

const sticker = z.object({ id: snowflake, name: z.string().catch(""), format_type: z.number() });
/** Of the formats that are pictures: PNG, animated PNG, GIF. */
const STICKER_FILES: ReadonlyMap<number, readonly [host: string, ending: string]> = new Map([
  [1, ["cdn.discordapp.com", "png"]],
  [2, ["cdn.discordapp.com", "png"]],
  [4, ["media.discordapp.net", "gif"]],
]);

/** A sticker's own id is the same in all messages: here its id is made of both, as if it were attached. */
function stickers(messageId: string, items: readonly unknown[]): RawAttachment[] {
  return items.flatMap((item): RawAttachment[] => {
    const { data } = sticker.safeParse(item);
    const file = data && STICKER_FILES.get(data.format_type);
    if (!data || !file) return [];
    const [host, ending] = file;
    return [
      {
        id: String(FIRST_STICKER_ID + (numberOf(messageId, "sticker", data.id) % STICKER_IDS)),
        filename: `${data.name}.${ending}`,
        size: 0,
        url: `https://${host}/stickers/${data.id}.${ending}`,
      },
    ];
  });
}

/**
 * The pictures that Discord shows of a message's links, through its own proxy, as if they were attached. Discord gives them
 * no ids: theirs are made of the message, the link, and which of its pictures it is.
 */
function linkedPictures(id: string, embeds: readonly unknown[]): RawAttachment[] {
  const seen = new Map<string, number>();
  const found = embeds.flatMap((each): RawAttachment[] => {
    const { data } = embed.safeParse(each);
    const picture = data?.image ?? data?.thumbnail;
    if (!data || !picture || !proxiedUrl(picture.proxy_url)) return [];
    const link = data.url ?? picture.url;
    const nth = (seen.get(link) ?? 0) + 1;
    seen.set(link, nth);
    return [
      {
        id: String(FIRST_LINKED_ID + (numberOf(id, nth, link) % LINKED_IDS)),
        filename: URL.canParse(link) ? new URL(link).hostname : "",
        size: 0,
        url: picture.proxy_url,
      },
    ];
  });
  return found.slice(0, MAX_LINKED);
}

const PROXY = /^images-ext-\d{1,3}\.discordapp\.net$/;

/** An address of Discord's proxy for pictures that lie elsewhere; undefined for anything else. */
export function proxiedUrl(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const plain = url.protocol === "https:" && url.port === "" && url.username === "" && url.password === "";
  return plain && PROXY.test(url.hostname) && url.pathname.startsWith("/external/") ? url : undefined;
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
