import type { Client } from "discord.js";
import type { ImageRef, Library } from "../../core/index.ts";
import { jumpLink } from "../../shared/placements.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { Download } from "../gateway/download.ts";
import type { Erasures } from "../ingest/erasures.ts";
import type { GuildSettingsStore, TagRule } from "../ingest/guild-settings.ts";
import type { LivePicture } from "../ingest/live-messages.ts";
import type { PrivacyStore } from "../ingest/privacy-store.ts";
import { readersCanRead } from "../permissions/audience.ts";
import { permissionChannelId, type ReadableChannel } from "../permissions/readable-channels.ts";
import { findRepost, type RepostParts } from "./find-repost.ts";
import { tagMessage } from "./tag-message.ts";

export interface TagParts extends RepostParts {
  readonly library: Pick<Library, "findReposts" | "within">;
  readonly client: Client;
  readonly api: Pick<DiscordApi, "send" | "react">;
  readonly settings: GuildSettingsStore;
  readonly privacy: PrivacyStore;
  readonly erasures: Erasures;
  readonly download: Download;
}

/** Most tags shown for one picture. */
const MAX_TAGS = 5;

interface Finding {
  readonly tags: readonly { readonly emoji: string; readonly text: string }[];
  readonly repost: string | undefined;
}

/** Tags pictures just posted, by the channel's tag rule. Posts nothing unless a tag or a repost was found. */
export async function autoTag(
  parts: TagParts,
  channel: ReadableChannel,
  pictures: readonly LivePicture[],
): Promise<void> {
  const guildSettings = await parts.settings.get(channel.guildId);
  const rule = guildSettings.tagging[permissionChannelId(channel)];
  if (!rule || rule.mode === "off") return;
  for (const live of pictures) {
    const { byBot, placement } = live.picture;
    if (byBot || !(await parts.privacy.allows(placement.authorId, placement.postedAt))) continue;
    const finding = await findTagsAndRepost(parts, channel, live, rule);
    if (finding.tags.length > 0 || finding.repost) await publish(parts, live, rule, finding);
  }
}

async function findTagsAndRepost(
  parts: TagParts,
  channel: ReadableChannel,
  live: LivePicture,
  rule: TagRule,
): Promise<Finding> {
  const tags = rule.labels.length > 0 ? await tagsOf(parts, live, rule) : [];
  return { tags, repost: rule.reposts ? await repostLink(parts, channel, live) : undefined };
}

async function tagsOf(parts: TagParts, { picture, image }: LivePicture, rule: TagRule) {
  const ref: ImageRef = image ? { id: image.id } : { bytes: await parts.download(picture.url) };
  const { guildId, channelId } = picture.placement;
  const discord = { guildId, channelIds: [channelId], ageRestricted: true };
  const scope = { files: "none" as const, discord };
  const labels = rule.labels.map(parseTagLabel);
  const vocabulary = labels.map(({ text }) => ({ tag: text, threshold: rule.threshold }));
  const found = await parts.library.within(scope).suggestTags(ref, { tags: vocabulary });
  return found.slice(0, MAX_TAGS).flatMap(({ tag }) => labels.filter(({ text }) => text === tag));
}

async function repostLink(parts: TagParts, channel: ReadableChannel, { picture, image }: LivePicture) {
  const guild = parts.client.guilds.cache.get(channel.guildId);
  if (!guild || !image || picture.forwarded) return undefined;
  const earlier = await findRepost(parts, guild, channel, { image, placement: picture.placement });
  return earlier && jumpLink(earlier);
}

async function publish(
  parts: TagParts,
  { picture }: LivePicture,
  rule: TagRule,
  { tags, repost }: Finding,
): Promise<void> {
  const { channelId, messageId, spoiler, guildId } = picture.placement;
  if (rule.mode === "react") {
    // A reaction cannot be blurred.
    const shown = spoiler ? [] : tags.map(({ emoji }) => emoji);
    const emojis = new Set([...shown, ...(repost ? ["♻️"] : [])]);
    for (const emoji of emojis) await parts.api.react(channelId, messageId, emoji);
    return;
  }
  const message = { tags: tags.map(({ text }) => text), repost, messageId, spoiler };
  const write = async (where: string, body: object) => {
    const sent = await parts.api.send(where, body);
    const posts = [picture.placement];
    await parts.erasures.noteMessage(guildId, { channelId: where, messageId: sent, posts });
  };
  if (rule.mode === "reply") {
    const reply = { message_reference: { message_id: messageId, fail_if_not_exists: true } };
    await write(channelId, { ...tagMessage(message), ...reply });
  } else if (rule.mode === "log" && rule.logChannelId) {
    // Permissions may have changed since the log channel was set.
    const places = { audienceId: rule.logChannelId, sourceId: channelId };
    if (await readersCanRead(parts, guildId, places))
      await write(rule.logChannelId, tagMessage({ ...message, source: jumpLink(picture.placement) }));
  }
}

const EMOJI = /^(\p{Emoji_Presentation}|\p{Emoji}\uFE0F)(?:\u200D\p{Emoji}\uFE0F?)*\s*/u;

/** Splits a label such as `🐶 dog` into its emoji and the text that pictures are compared with. */
export function parseTagLabel(label: string): { readonly emoji: string; readonly text: string } {
  const emoji = EMOJI.exec(label)?.[0] ?? "";
  const rest = label.slice(emoji.length).trim();
  return rest === "" ? { emoji: "🏷️", text: label } : { emoji: emoji.trim() || "🏷️", text: rest };
}
