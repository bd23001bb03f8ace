import { type BaseInteraction, PermissionFlagsBits as P } from "discord.js";
import { GlimpseError } from "../../core/index.ts";
import type { Reader } from "../access/readable-places.ts";
import { readerBehind } from "../asker.ts";

/** Who manages a server. Owners can hand commands to others, so this is asked every time. @throws GlimpseError */
export function managerBehind(interaction: BaseInteraction): Reader {
  const reader = readerBehind(interaction);
  if (!interaction.memberPermissions?.has(P.ManageGuild)) {
    throw new GlimpseError("Only people who may manage this server can do that.");
  }
  return reader;
}
