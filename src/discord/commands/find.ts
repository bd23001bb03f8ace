import {
  ApplicationCommandType,
  type ChatInputCommandInteraction,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { NO_IMAGES } from "../../core/index.ts";
import { orders, type SavedTerm, vectorTerm } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import { answerWhereAsked } from "./asked-server.ts";
import type { BotContext } from "./bot-context.ts";
import type { SlashCommand } from "./command.ts";
import { choiceText, commandText } from "./command-texts.ts";
import { channelTypes, EVERYWHERE, parseDates } from "./options.ts";
import { fetchAttachment } from "./picture-input.ts";

export const find: SlashCommand = {
  kind: "slash",
  rateLimited: true,
  data: {
    ...commandText("find"),
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      { ...commandText("find.query"), type: OptionType.String, max_length: 200, autocomplete: true },
      { ...commandText("find.image"), type: OptionType.Attachment, file_types: ["image"] },
      { ...commandText("find.channel"), type: OptionType.Channel, channel_types: channelTypes.searchable },
      { ...commandText("find.author"), type: OptionType.User },
      { ...commandText("find.since"), type: OptionType.String, max_length: 30 },
      { ...commandText("find.until"), type: OptionType.String, max_length: 30 },
      {
        ...commandText("find.sort"),
        type: OptionType.String,
        choices: orders.map((order) => choiceText(`find.sort.${order}`, order)),
      },
      { ...commandText("find.caption"), type: OptionType.String, max_length: 100 },
    ],
  },
  autocomplete(interaction, context) {
    const typed = interaction.options.getFocused().toLowerCase();
    const asked = context.earlierQuestions.of(interaction.guildId ?? "", interaction.user.id);
    return asked.filter((question) => question.toLowerCase().includes(typed));
  },
  async execute(interaction, context) {
    const { options, user } = interaction;
    const text = options.getString("query")?.slice(0, 200).trim() || undefined;
    const caption = options.getString("caption")?.slice(0, 100).trim() || undefined;
    if (text) context.earlierQuestions.note(interaction.guildId ?? "", user.id, text);
    const texts = answersIn(interaction.locale);
    return answerWhereAsked(interaction, context, {
      kind: "find",
      userId: user.id,
      terms: [...(text ? [{ text }] : []), ...(await shownPicture(interaction, context))],
      shown: text ?? (options.getAttachment("image") ? texts.find.likeYours : ""),
      sort: orders.find((order) => order === options.getString("sort")) ?? "relevance",
      narrowing: {
        channelId: options.getChannel("channel")?.id,
        authorId: options.getUser("author")?.id,
        ...(await parseDates(options)),
        caption,
      },
    });
  },
};

async function shownPicture(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<SavedTerm[]> {
  const image = interaction.options.getAttachment("image");
  if (!image) return [];
  return [
    vectorTerm(
      await context.library.within(NO_IMAGES).embedImage({ bytes: await fetchAttachment(context, image) }),
    ),
  ];
}
