import { type BaseInteraction, PermissionFlagsBits as P } from "discord.js";
import { GlimpseError } from "../../core/index.ts";
import { createViewer } from "../permissions/channel-directory.ts";
import type { Viewer } from "../permissions/readable-channels.ts";

/** The invoking member as a viewer. @throws GlimpseError outside a server of the bot */
export function viewerOf(interaction: BaseInteraction): Viewer {
  if (!interaction.inCachedGuild()) {
    throw new GlimpseError("This works in servers that the bot has joined. Please run it there.");
  }
  return createViewer(interaction.member, interaction.channel);
}

/** Checked at every call, because server owners can grant commands to others. @throws GlimpseError */
export function managerOf(interaction: BaseInteraction): Viewer {
  const viewer = viewerOf(interaction);
  if (!interaction.memberPermissions?.has(P.ManageGuild)) {
    throw new GlimpseError("Only people who may manage this server can do that.");
  }
  return viewer;
}
