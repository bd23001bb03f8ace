import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from "discord.js";
import { NO_IMAGES } from "../../core/index.ts";
import { newResultsReply } from "../results/results-message.ts";
import { vectorTerm } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import type { MenuCommand } from "./command.ts";
import { menuText } from "./command-texts.ts";
import { fetchAttachment, messagePictures } from "./picture-input.ts";
import { requireIndexed } from "./require-indexed.ts";
import { viewerOf } from "./viewer.ts";

export const findSimilar: MenuCommand = {
  kind: "message-menu",
  rateLimited: true,
  data: {
    ...menuText("find-similar"),
    type: ApplicationCommandType.Message,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  async execute(interaction, context) {
    const viewer = viewerOf(interaction);
    await requireIndexed(context, viewer.guildId);
    const pictures = messagePictures(interaction.targetMessage);
    const vectors = [];
    for (const picture of pictures) {
      vectors.push(
        vectorTerm(
          await context.library
            .within(NO_IMAGES)
            .embedImage({ bytes: await fetchAttachment(context, picture) }),
        ),
      );
    }
    const texts = answersIn(interaction.locale);
    const query = {
      kind: "find" as const,
      guildId: viewer.guildId,
      userId: viewer.userId,
      terms: vectors,
      shown: texts.find.likeThose(pictures.length),
      sort: "relevance" as const,
      narrowing: {},
    };
    return newResultsReply(context, viewer, query, texts);
  },
};
