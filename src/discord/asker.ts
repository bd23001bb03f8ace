import type { BaseInteraction } from "discord.js";
import { GlimpseError } from "../core/index.ts";
import { readerOf } from "./access/discord-server.ts";
import type { Reader } from "./access/readable-places.ts";

/** The person behind an interaction as a reader of this server. @throws GlimpseError outside a server of the bot */
export function readerBehind(interaction: BaseInteraction): Reader {
  if (!interaction.inCachedGuild()) {
    throw new GlimpseError("This works in servers that the bot has joined. Please ask again there.");
  }
  return readerOf(interaction.member, interaction.channel);
}
