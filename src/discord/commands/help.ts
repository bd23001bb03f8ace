import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type Guild,
  InteractionContextType,
  PermissionFlagsBits as P,
} from "discord.js";
import type { BotContext } from "./bot-context.ts";
import type { SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { mayHere } from "./viewer.ts";

const FOR_ALL = [
  "**Find pictures** that were posted here, in channels that you can see:",
  "- `/find query:golden retriever on a beach`: by what they show, and by words beside and in them",
  "- `/find image:` and *Apps → Find similar* on a message: by a picture",
  '- `text:invoice` inside the words asks for text in pictures only, `"in quotes"` for words together',
  "- `/duplicates`: what was posted more than once · `/classify`: what a picture shows",
  "Only you see the answers, until you press *Show to channel*.",
  "**Your own pictures**: `/privacy opt-out`, `delete` and `export`.",
].join("\n");

const FOR_MANAGERS = [
  "**For managers**",
  "- `/index add`: which channels can be searched, one, a category or all · `/index status`: how far",
  "- `/index captions`, `text`, `retention`, `proxies`: what is kept of them",
  "- `/autotag set`, `list`, `allow`: tags and repost notices · `/status`: how the bot is doing",
].join("\n");

const WELCOME =
  "Hello! Once somebody who may manage this server runs `/index add`, members can `/find` the pictures posted in the " +
  "channels that they can see. Nothing is indexed until then. `/help` says what else there is.";

export const help: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("help"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  async execute(interaction) {
    const isManager = mayHere(interaction, P.ManageGuild);
    return { content: [FOR_ALL, ...(isManager ? [FOR_MANAGERS] : [])].join("\n") };
  },
};

/** Once, on joining, where new members are greeted and the bot may write: nobody is written to in private. */
export async function welcome(
  { api, log, library }: Pick<BotContext, "api" | "log" | "library">,
  { id: guildId, systemChannel, members }: Guild,
): Promise<void> {
  const name = `discord/welcomed/${guildId}`;
  try {
    const me = members.me;
    if (!me || !systemChannel?.permissionsFor(me).has(P.ViewChannel | P.SendMessages)) return;
    if ((await library.state.get(name)) !== undefined) return;
    await library.state.set(name, String(Date.now()));
    await api.send(systemChannel.id, { content: WELCOME });
  } catch (error) {
    log.debug({ guildId, error }, "the bot could not introduce itself");
  }
}
