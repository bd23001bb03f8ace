import type { ChatInputCommandInteraction } from "discord.js";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";

/** What a command does for each of its subcommands, by their names. */
export type Subcommands<Answer = Reply> = Readonly<
  Record<string, (interaction: ChatInputCommandInteraction, context: BotContext) => Promise<Answer>>
>;

/** @throws Refusal for one that only another version registered */
export function subcommandOf<Answer>(subcommands: Subcommands<Answer>, name: string) {
  const subcommand = subcommands[name];
  if (!subcommand) throw new Refusal(({ otherVersion }) => otherVersion);
  return subcommand;
}
