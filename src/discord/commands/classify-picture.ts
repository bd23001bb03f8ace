import { ApplicationCommandType, ApplicationIntegrationType, InteractionContextType } from "discord.js";
import type { MenuCommand } from "../command.ts";
import { menuWords } from "../words.ts";
import { classificationText } from "./classification-text.ts";
import { picturesIn } from "./pictures-in-message.ts";
import { fetchShown } from "./shown-pictures.ts";

export const classifyPicture: MenuCommand = {
  kind: "message-menu",
  costly: true,
  data: {
    ...menuWords("classify-picture"),
    type: ApplicationCommandType.Message,
    contexts: [
      InteractionContextType.Guild,
      InteractionContextType.BotDM,
      InteractionContextType.PrivateChannel,
    ],
    integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  },
  async execute(interaction, app) {
    const images = [];
    for (const picture of picturesIn(interaction.targetMessage)) {
      images.push({ bytes: await fetchShown(app, picture) });
    }
    const answers = await app.library.classify({ images, limit: 5 });
    return { content: answers.map(classificationText).join("\n\n") };
  },
};
