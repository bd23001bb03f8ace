import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import type { SlashCommand } from "../command.ts";
import { words } from "../words.ts";
import { classificationText } from "./classification-text.ts";
import { parseLabels } from "./label-option.ts";
import { fetchShown } from "./shown-pictures.ts";

export const classify: SlashCommand = {
  kind: "slash",
  costly: true,
  data: {
    ...words("classify"),
    type: ApplicationCommandType.ChatInput,
    contexts: [
      InteractionContextType.Guild,
      InteractionContextType.BotDM,
      InteractionContextType.PrivateChannel,
    ],
    integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
    options: [
      { ...words("classify.image"), type: OptionType.Attachment, file_types: ["image"], required: true },
      { ...words("classify.labels"), type: OptionType.String, max_length: 1_000 },
    ],
  },
  async execute(interaction, app) {
    const labels = parseLabels(interaction.options.getString("labels"));
    const bytes = await fetchShown(app, interaction.options.getAttachment("image", true));
    const answers = await app.library.classify({ images: [{ bytes }], labels, limit: 5 });
    return { content: answers.map(classificationText).join("\n\n") };
  },
};
