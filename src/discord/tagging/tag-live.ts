import type { Client } from "discord.js";
import type { ImageRef, Library } from "../../core/index.ts";
import { readersOfAlsoRead } from "../access/everyone-reads.ts";
import { type Place, rulingChannel } from "../access/place.ts";
import type { Download } from "../attachments/download.ts";
import type { DiscordApi } from "../discord-api.ts";
import { jumpLink } from "../gallery/jump-link.ts";
import type { LivePicture } from "../intake/live-messages.ts";
import type { GuildSettingsStore, TagRule } from "../settings/guild-settings.ts";
import type { PersonChoices } from "../settings/person-choices.ts";
import { findRepost, type RepostParts } from "./find-repost.ts";
import { parseLabel } from "./label.ts";
import { tagMessage } from "./tag-message.ts";

export interface TagParts extends RepostParts {
  readonly library: Pick<Library, "posted" | "sameAs" | "suggestTags">;
  readonly client: Client;
  readonly api: Pick<DiscordApi, "send" | "react">;
  readonly settings: GuildSettingsStore;
  readonly people: PersonChoices;
  readonly download: Download;
}

/** Tags shown of one picture. */
const MAX_TAGS = 5;

interface Finding {
  readonly tags: readonly { readonly emoji: string; readonly words: string }[];
  readonly repost: string | undefined;
}

/** Tags pictures just posted, as the channel's rule says; quiet unless a rule asks for more. */
export async function tagLive(
  parts: TagParts,
  place: Place,
  pictures: readonly LivePicture[],
): Promise<void> {
  const rules = await parts.settings.of(place.guildId);
  const rule = rules.tagging[rulingChannel(place)];
  if (!rule || rule.mode === "off") return;
  for (const live of pictures) {
    const { byProgram, placement } = live.picture;
    if (byProgram || !(await parts.people.welcomes(placement.authorId, placement.postedAt))) continue;
    const finding = await look(parts, place, live, rule);
    if (finding.tags.length > 0 || finding.repost) await show(parts, place, live, rule, finding);
  }
}

async function look(parts: TagParts, place: Place, live: LivePicture, rule: TagRule): Promise<Finding> {
  const tags = rule.labels.length > 0 ? await tagsOf(parts, live, rule) : [];
  return { tags, repost: rule.reposts ? await repostLink(parts, place, live) : undefined };
}

async function tagsOf(parts: TagParts, { picture, image }: LivePicture, rule: TagRule) {
  const ref: ImageRef = image ? { id: image.id } : { bytes: await parts.download(picture.url) };
  const labels = rule.labels.map(parseLabel);
  const vocabulary = labels.map(({ words }) => ({ tag: words, threshold: rule.threshold }));
  const found = await parts.library.suggestTags(ref, { tags: vocabulary });
  return found.slice(0, MAX_TAGS).flatMap(({ tag }) => labels.filter(({ words }) => words === tag));
}

async function repostLink(parts: TagParts, place: Place, { picture, image }: LivePicture) {
  const guild = parts.client.guilds.cache.get(place.guildId);
  if (!guild || !image || picture.forwarded) return undefined;
  const earlier = await findRepost(parts, guild, place, { image, placement: picture.placement });
  return earlier && jumpLink(earlier);
}

async function show(
  parts: TagParts,
  place: Place,
  { picture }: LivePicture,
  rule: TagRule,
  { tags, repost }: Finding,
): Promise<void> {
  const { channelId, messageId } = picture.placement;
  const words = tags.map((tag) => tag.words);
  if (rule.mode === "react") {
    const emojis = new Set([...tags.map(({ emoji }) => emoji), ...(repost ? ["♻️"] : [])]);
    for (const emoji of emojis) await parts.api.react(channelId, messageId, emoji);
  } else if (rule.mode === "reply") {
    const answered = { message_reference: { message_id: messageId, fail_if_not_exists: true } };
    await parts.api.send(channelId, { ...tagMessage({ words, repost, messageId, channelId }), ...answered });
  } else if (rule.mode === "log" && rule.logChannelId && (await mayLog(parts, place, rule.logChannelId))) {
    const source = jumpLink(picture.placement);
    await parts.api.send(rule.logChannelId, tagMessage({ words, repost, messageId, channelId, source }));
  }
}

/** Rights may have changed since the log was chosen. */
async function mayLog({ client, server }: TagParts, source: Place, logChannelId: string): Promise<boolean> {
  const guild = client.guilds.cache.get(source.guildId);
  const log = await server.place(source.guildId, logChannelId);
  return guild !== undefined && log !== undefined && readersOfAlsoRead(guild, log, source);
}
