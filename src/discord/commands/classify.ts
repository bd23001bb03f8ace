import { ApplicationCommandType, ApplicationCommandOptionType as OptionType } from "discord.js";
import { NO_IMAGES } from "../../core/index.ts";
import type { Classification } from "../../core/types.ts";
import { quoted } from "../message-text.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { answersIn } from "../texts/languages.ts";
import type { SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { EVERYWHERE, parseLabels } from "./options.ts";
import { fetchAttachment } from "./picture-input.ts";

export const classify: SlashCommand = {
  kind: "slash",
  rateLimited: true,
  data: {
    ...commandText("classify"),
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      {
        ...commandText("classify.image"),
        type: OptionType.Attachment,
        file_types: ["image"],
        required: true,
      },
      { ...commandText("classify.labels"), type: OptionType.String, max_length: 1_000 },
    ],
  },
  async execute(interaction, context) {
    const labels = parseLabels(interaction.options.getString("labels"));
    const bytes = await fetchAttachment(context, interaction.options.getAttachment("image", true));
    const results = await context.library
      .within(NO_IMAGES)
      .classify({ images: [{ bytes }], labels, limit: 5 });
    return { content: classificationsText(results, answersIn(interaction.locale)) };
  },
};

const BAR = 10;

export const classificationsText = (results: readonly Classification[], texts: AnswerTexts): string =>
  results
    .map((result, at) => {
      const text = classificationText(result, texts);
      return results.length > 1 ? `**${at + 1}**\n${text}` : text;
    })
    .join("\n\n");

/** The most likely labels with bars, or that none fits. */
function classificationText({ labels, none, skipped }: Classification, texts: AnswerTexts): string {
  if (skipped) return texts.badPicture(texts.badPictures[skipped.code]);
  const lines = labels.map(({ label, probability }) => {
    const filled = Math.round(probability * BAR);
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    return `\`${bar}\` ${Math.round(probability * 100)} % · ${quoted(label, 80)}`;
  });
  return none ? [texts.classify.none, ...lines].join("\n") : lines.join("\n");
}
