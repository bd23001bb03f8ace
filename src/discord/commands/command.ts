import type {
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  InteractionEditReplyOptions,
  MessageComponentInteraction,
  MessageContextMenuCommandInteraction,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import type { BotContext } from "./bot-context.ts";

interface CommandBase {
  readonly data: RESTPostAPIApplicationCommandsJSONBody;
  /** Asks the model, and so counts against a person's and a server's allowance. */
  readonly rateLimited?: boolean;
}

/** What the deferred reply becomes; nothing when the command has seen to it. */
export type Reply = InteractionEditReplyOptions | undefined;

/** By the time one runs, its interaction has been deferred, visible to the asking person only. */
export interface SlashCommand extends CommandBase {
  readonly kind: "slash";
  execute(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply>;
  /** From memory: at most 25 choices, and no time to ask anybody. */
  autocomplete?(interaction: AutocompleteInteraction): readonly string[];
}

export interface MenuCommand extends CommandBase {
  readonly kind: "message-menu";
  execute(interaction: MessageContextMenuCommandInteraction, context: BotContext): Promise<Reply>;
}

export type Command = SlashCommand | MenuCommand;

/** What happens when a button or a select menu with this prefix is used. Its arguments are not to be trusted. */
export interface ComponentHandler {
  readonly prefix: string;
  /** update: the message that carries the button changes; reply: a new message for the person alone. */
  readonly answer: "update" | "reply";
  readonly rateLimited?: boolean;
  handle(
    interaction: MessageComponentInteraction,
    args: readonly string[],
    context: BotContext,
  ): Promise<Reply>;
}
