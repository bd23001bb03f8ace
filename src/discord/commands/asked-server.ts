import { type BaseInteraction, ComponentType, type Guild } from "discord.js";
import { oneLine } from "../message-text.ts";
import { customId } from "../results/custom-id.ts";
import { newResultsReply } from "../results/results-message.ts";
import type { SavedQuery } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { ComponentHandler, Reply } from "./command.ts";
import { UnknownQueryError } from "./load-query.ts";
import { chosen } from "./options.ts";
import { requireIndexed } from "./require-indexed.ts";
import { viewerIn } from "./viewer.ts";

/** A query before it is said in which server. */
export type DraftQuery = Omit<SavedQuery, "guildId">;

/** Until its server is chosen. */
const NO_SERVER = "0";
/** Discord's limit on the choices of a menu. */
const MAX_CHOICES = 25;

/**
 * The answer in the server where it was asked; from outside of any, in the one that the viewer shares with the bot, or
 * after they chose among several. @throws Refusal
 */
export async function answerWhereAsked(
  interaction: BaseInteraction,
  context: BotContext,
  draft: DraftQuery,
): Promise<Reply> {
  if (interaction.inCachedGuild())
    return answerIn(interaction, context, { ...draft, guildId: interaction.guildId });
  const servers = await serversOf(interaction, context);
  const [only, ...others] = servers;
  if (!only) throw new Refusal(({ find }) => find.noServer);
  if (others.length === 0) return answerIn(interaction, context, { ...draft, guildId: only.id });
  const id = await context.queries.save({ ...draft, guildId: NO_SERVER });
  const { find } = answersIn(interaction.locale);
  const options = servers
    .slice(0, MAX_CHOICES)
    .map((guild) => ({ label: oneLine(guild.name, 100) || guild.id, value: guild.id }));
  const menu = { type: ComponentType.StringSelect as const, custom_id: customId("server", id), options };
  return {
    content: find.whichServer,
    components: [{ type: ComponentType.ActionRow, components: [menu] }],
  };
}

/** Asks again in the server that was chosen, as its member. */
export const chooseServer: ComponentHandler = {
  prefix: "server",
  answer: "reply",
  rateLimited: true,
  async handle(interaction, [id], context) {
    const query = await context.queries.load(id, interaction.user.id);
    const guildId = chosen(interaction);
    if (query?.guildId !== NO_SERVER || guildId === undefined || interaction.inCachedGuild())
      throw new UnknownQueryError();
    return answerIn(interaction, context, { ...query, guildId });
  },
};

/** Those of the bot with indexed channels that the viewer is in. */
async function serversOf(
  { client, user }: BaseInteraction,
  { settings, sharedServers }: BotContext,
): Promise<Guild[]> {
  const indexed: string[] = [];
  for (const guildId of client.guilds.cache.keys())
    if (Object.keys((await settings.get(guildId)).indexed).length > 0) indexed.push(guildId);
  return sharedServers.of(client, user.id, indexed);
}

async function answerIn(
  interaction: BaseInteraction,
  context: BotContext,
  query: SavedQuery,
): Promise<Reply> {
  const viewer = await viewerIn(interaction, query.guildId);
  await requireIndexed(context, viewer.guildId);
  if (query.narrowing.caption !== undefined && !(await context.settings.get(viewer.guildId)).captions)
    throw new Refusal(({ noCaptions }) => noCaptions);
  return newResultsReply(context, viewer, query, {
    texts: answersIn(interaction.locale),
    isHere: interaction.inCachedGuild(),
  });
}
