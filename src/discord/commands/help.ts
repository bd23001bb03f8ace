import { ApplicationCommandType, type Guild, PermissionFlagsBits as P } from "discord.js";
import { answersIn } from "../texts/languages.ts";
import type { BotContext } from "./bot-context.ts";
import type { SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { EVERYWHERE } from "./options.ts";
import { hasPermissionHere } from "./viewer.ts";

export const help: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("help"),
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
  },
  async execute(interaction) {
    const isManager = hasPermissionHere(interaction, P.ManageGuild);
    const { help: texts } = answersIn(interaction.locale);
    return { content: [texts.all, ...(isManager ? [texts.managers] : [])].join("\n") };
  },
};

/** Once, on joining, where new members are greeted and the bot may write: nobody is written to in private. */
export async function welcome(
  { api, log, library }: Pick<BotContext, "api" | "log" | "library">,
  { id: guildId, systemChannel, members, preferredLocale }: Guild,
): Promise<void> {
  const name = `discord/welcomed/${guildId}`;
  try {
    const me = members.me;
    if (!me || !systemChannel?.permissionsFor(me).has(P.ViewChannel | P.SendMessages)) return;
    if ((await library.state.get(name)) !== undefined) return;
    await library.state.set(name, String(Date.now()));
    await api.send(systemChannel.id, { content: answersIn(preferredLocale).help.welcome });
  } catch (error) {
    log.debug({ guildId, error }, "the bot could not introduce itself");
  }
}
