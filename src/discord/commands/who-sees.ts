import { type Guild, OverwriteType, PermissionFlagsBits as P } from "discord.js";
import { quotedName } from "../message-text.ts";
import { readingOf, rootChannel } from "../permissions/channel-directory.ts";
import { permissionChannelId, type ReadableChannel } from "../permissions/readable-channels.ts";
import { newestFirst } from "../results/find-page.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { ComponentHandler } from "./command.ts";
import { loadQuery } from "./load-query.ts";
import { chosen } from "./options.ts";
import { visibleImage } from "./result-buttons.ts";

const MAX_ROLES = 20;

/** Says who else can open the post that a picture is shown from, to somebody who can. */
export const whoSees: ComponentHandler = {
  prefix: "who",
  answer: "reply",
  async handle(interaction, [id], context) {
    const { viewer } = await loadQuery(interaction, id, context);
    const picked = chosen(interaction);
    const { image, basis } = await visibleImage(context, viewer, picked);
    const [post] = newestFirst(image);
    const guild = interaction.client.guilds.cache.get(viewer.guildId);
    const channel = post && (await context.directory.readableChannel(viewer.guildId, post.channelId));
    if (!post || !channel || !guild) throw new Refusal(({ pictureGone }) => pictureGone);
    const { channelId } = post;
    return {
      content: describeReaders(guild, channel, answersIn(interaction.locale), interaction.inCachedGuild()),
      madeOf: { basis: { ...basis, channelIds: [channelId] }, posts: [post] },
    };
  },
};

/** By roles; of members that a channel names themselves, only how many. */
function describeReaders(
  guild: Guild,
  channel: ReadableChannel,
  { who }: AnswerTexts,
  isHere: boolean,
): string {
  // Outside of its server Discord shows no names for ids.
  const name = guild.channels.cache.get(channel.channelId)?.name;
  const place = isHere || name === undefined ? `<#${channel.channelId}>` : `#${quotedName(name, 100)}`;
  if (channel.kind === "private-thread") return who.thread(place);
  const root = rootChannel(guild, permissionChannelId(channel));
  if (!root) return who.nobody(place);
  const needed = readingOf(root);
  const { everyone } = guild.roles;
  if (root.permissionsFor(everyone).has(needed)) {
    const isDenied = root.permissionOverwrites.cache.some(({ deny }) => (deny.bitfield & needed) !== 0n);
    return isDenied ? who.most(place) : who.everyone(place);
  }
  const roles = [...guild.roles.cache.values()].filter(
    (role) =>
      role.id !== everyone.id &&
      !role.permissions.has(P.Administrator) &&
      root.permissionsFor(role).has(needed),
  );
  const named = root.permissionOverwrites.cache.filter(
    ({ id, type, allow }) =>
      type === OverwriteType.Member && id !== guild.client.user.id && allow.has(P.ViewChannel),
  );
  const shown = roles
    .slice(0, MAX_ROLES)
    .map((role) => (isHere ? `<@&${role.id}>` : quotedName(role.name, 100)));
  const all = [...shown, ...(named.size > 0 ? [who.members(named.size)] : []), who.admins];
  return who.roles(place, all.join(", "));
}
