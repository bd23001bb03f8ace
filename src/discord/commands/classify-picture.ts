import { ApplicationCommandType } from "discord.js";
import { NO_IMAGES } from "../../core/index.ts";
import { answersIn } from "../texts/languages.ts";
import { classificationsText } from "./classify.ts";
import type { MenuCommand } from "./command.ts";
import { menuText } from "./command-texts.ts";
import { EVERYWHERE } from "./options.ts";
import { fetchAttachment, messagePictures } from "./picture-input.ts";

export const classifyPicture: MenuCommand = {
  kind: "message-menu",
  rateLimited: true,
  data: {
    ...menuText("classify-picture"),
    type: ApplicationCommandType.Message,
    ...EVERYWHERE,
  },
  async execute(interaction, context) {
    const images = [];
    const { first, of } = messagePictures(interaction.targetMessage);
    for (const picture of first) {
      images.push({ bytes: await fetchAttachment(context, picture) });
    }
    const results = await context.library.within(NO_IMAGES).classify({ images, limit: 5 });
    const texts = answersIn(interaction.locale);
    const looked = of > 1 ? `${texts.classify.looked(first.length, of)}\n` : "";
    return { content: looked + classificationsText(results, texts) };
  },
};
