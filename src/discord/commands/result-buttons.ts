import { type MessageComponentInteraction, PermissionFlagsBits as P } from "discord.js";
import { GlimpseError, NotFoundError } from "../../core/index.ts";
import { audienceCanRead } from "../permissions/audience.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { pageNumber } from "../results/custom-id.ts";
import { duplicatesPage } from "../results/duplicates-page.ts";
import { findPage } from "../results/find-page.ts";
import { publicPage } from "../results/public-page.ts";
import {
  NONE_OF_THEM,
  newResultsReply,
  resultsMessage,
  resultsPageReply,
} from "../results/results-message.ts";
import { publicTitle, questionOf, type SavedQuery } from "../results/saved-queries.ts";
import type { BotContext } from "./bot-context.ts";
import type { ComponentHandler } from "./command.ts";
import { viewerOf } from "./viewer.ts";

/** One message whether it never existed, is too old, or is somebody else's. */
class UnknownQueryError extends GlimpseError {
  override name = "UnknownQuestionError";

  constructor() {
    super("This answer is too old, or it is somebody else's. Ask again with /find.");
  }
}

async function load(interaction: MessageComponentInteraction, id: string | undefined, context: BotContext) {
  const viewer = viewerOf(interaction);
  const query = await context.queries.load(id, viewer.userId, viewer.guildId);
  if (!query || id === undefined) throw new UnknownQueryError();
  return { viewer, query, id };
}

export const turnPage: ComponentHandler = {
  prefix: "page",
  answer: "update",
  rateLimited: true,
  async handle(interaction, [id, pageText], context) {
    const page = pageNumber(pageText);
    if (page === undefined) throw new UnknownQueryError();
    const { viewer, ...saved } = await load(interaction, id, context);
    return saved.query.kind === "find"
      ? resultsPageReply(context, viewer, { ...saved, page })
      : duplicatesPage(context, viewer, { ...saved, page });
  },
};

export const moreLikeThis: ComponentHandler = {
  prefix: "like",
  answer: "reply",
  rateLimited: true,
  async handle(interaction, [id], context) {
    const { viewer, query } = await load(interaction, id, context);
    const picked = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    if (picked === undefined || !/^[0-9a-f]{64}$/.test(picked)) throw new UnknownQueryError();
    const { view } = await visibleLibrary(context, viewer);
    const image = await view.image(picked).catch(nothing);
    if (!image) throw new GlimpseError("That picture is no longer there.");
    const [placement] = image.placements;
    const name = placement?.kind === "discord" ? placement.filename : "this picture";
    const next: SavedQuery = {
      ...query,
      terms: [{ imageId: image.id }],
      shown: `More like ${name}`,
      sort: "relevance",
      narrowing: {},
    };
    return newResultsReply(context, viewer, next);
  },
};

/** The viewer's own mark, of a picture that they may see now. Nobody else is shown it. */
export const markAnswer: ComponentHandler = {
  prefix: "mark",
  answer: "reply",
  async handle(interaction, [id], context) {
    const { viewer, query } = await load(interaction, id, context);
    const question = questionOf(query);
    const picked = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
    if (question === undefined || picked === undefined) throw new UnknownQueryError();
    const maker = { guildId: viewer.guildId, userId: viewer.userId };
    const { marks } = context.library;
    if (picked === NONE_OF_THEM) {
      await marks.put(question, null, { maker });
      return { content: "Noted that nothing here is what you asked for. /privacy delete erases your notes." };
    }
    if (!/^[0-9a-f]{64}$/.test(picked)) throw new UnknownQueryError();
    const { view } = await visibleLibrary(context, viewer);
    const image = await view.image(picked).catch(nothing);
    if (!image) throw new GlimpseError("That picture is no longer there.");
    await marks.put(question, image.id, { maker });
    return { content: "Noted that this is what you asked for. /privacy delete erases your notes." };
  },
};

export const showToChannel: ComponentHandler = {
  prefix: "show",
  answer: "reply",
  rateLimited: true,
  async handle(interaction, [id, pageText], context) {
    const page = pageNumber(pageText);
    if (page === undefined || !interaction.inCachedGuild()) throw new UnknownQueryError();
    const { viewer, query } = await load(interaction, id, context);
    const there = await context.directory.readableChannel(viewer.guildId, interaction.channelId);
    const mayPost = interaction.memberPermissions.has(P.SendMessages);
    if (!there || !mayPost) throw new GlimpseError("You cannot post pictures in this channel.");
    const found = await findPage(context, viewer, query, page);
    const { channels } = await visibleLibrary(context, viewer);
    const open = new Set(
      channels
        .filter((channel) => audienceCanRead(interaction.guild, there, channel))
        .map((channel) => channel.channelId),
    );
    const forAll = await publicPage(context.verifier, found, open);
    if (forAll.hits.length === 0) {
      throw new GlimpseError("None of these pictures may be seen by everybody who reads this channel.");
    }
    const message = await resultsMessage(forAll, { title: publicTitle(query) });
    const left = found.hits.length - forAll.hits.length;
    const leftOut = left > 0 ? ` ${left} left out: not everybody here can see where they were posted.` : "";
    await interaction.editReply({ content: `Shown.${leftOut}` });
    await interaction.followUp(message);
    return undefined;
  },
};

function nothing(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
