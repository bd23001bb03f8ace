import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { UsageError } from "../../core/index.ts";
import type { App } from "../app.ts";
import { readerBehind } from "../asker.ts";
import type { SlashCommand } from "../command.ts";
import { answerNew } from "../gallery/answer-question.ts";
import { type SavedTerm, savedVector } from "../gallery/saved-questions.ts";
import { words } from "../words.ts";
import { channelTypes } from "./channel-types.ts";
import { parseDay } from "./date-option.ts";
import { fetchShown } from "./shown-pictures.ts";

const orders = ["relevance", "newest", "oldest"] as const;

export const find: SlashCommand = {
  kind: "slash",
  costly: true,
  data: {
    ...words("find"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { ...words("find.query"), type: OptionType.String, max_length: 200 },
      { ...words("find.image"), type: OptionType.Attachment, file_types: ["image"] },
      { ...words("find.channel"), type: OptionType.Channel, channel_types: channelTypes.searchable },
      { ...words("find.author"), type: OptionType.User },
      { ...words("find.since"), type: OptionType.String, max_length: 10 },
      { ...words("find.until"), type: OptionType.String, max_length: 10 },
      {
        ...words("find.sort"),
        type: OptionType.String,
        choices: orders.map((order) => ({ name: order, value: order })),
      },
      { ...words("find.caption"), type: OptionType.String, max_length: 100 },
    ],
  },
  async execute(interaction, app) {
    const reader = readerBehind(interaction);
    const { options } = interaction;
    const query = options.getString("query")?.slice(0, 200).trim() || undefined;
    const caption = options.getString("caption")?.slice(0, 100).trim() || undefined;
    if (caption && !(await app.settings.of(reader.guildId)).captions) {
      throw new UsageError(
        "This server keeps no captions. Its managers can turn that on with /index captions.",
      );
    }
    const question = {
      kind: "find" as const,
      guildId: reader.guildId,
      userId: reader.userId,
      terms: [...(query ? [{ text: query }] : []), ...(await shownPicture(interaction, app))],
      shown: query ?? (options.getAttachment("image") ? "Like your picture" : ""),
      sort: orders.find((order) => order === options.getString("sort")) ?? "relevance",
      narrowing: {
        channelId: options.getChannel("channel")?.id,
        authorId: options.getUser("author")?.id,
        since: parseDay(options.getString("since")),
        until: parseDay(options.getString("until")),
        caption,
      },
    };
    return answerNew(app, reader, question);
  },
};

async function shownPicture(interaction: ChatInputCommandInteraction, app: App): Promise<SavedTerm[]> {
  const image = interaction.options.getAttachment("image");
  if (!image) return [];
  const embedding = await app.library.embedImage({ bytes: await fetchShown(app, image) });
  return [savedVector(embedding, app.library.model.space)];
}
