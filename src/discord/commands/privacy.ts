import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { UsageError } from "../../core/index.ts";
import type { App } from "../app.ts";
import type { Reply, SlashCommand } from "../command.ts";
import { countedWere } from "../counted.ts";
import { words } from "../words.ts";

type Subcommand = (interaction: ChatInputCommandInteraction, app: App) => Promise<Reply>;

const subcommands: Readonly<Record<string, Subcommand>> = {
  "opt-out": optOut,
  "opt-in": optIn,
  delete: erase,
  export: exportOwn,
};

/** For everybody, about their own pictures, in all servers of this bot at once. */
export const privacy: SlashCommand = {
  kind: "slash",
  data: {
    ...words("privacy"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { ...words("privacy.opt-out"), type: OptionType.Subcommand },
      { ...words("privacy.opt-in"), type: OptionType.Subcommand },
      { ...words("privacy.delete"), type: OptionType.Subcommand },
      { ...words("privacy.export"), type: OptionType.Subcommand },
    ],
  },
  async execute(interaction, app) {
    const subcommand = subcommands[interaction.options.getSubcommand()];
    if (!subcommand) throw new UsageError("There is no such part of /privacy.");
    return subcommand(interaction, app);
  },
};

async function optOut(interaction: ChatInputCommandInteraction, app: App): Promise<Reply> {
  await app.people.change(interaction.user.id, { optedOut: true });
  const erased = await eraseEverywhere(app, interaction.user.id);
  return {
    content: `Done: no picture that you post will be indexed, and ${erased} erased from the index, in every server of this bot. Your messages are untouched. /privacy opt-in undoes it for new pictures.`,
  };
}

async function optIn(interaction: ChatInputCommandInteraction, app: App): Promise<Reply> {
  await app.people.change(interaction.user.id, { optedOut: false, erasedBefore: Date.now() });
  return { content: "Done: pictures that you post from now on can be found again." };
}

async function erase(interaction: ChatInputCommandInteraction, app: App): Promise<Reply> {
  await app.people.change(interaction.user.id, { erasedBefore: Date.now() });
  const erased = await eraseEverywhere(app, interaction.user.id);
  return {
    content: `Done: ${erased} erased from the index, in every server of this bot. Your messages are untouched. New pictures are indexed unless you opt out.`,
  };
}

async function eraseEverywhere(app: App, authorId: string): Promise<string> {
  let placements = 0;
  for (const { guildId } of (await app.library.status()).guilds) {
    placements += (await app.erasures.erase({ guildId, authorId })).placements;
  }
  return countedWere(placements, "picture");
}

async function exportOwn(interaction: ChatInputCommandInteraction, app: App): Promise<Reply> {
  const authorId = interaction.user.id;
  const guildIds = (await app.library.status()).guilds.map(({ guildId }) => guildId);
  const found = await Promise.all(
    guildIds.map((guildId) => app.library.posted.discordPlacements({ guildId, authorId })),
  );
  const pictures = found.flat().map(({ id, placement }) => ({ sha256: id, ...placement }));
  const choices = await app.people.of(authorId);
  const file = JSON.stringify(
    { userId: authorId, exportedAt: new Date().toISOString(), choices, pictures },
    null,
    2,
  );
  return {
    content: `Everything kept about your pictures (${pictures.length.toLocaleString("en")}). Beside each: a vector that describes what it shows, a fingerprint and a small preview.`,
    files: [{ attachment: Buffer.from(file), name: "glimpse-export.json" }],
  };
}
