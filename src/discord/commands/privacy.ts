import {
  ApplicationCommandType,
  type ChatInputCommandInteraction,
  MessageFlags,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { ENTIRE_LIBRARY } from "../../core/index.ts";
import { answersIn } from "../texts/languages.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply, SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { exportFiles, FILES_PER_MESSAGE, inGroups } from "./export-files.ts";
import { EVERYWHERE } from "./options.ts";
import { type Subcommands, subcommandOf } from "./subcommand.ts";

const subcommands: Subcommands = {
  "opt-out": optOut,
  "opt-in": optIn,
  delete: erase,
  export: exportOwn,
};

/** For every user, about their own pictures, in all servers of this bot at once. */
export const privacy: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("privacy"),
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      { ...commandText("privacy.opt-out"), type: OptionType.Subcommand },
      { ...commandText("privacy.opt-in"), type: OptionType.Subcommand },
      { ...commandText("privacy.delete"), type: OptionType.Subcommand },
      { ...commandText("privacy.export"), type: OptionType.Subcommand },
    ],
  },
  async execute(interaction, context) {
    return subcommandOf(subcommands, interaction.options.getSubcommand())(interaction, context);
  },
};

async function optOut(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply> {
  await context.privacy.update(interaction.user.id, { optedOut: true });
  const erased = await eraseEverywhere(context, interaction.user.id);
  return { content: answersIn(interaction.locale).privacy.optedOut(erased) };
}

async function optIn(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply> {
  await context.privacy.update(interaction.user.id, { optedOut: false, erasedBefore: Date.now() });
  return { content: answersIn(interaction.locale).privacy.optedIn };
}

async function erase(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply> {
  await context.privacy.update(interaction.user.id, { erasedBefore: Date.now() });
  const erased = await eraseEverywhere(context, interaction.user.id);
  return { content: answersIn(interaction.locale).privacy.erased(erased) };
}

/** Returns how many pictures. */
async function eraseEverywhere(context: BotContext, authorId: string): Promise<number> {
  let placements = 0;
  const indexed = (await context.library.within(ENTIRE_LIBRARY).status()).guilds.map(
    ({ guildId }) => guildId,
  );
  // Tags are written where nothing is indexed, too.
  for (const guildId of new Set([...indexed, ...(await context.about.servers())])) {
    placements += (await context.erasures.erase({ guildId, authorId })).placements;
  }
  await context.library.marks.erase({ userId: authorId });
  await context.scamList.forget(authorId);
  await context.savedSearches.eraseMember(authorId);
  await context.queries.erase(authorId);
  context.earlierQuestions.forget(authorId);
  context.sharedServers.forget(authorId);
  return placements;
}

/** The lines of text that were read, by picture. */
async function readIn(context: BotContext, ids: readonly string[]): Promise<Map<string, string[]>> {
  const texts = await context.library.within(ENTIRE_LIBRARY).texts([...new Set(ids)]);
  return new Map(texts.map(({ id, lines }) => [id, lines.map(({ text }) => text)]));
}

async function exportOwn(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply> {
  const authorId = interaction.user.id;
  const guildIds = (await context.library.within(ENTIRE_LIBRARY).status()).guilds.map(
    ({ guildId }) => guildId,
  );
  const found = await Promise.all(
    guildIds.map((guildId) => context.library.posts.placements({ guildId, authorId })),
  );
  const texts = await readIn(
    context,
    found.flat().map(({ id }) => id),
  );
  const pictures = found
    .flat()
    .map(({ id, placement }) => ({ sha256: id, ...placement, text: texts.get(id) ?? [] }));
  const choices = await context.privacy.get(authorId);
  const notes = (await context.library.marks.list({ userId: authorId })).map(
    ({ question, id, isRight, at }) => ({ question, sha256: id, isRight, at: new Date(at).toISOString() }),
  );
  const scamMarks = (await context.scamList.markedBy(authorId)).map(({ guildId, picture }) => ({
    guildId,
    sha256: picture.id,
    markedAt: new Date(picture.markedAt).toISOString(),
  }));
  const savedSearches = (await context.savedSearches.byMember(authorId)).map(
    ({ guildId, words, threadId, savedAt }) => ({
      guildId,
      words,
      threadId,
      savedAt: new Date(savedAt).toISOString(),
    }),
  );
  const head = { userId: authorId, exportedAt: new Date().toISOString(), choices };
  const files = exportFiles(
    head,
    { pictures, notes, savedSearches, scamMarks },
    interaction.attachmentSizeLimit,
  );
  const [first = [], ...more] = inGroups(files, FILES_PER_MESSAGE);
  const content = answersIn(interaction.locale).privacy.exported(pictures.length);
  if (more.length === 0) return { content, files: first };
  await interaction.editReply({ content, files: first });
  for (const group of more) await interaction.followUp({ files: group, flags: MessageFlags.Ephemeral });
  return undefined;
}
