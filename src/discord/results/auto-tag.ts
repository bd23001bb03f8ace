import type { Client } from "discord.js";
import type { DiscordPlacement, ImageRef, Library } from "../../core/index.ts";
import { jumpLink } from "../../shared/placements.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { Download } from "../gateway/download.ts";
import type { Erasures } from "../ingest/erasures.ts";
import type { GuildSettingsStore, TagRule } from "../ingest/guild-settings.ts";
import type { LivePicture } from "../ingest/live-messages.ts";
import type { PrivacyStore } from "../ingest/privacy-store.ts";
import type { Log } from "../log.ts";
import { readersCanRead } from "../permissions/audience.ts";
import { permissionChannelId, type ReadableChannel } from "../permissions/readable-channels.ts";
import { answersIn } from "../texts/languages.ts";
import { findRepost, type RepostParts } from "./find-repost.ts";
import { parseTagLabel, reactionName, type TagLabel } from "./tag-labels.ts";
import type { TagLimit } from "./tag-limit.ts";
import { type TaggedPicture, tagMessage } from "./tag-message.ts";

export interface TagParts extends RepostParts {
  readonly library: Pick<Library, "findReposts" | "within">;
  readonly client: Client;
  readonly api: Pick<DiscordApi, "send" | "react">;
  readonly settings: GuildSettingsStore;
  readonly privacy: PrivacyStore;
  readonly erasures: Erasures;
  readonly download: Download;
  readonly tagLimit: TagLimit;
  readonly log: Log;
}

/** Most tags shown for one picture. */
const MAX_TAGS = 5;
/** Most reactions to one message. */
const MAX_REACTIONS = 10;

interface Finding {
  readonly picture: LivePicture["picture"];
  readonly tags: readonly TagLabel[];
  readonly repost: DiscordPlacement | undefined;
}

/**
 * Tags the pictures of a message just posted, by the channel's tag rule, in one answer. Posts nothing unless a tag or a
 * repost was found.
 */
export async function autoTag(
  parts: TagParts,
  channel: ReadableChannel,
  pictures: readonly LivePicture[],
): Promise<void> {
  const ruleChannelId = permissionChannelId(channel);
  const rule = (await parts.settings.get(channel.guildId)).tagging[ruleChannelId];
  if (!rule || rule.mode === "off") return;
  const wanted: LivePicture[] = [];
  for (const live of pictures) if (await mayBeTagged(parts, live)) wanted.push(live);
  if (wanted.length === 0) return;
  const summarise = (skipped: number) => void tellSkipped(parts, channel, rule, skipped);
  if (!parts.tagLimit.take(ruleChannelId, summarise)) return;
  const findings: Finding[] = [];
  for (const live of wanted) findings.push(await findTagsAndRepost(parts, channel, live, rule));
  if (findings.some(({ tags, repost }) => tags.length > 0 || repost)) await publish(parts, rule, findings);
}

const mayBeTagged = async ({ privacy }: TagParts, { picture: { byBot, placement } }: LivePicture) =>
  !byBot && (await privacy.allows(placement.authorId, placement.postedAt));

async function findTagsAndRepost(
  parts: TagParts,
  channel: ReadableChannel,
  live: LivePicture,
  rule: TagRule,
): Promise<Finding> {
  const tags = rule.labels.length > 0 ? await tagsOf(parts, live, rule) : [];
  const repost = rule.reposts ? await earlierPost(parts, channel, live, rule) : undefined;
  return { picture: live.picture, tags, repost };
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

async function earlierPost(
  parts: TagParts,
  channel: ReadableChannel,
  { picture, image }: LivePicture,
  { repostAfterHours }: TagRule,
) {
  const guild = parts.client.guilds.cache.get(channel.guildId);
  if (!guild || !image || picture.forwarded) return undefined;
  const { allowedReposts } = await parts.settings.get(channel.guildId);
  const limits = { allowed: new Set(allowedReposts), afterHours: repostAfterHours };
  return findRepost(parts, guild, channel, { image, placement: picture.placement, ...limits });
}

async function publish(parts: TagParts, rule: TagRule, findings: readonly Finding[]): Promise<void> {
  const [first] = findings;
  if (!first) return;
  const { channelId, messageId, guildId } = first.picture.placement;
  if (rule.mode === "react") return react(parts, findings);
  const texts = textsOf(parts, guildId);
  const message = { pictures: await shownTo(parts, rule, findings), messageId, texts };
  if (message.pictures.every(({ tags, repost }) => tags.length === 0 && !repost)) return;
  const write = async (where: string, body: object) => {
    const sent = await parts.api.send(where, body);
    // It goes with the post that it names as the first, too.
    const named = message.pictures.flatMap(({ repost }) => (repost ? [repost] : []));
    const posts = [...findings.map(({ picture }) => picture.placement), ...named];
    await parts.erasures.noteMessage(guildId, { channelId: where, messageId: sent, posts });
  };
  if (rule.mode === "reply") {
    const reply = { message_reference: { message_id: messageId, fail_if_not_exists: true } };
    await write(channelId, { ...tagMessage(message), ...reply });
  } else if (rule.mode === "log" && rule.logChannelId) {
    // Permissions may have changed since the log channel was set.
    const places = { audienceId: rule.logChannelId, sourceId: channelId };
    if (await readersCanRead(parts, guildId, places))
      await write(rule.logChannelId, tagMessage({ ...message, source: jumpLink(first.picture.placement) }));
  }
}

async function react({ api, erasures }: TagParts, findings: readonly Finding[]): Promise<void> {
  const [first] = findings;
  if (!first) return;
  const { channelId, messageId, guildId } = first.picture.placement;
  // A reaction cannot be blurred.
  const open = findings.filter(({ picture }) => !picture.placement.spoiler);
  const emojis = open.flatMap(({ tags }) => tags.map(({ emoji }) => reactionName(emoji)));
  const all = new Set([...findings.flatMap(({ repost }) => (repost ? ["♻️"] : [])), ...emojis]);
  const reactions = [...all].slice(0, MAX_REACTIONS);
  if (reactions.length === 0) return;
  for (const emoji of reactions) await api.react(channelId, messageId, emoji);
  const posts = findings.map(({ picture }) => picture.placement);
  await erasures.noteMessage(guildId, { channelId, messageId, posts, reactions });
}

/** An earlier post is named where all readers may read it at this moment. */
function shownTo(parts: TagParts, rule: TagRule, findings: readonly Finding[]): Promise<TaggedPicture[]> {
  return Promise.all(
    findings.map(async ({ picture, tags, repost }) => {
      const { guildId, channelId, spoiler } = picture.placement;
      const audienceId = rule.mode === "log" && rule.logChannelId ? rule.logChannelId : channelId;
      const isOpen =
        repost !== undefined &&
        !parts.erasures.isErased(repost) &&
        (await readersCanRead(parts, guildId, { audienceId, sourceId: repost.channelId }));
      const first = isOpen ? { repost, webhook: parts.verifier.webhookNameOf(repost) } : {};
      return { tags: tags.map(({ text }) => text), ...first, spoiler };
    }),
  );
}

/** Everybody in the server reads it. */
const textsOf = ({ client }: TagParts, guildId: string) =>
  answersIn(client.guilds.cache.get(guildId)?.preferredLocale);

/** In one message, however many there were. */
async function tellSkipped(
  parts: TagParts,
  { guildId, channelId }: ReadableChannel,
  { mode, logChannelId }: TagRule,
  skipped: number,
): Promise<void> {
  parts.log.info({ guildId, channelId, skipped }, "too many pictures within a minute, these stay untagged");
  const where = mode === "reply" ? channelId : mode === "log" ? logChannelId : undefined;
  if (where === undefined) return;
  try {
    if (!(await readersCanRead(parts, guildId, { audienceId: where, sourceId: channelId }))) return;
    const { tags } = textsOf(parts, guildId);
    await parts.api.send(where, { content: `🏷️ ${tags.untagged(skipped, `<#${channelId}>`)}` });
  } catch (error) {
    parts.log.debug({ guildId, channelId, error }, "it could not be told that pictures stay untagged");
  }
}
