import { ChannelFlags } from "discord.js";
import { z } from "zod";
import { rawMessage } from "../attachments/raw-message.ts";
import { snowflake } from "../snowflake.ts";

/** The gateway's payloads, as far as they are looked at. */

/** Since 2025 an edit carries the whole message; older shapes may leave out what did not change. */
export const messageEdited = rawMessage.partial({ author: true }).extend({
  guild_id: snowflake,
  attachments: rawMessage.shape.attachments.unwrap().optional(),
  content: z.string().optional(),
  message_reference: z.object({ type: z.number().nullish() }).nullish(),
});
export type MessageEdited = z.infer<typeof messageEdited>;

export const messageDeleted = z.object({ id: snowflake, channel_id: snowflake, guild_id: snowflake });
export const messagesDeleted = z.object({
  ids: z.array(snowflake),
  channel_id: snowflake,
  guild_id: snowflake,
});
export const placeDeleted = z.object({ id: snowflake, guild_id: snowflake });
export const guildDeleted = z.object({ id: snowflake, unavailable: z.boolean().nullish() });
const guildNamed = z.object({ id: snowflake });
const channelFlags = z.number().nullish();
const isHidden = (flags: number | null | undefined) => ((flags ?? 0) & ChannelFlags.ChannelObfuscated) !== 0;

export const guildCreated = z
  .object({
    id: snowflake,
    channels: z.array(z.object({ id: snowflake, flags: channelFlags })).default([]),
  })
  .transform(({ id, channels }) => ({
    id,
    channels: channels.map((channel) => ({ id: channel.id, hidden: isHidden(channel.flags) })),
  }));
export const threadCreated = z.object({
  id: snowflake,
  guild_id: snowflake,
  parent_id: snowflake,
  newly_created: z.boolean().nullish(),
});
/** For channels that are created and updated. */
export const channelUpdated = z
  .object({ id: snowflake, guild_id: snowflake, flags: channelFlags })
  .transform(({ id, guild_id, flags }) => ({
    id,
    guild_id,
    hidden: isHidden(flags),
  }));
export const ready = z
  .object({ guilds: z.array(guildNamed), shard: z.tuple([z.number(), z.number()]).nullish() })
  .transform(({ guilds, shard }) => {
    const [index, count] = shard ?? [0, 1];
    return {
      guildIds: guilds.map(({ id }) => id),
      /** Whether this session is the one that hears of a server. */
      mine: (guildId: string) => Number((BigInt(guildId) >> 22n) % BigInt(count)) === index,
    };
  });
