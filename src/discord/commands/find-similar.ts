import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from "discord.js";
import { readerBehind } from "../asker.ts";
import type { MenuCommand } from "../command.ts";
import { answerNew } from "../gallery/answer-question.ts";
import { savedVector } from "../gallery/saved-questions.ts";
import { menuWords } from "../words.ts";
import { picturesIn } from "./pictures-in-message.ts";
import { fetchShown } from "./shown-pictures.ts";

export const findSimilar: MenuCommand = {
  kind: "message-menu",
  costly: true,
  data: {
    ...menuWords("find-similar"),
    type: ApplicationCommandType.Message,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  async execute(interaction, app) {
    const reader = readerBehind(interaction);
    const pictures = picturesIn(interaction.targetMessage);
    const vectors = [];
    for (const picture of pictures) {
      const embedding = await app.library.embedImage({ bytes: await fetchShown(app, picture) });
      vectors.push(savedVector(embedding, app.library.model.space));
    }
    const question = {
      kind: "find" as const,
      guildId: reader.guildId,
      userId: reader.userId,
      terms: vectors,
      shown: pictures.length === 1 ? "Like that picture" : `Like those ${pictures.length} pictures together`,
      sort: "relevance" as const,
      narrowing: {},
    };
    return answerNew(app, reader, question);
  },
};
