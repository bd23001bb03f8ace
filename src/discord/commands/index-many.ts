import type { ChatInputCommandInteraction, Guild } from "discord.js";
import { resetProgress } from "../backfill/purge.ts";
import { quoted } from "../message-text.ts";
import { channelsReadableBy, type Viewer } from "../permissions/readable-channels.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import { channelTypes } from "./options.ts";
import { managerOf } from "./viewer.ts";

const LINK_OR_ID = /<#(\d{1,20})>|(?<!\S)(\d{15,20})(?!\S)/g;
/** "And" in the languages of the bot: any other word may be the name of what is to be left out. */
const AND: ReadonlySet<string> = new Set(["and", "und", "et", "y", "e", "と", "&", "+"]);

/**
 * Ids of the channels and categories that are named, as links, as ids or by name. @throws Refusal for anything else: it would be
 * indexed against the manager's wish
 */
function leftOut(typed: string, guild: Guild, viewer: Viewer): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const [, linked, id] of typed.matchAll(LINK_OR_ID)) ids.add(linked ?? id ?? "");
  const words = typed.replace(LINK_OR_ID, " ").split(/[\s,;]+/);
  for (const word of words.filter(Boolean)) {
    const name = word.replace(/^#/, "").toLowerCase();
    const named = guild.channels.cache.filter(
      (channel) => channel.name.toLowerCase() === name && viewer.canRead(channel.id),
    );
    if (named.size === 0 && !AND.has(name))
      throw new Refusal(({ index }) => index.notLeftOut(quoted(word, 100)));
    for (const one of named.keys()) ids.add(one);
  }
  return ids;
}

/**
 * Indexes the channels of a category, or all of the server, but those left out: what both the manager and the bot can
 * read. Age-restricted ones are only taken by name. Nothing is posted for others to see.
 */
export async function addManyChannels(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
  guild: Guild,
  categoryId: string | undefined,
): Promise<string> {
  const viewer = await managerOf(interaction, context);
  const { guildId } = viewer;
  const except = leftOut(interaction.options.getString("except") ?? "", guild, viewer);
  const offered = guild.channels.cache.filter(
    ({ id, type, parentId }) =>
      channelTypes.indexable.some((each) => each === type) &&
      (categoryId === undefined || parentId === categoryId) &&
      !except.has(id) &&
      !(parentId !== null && except.has(parentId)),
  );
  const everywhere = { ...viewer, seesAgeRestricted: true };
  const readable = await channelsReadableBy(everywhere, [...offered.keys()], context.directory);
  const wanted = readable.filter(({ ageRestricted }) => !ageRestricted);
  const { indexed } = await context.settings.get(guildId);
  const added = wanted.map(({ channelId }) => channelId).filter((id) => !indexed[id]);
  if (wanted.length === 0) throw new Refusal(({ index }) => index.noneAmong);
  for (const channelId of added) await resetProgress(context, guildId, channelId);
  const rule = { since: Date.now(), paused: false };
  await context.settings.update(guildId, (now) => ({
    ...now,
    indexed: { ...Object.fromEntries(added.map((id) => [id, rule])), ...now.indexed },
  }));
  for (const channelId of added) await context.backfillProgress.getOrCreate(guildId, channelId, channelId);
  context.backfill.wake(guildId);
  const already = wanted.length - added.length;
  const restricted = readable.length - wanted.length;
  const { index } = answersIn(interaction.locale);
  return [
    index.addedMany(added.length),
    ...(already > 0 ? [index.alreadyMany(already)] : []),
    ...(restricted > 0 ? [index.restricted(restricted)] : []),
    index.see,
    index.everybody,
  ].join(" ");
}
