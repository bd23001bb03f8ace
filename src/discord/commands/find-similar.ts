import { ApplicationCommandType } from "discord.js";
import { NO_IMAGES } from "../../core/index.ts";
import { vectorTerm } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import { answerWhereAsked } from "./asked-server.ts";
import type { MenuCommand } from "./command.ts";
import { menuText } from "./command-texts.ts";
import { EVERYWHERE } from "./options.ts";
import { fetchAttachment, messagePictures } from "./picture-input.ts";

export const findSimilar: MenuCommand = {
  kind: "message-menu",
  rateLimited: true,
  data: {
    ...menuText("find-similar"),
    type: ApplicationCommandType.Message,
    ...EVERYWHERE,
  },
  async execute(interaction, context) {
    const { first } = messagePictures(interaction.targetMessage);
    const vectors = [];
    for (const picture of first) {
      vectors.push(
        vectorTerm(
          await context.library
            .within(NO_IMAGES)
            .embedImage({ bytes: await fetchAttachment(context, picture) }),
        ),
      );
    }
    const texts = answersIn(interaction.locale);
    return answerWhereAsked(interaction, context, {
      kind: "find",
      userId: interaction.user.id,
      terms: vectors,
      shown: texts.find.likeThose(first.length),
      sort: "relevance",
      narrowing: {},
    });
  },
};
