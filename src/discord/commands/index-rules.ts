import type { ChatInputCommandInteraction } from "discord.js";
import type { App } from "../app.ts";
import { countedWere } from "../counted.ts";
import { keptSince } from "../intake/take-pictures.ts";
import { managerBehind } from "./manager.ts";

export async function keepCaptions(interaction: ChatInputCommandInteraction, app: App): Promise<string> {
  const { guildId } = managerBehind(interaction);
  const captions = interaction.options.getBoolean("keep", true);
  await app.settings.change(guildId, (now) => ({ ...now, captions }));
  if (captions) {
    return "Message text is kept beside pictures posted from now on, and erased with the message. /find caption: searches it.";
  }
  await app.library.posted.forgetCaptions(guildId);
  return "No message text is kept. Every caption was erased.";
}

export async function setRetention(interaction: ChatInputCommandInteraction, app: App): Promise<string> {
  const { guildId } = managerBehind(interaction);
  const days = Math.max(0, Math.min(3_650, interaction.options.getInteger("days", true)));
  const retentionDays = days === 0 ? null : days;
  await app.settings.change(guildId, (now) => ({ ...now, retentionDays }));
  if (retentionDays === null) return "Pictures stay in the index until their message is deleted.";
  const { placements } = await app.erasures.erase({ guildId, postedBefore: keptSince(retentionDays) });
  return `Pictures leave the index ${days} days after they were posted. ${countedWere(placements, "picture")} erased now.`;
}
