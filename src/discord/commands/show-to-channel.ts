import { type MessageComponentInteraction, PermissionFlagsBits as P } from "discord.js";
import { audienceCanRead } from "../permissions/audience.ts";
import { mayPostPictures } from "../permissions/channel-directory.ts";
import { canReadAll, type ReadableChannel } from "../permissions/readable-channels.ts";
import { pageNumber } from "../results/custom-id.ts";
import { findPage, type ResultsPage, type VisibleHit } from "../results/find-page.ts";
import { publicPage } from "../results/public-page.ts";
import { resultsMessage } from "../results/results-message.ts";
import { publicTitle } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { ComponentHandler } from "./command.ts";
import { loadQuery, UnknownQueryError } from "./load-query.ts";
import { hasPermissionHere, refreshMember, viewerOf } from "./viewer.ts";

/**
 * Posts a page for everybody in the channel: what all of its readers may see, in the name of who shows it, who may take it
 * back. It goes with any of its pictures.
 */
export const showToChannel: ComponentHandler = {
  prefix: "show",
  answer: "reply",
  rateLimited: true,
  async handle(interaction, [id, pageText], context) {
    const page = pageNumber(pageText);
    if (page === undefined || !interaction.inCachedGuild()) throw new UnknownQueryError();
    const { viewer, query } = await loadQuery(interaction, id, context);
    requireMayPost(interaction);
    const found = await findPage(context, viewer, query, page);
    const forAll = await publicPage(context.verifier, found, await openAmong(interaction, context, found));
    if (forAll.hits.length === 0) {
      throw new Refusal(({ show }) => show.notForAll);
    }
    const posts = forAll.hits.map(({ placement }) => placement);
    const forChannel = answersIn(interaction.guild.preferredLocale);
    const message = await resultsMessage(forAll, {
      texts: forChannel,
      title: publicTitle(query, forChannel),
      shownBy: viewer.userId,
      takeBackId: posts[0]?.messageId,
    });
    await requireStillOpen(interaction, context, forAll);
    const left = found.hits.length - forAll.hits.length;
    const { show } = answersIn(interaction.locale);
    const leftOut = left > 0 ? ` ${show.leftOut(left)}` : "";
    await interaction.editReply({ content: `${show.shown}${leftOut}` });
    const { id: messageId } = await interaction.followUp(message);
    const { channelId } = interaction;
    await context.erasures.noteMessage(viewer.guildId, { channelId, messageId, by: viewer.userId, posts });
    return undefined;
  },
};

/** For who showed it, and for moderators. */
export const takeBack: ComponentHandler = {
  prefix: "unshow",
  answer: "reply",
  async handle(interaction, [postId = ""], context) {
    const { guildId, userId } = viewerOf(interaction);
    const shown = await context.about.find(guildId, postId, interaction.message.id);
    if (!shown || !(shown.by === userId || hasPermissionHere(interaction, P.ManageMessages))) {
      throw new Refusal(({ show }) => show.notYours);
    }
    await context.about.remove(guildId, shown);
    return { content: answersIn(interaction.locale).show.takenBack };
  },
};

function requireMayPost(interaction: MessageComponentInteraction<"cached">): void {
  const { channel, member } = interaction;
  if (!channel || !mayPostPictures(member, channel)) throw new Refusal(({ show }) => show.mayNotPost);
}

/** Channels of the page's pictures that everybody here can read. */
async function openAmong(
  interaction: MessageComponentInteraction<"cached">,
  { directory }: BotContext,
  { hits, basis }: ResultsPage,
): Promise<ReadonlySet<string>> {
  const { guild, guildId, channelId } = interaction;
  const there = await directory.readableChannel(guildId, channelId);
  if (!there) throw new Refusal(({ show }) => show.mayNotPost);
  const posted = new Set(hits.flatMap(({ hit }) => channelsOf(hit)));
  const mayBeRead = basis.channelIds.filter((id) => posted.has(id));
  const channels = await Promise.all(mayBeRead.map((id) => directory.readableChannel(guildId, id)));
  const open = channels.filter(
    (channel): channel is ReadableChannel => channel !== undefined && audienceCanRead(guild, there, channel),
  );
  return new Set(open.map(({ channelId }) => channelId));
}

const channelsOf = ({ placements }: VisibleHit["hit"]): string[] =>
  placements.flatMap((placement) => (placement.kind === "discord" ? [placement.channelId] : []));

/** Rights may have changed, and pictures gone, while the message was put together. */
async function requireStillOpen(
  interaction: MessageComponentInteraction<"cached">,
  context: BotContext,
  forAll: ResultsPage,
): Promise<void> {
  await refreshMember(interaction);
  requireMayPost(interaction);
  const open = await openAmong(interaction, context, forAll);
  const posts = forAll.hits.map(({ placement }) => placement);
  const channelIds = [...new Set(posts.map(({ channelId }) => channelId))];
  const isSame =
    channelIds.every((id) => open.has(id)) && !posts.some((post) => context.erasures.isErased(post));
  const seen = { channelIds, seesAgeRestricted: forAll.basis.seesAgeRestricted };
  if (!isSame || !(await canReadAll(viewerOf(interaction), seen, context.directory, channelIds)))
    throw new Refusal(({ show }) => show.changed);
}
