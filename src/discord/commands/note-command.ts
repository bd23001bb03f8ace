import type { ChatInputCommandInteraction } from "discord.js";
import { quoted } from "../message-text.ts";
import type { BotContext } from "./bot-context.ts";

/** Tells the audit log who changed what. Channels stand as links, which name them to those alone who see them. */
export async function noteCommand(
  { guildId, user, options }: ChatInputCommandInteraction,
  { audit }: BotContext,
  command: string,
): Promise<void> {
  if (guildId === null) return;
  const channel = options.getChannel("channel");
  const values = [
    "mode",
    "labels",
    "author",
    "days",
    "keep",
    "read",
    "take",
    "all",
    "action",
    "minutes",
    "bursts",
  ].flatMap((name) => {
    const value = options.get(name)?.value;
    return value === undefined ? [] : [`${name}: ${quoted(String(value), 200)}`];
  });
  const what = [`\`${command}\``, ...(channel ? [`<#${channel.id}>`] : []), ...values].join(" · ");
  await audit.note(guildId, ({ ran }) => ran(`<@${user.id}>`, what));
}
