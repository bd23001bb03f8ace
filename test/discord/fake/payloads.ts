import { ChannelType } from "discord.js";
import { type FakeChannel, type FakeGuild, type FakeMember, type FakeMessage, isThread } from "./model.ts";

/** The JSON that Discord sends for the fake's records. */

export const userJson = (member: { userId: string; name: string; bot: boolean }) => ({
  id: member.userId,
  username: member.name,
  discriminator: "0",
  global_name: member.name,
  avatar: null,
  bot: member.bot,
});

export const memberJson = (member: FakeMember) => ({
  user: userJson(member),
  roles: member.roles,
  joined_at: "2024-01-01T00:00:00.000Z",
  deaf: false,
  mute: false,
  flags: 0,
  nick: null,
  avatar: null,
  communication_disabled_until: member.timedOut ? new Date(Date.now() + 3_600_000).toISOString() : null,
});

export const roleJson = (role: { id: string; name: string; permissions: bigint }, position: number) => ({
  id: role.id,
  name: role.name,
  permissions: String(role.permissions),
  color: 0,
  colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
  hoist: false,
  position,
  managed: false,
  mentionable: false,
  flags: 0,
});

export function channelJson(channel: FakeChannel) {
  const last = channel.messages.at(-1)?.id ?? null;
  const common = {
    id: channel.id,
    guild_id: channel.guildId,
    type: channel.type,
    name: channel.name,
    parent_id: channel.parentId ?? null,
    flags: channel.flags,
    last_message_id: last,
  };
  if (!isThread(channel)) {
    const overwrites = channel.overwrites.map((overwrite) => ({
      id: overwrite.id,
      type: overwrite.type,
      allow: String(overwrite.allow ?? 0n),
      deny: String(overwrite.deny ?? 0n),
    }));
    return { ...common, position: 0, nsfw: channel.nsfw, permission_overwrites: overwrites, topic: null };
  }
  return {
    ...common,
    owner_id: "1",
    message_count: channel.messages.length,
    member_count: channel.members.size,
    rate_limit_per_user: 0,
    thread_metadata: {
      archived: channel.archived,
      auto_archive_duration: 1440,
      archive_timestamp: new Date().toISOString(),
      locked: false,
      ...(channel.type === ChannelType.PrivateThread ? { invitable: false } : {}),
    },
  };
}

/** What a gateway shows of a channel that the bot may not see. */
export const hiddenChannelJson = (channel: FakeChannel) => ({
  id: channel.id,
  guild_id: channel.guildId,
  type: channel.type,
  name: "___hidden___",
  position: 0,
  parent_id: channel.parentId ?? null,
  flags: 1 << 17,
  permission_overwrites: [{ id: channel.guildId, type: 0, allow: "0", deny: "1024" }],
});

export function guildJson(guild: FakeGuild, botId: string) {
  const channels = [...guild.channels.values()];
  const bot = guild.members.get(botId);
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    roles: [...guild.roles.values()].map(roleJson),
    channels: channels.filter((channel) => !isThread(channel)).map(channelJson),
    threads: channels.filter((channel) => isThread(channel) && !channel.archived).map(channelJson),
    members: bot ? [memberJson(bot)] : [],
    emojis: [],
    stickers: [],
    features: [],
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    joined_at: "2024-01-01T00:00:00.000Z",
    member_count: guild.members.size,
    large: false,
    unavailable: false,
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: guild.systemChannelId ?? null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    preferred_locale: guild.preferredLocale ?? "en-US",
    premium_tier: 0,
    premium_progress_bar_enabled: false,
    verification_level: 0,
    explicit_content_filter: 0,
    default_message_notifications: 0,
    mfa_level: 0,
    nsfw_level: 0,
    vanity_url_code: null,
    application_id: null,
  };
}

export function messageJson(message: FakeMessage, author: FakeMember | undefined, guildId?: string) {
  return {
    id: message.id,
    channel_id: message.channelId,
    ...(guildId ? { guild_id: guildId } : {}),
    author: author
      ? userJson(author)
      : {
          id: message.authorId,
          username: message.webhook?.name ?? "someone",
          discriminator: "0",
          avatar: null,
          bot: message.bot,
        },
    content: message.content,
    timestamp: new Date(Number((BigInt(message.id) >> 22n) + 1_420_070_400_000n)).toISOString(),
    edited_timestamp: message.editedAt,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: message.attachments,
    embeds: message.embeds ?? [],
    pinned: false,
    type: message.answers ? 19 : 0,
    ...(message.answers
      ? { message_reference: { type: 0, channel_id: message.channelId, message_id: message.answers } }
      : {}),
    ...(message.webhook
      ? { webhook_id: message.webhook.id, application_id: message.webhook.applicationId }
      : {}),
    ...(message.components ? { components: message.components } : {}),
    ...message.extras,
    ...(message.snapshots.length > 0
      ? {
          message_reference: { type: 1, channel_id: message.channelId, message_id: message.id },
          message_snapshots: message.snapshots.map((snapshot) => ({
            message: {
              type: 0,
              content: snapshot.content,
              embeds: snapshot.embeds ?? [],
              ...snapshot.extras,
              attachments: snapshot.attachments,
              timestamp: new Date().toISOString(),
              edited_timestamp: null,
              flags: 0,
            },
          })),
        }
      : {}),
  };
}
