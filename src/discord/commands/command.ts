import type {
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  InteractionEditReplyOptions,
  MessageComponentInteraction,
  MessageContextMenuCommandInteraction,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import type { MadeOf } from "../results/made-of.ts";
import type { BotContext } from "./bot-context.ts";

interface CommandBase {
  readonly data: RESTPostAPIApplicationCommandsJSONBody;
  /** Runs the model, and so counts against the rate limits of user and server. */
  readonly rateLimited?: boolean;
}

/** The content of the deferred reply; undefined when the command has sent it itself. */
export type Reply = (InteractionEditReplyOptions & { readonly madeOf?: MadeOf | undefined }) | undefined;

/** Its interaction is deferred before it runs, visible only to the invoking user. */
export interface SlashCommand extends CommandBase {
  readonly kind: "slash";
  execute(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply>;
  /** At most 25 choices, synchronously: autocomplete leaves no time for lookups. */
  autocomplete?(interaction: AutocompleteInteraction, context: BotContext): readonly string[];
}

export interface MenuCommand extends CommandBase {
  readonly kind: "message-menu";
  execute(interaction: MessageContextMenuCommandInteraction, context: BotContext): Promise<Reply>;
}

export type Command = SlashCommand | MenuCommand;

/** Handles buttons and select menus with this custom id prefix. Arguments are untrusted. */
export interface ComponentHandler {
  readonly prefix: string;
  /** update: edits the message with the button; reply: a new ephemeral message. */
  readonly answer: "update" | "reply";
  readonly rateLimited?: boolean;
  handle(
    interaction: MessageComponentInteraction,
    args: readonly string[],
    context: BotContext,
  ): Promise<Reply>;
}
