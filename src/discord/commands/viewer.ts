import { type BaseInteraction, RESTJSONErrorCodes as ErrorCode, PermissionFlagsBits as P } from "discord.js";
import { GlimpseError } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { discordErrorCode } from "../gateway/retry.ts";
import { createViewer, isTimedOut } from "../permissions/channel-directory.ts";
import type { Viewer } from "../permissions/readable-channels.ts";

/** The invoking member as a viewer. @throws GlimpseError outside a server of the bot */
export function viewerOf(interaction: BaseInteraction): Viewer {
  if (!interaction.inCachedGuild()) {
    throw new GlimpseError("This works in servers that the bot has joined. Please run it there.");
  }
  return createViewer(interaction.member, interaction.channel);
}

/**
 * The member as Discord has them now, for answers that took a while: of roles that are taken away meanwhile the gateway
 * says nothing. @throws GlimpseError when they are no longer in the server
 */
export async function refreshMember(interaction: BaseInteraction): Promise<void> {
  if (!interaction.inCachedGuild()) return;
  const { guild, user } = interaction;
  try {
    interaction.member = await guild.members.fetch({ user: user.id, force: true, cache: false });
  } catch (error) {
    if (discordErrorCode(error) !== ErrorCode.UnknownMember) throw error;
    throw new GlimpseError("You are no longer in this server.");
  }
}

/**
 * The invoking member, if they may manage the server, or if somebody who may handed this command to them in the server's
 * settings (Integrations). Checked at every call. @throws GlimpseError
 */
export async function managerOf(
  interaction: BaseInteraction,
  { api }: { readonly api: Pick<DiscordApi, "isGrantedCommand"> },
): Promise<Viewer> {
  const viewer = viewerOf(interaction);
  if (mayHere(interaction, P.ManageGuild) || (await isHandedToThem(interaction, api))) return viewer;
  throw new GlimpseError(
    "Only people who may manage this server, or were given this command in its settings, can do that.",
  );
}

/** In the channel that the interaction came from, as Discord computed it. */
export function mayHere(interaction: BaseInteraction, permission: bigint): boolean {
  if (!interaction.inCachedGuild() || isTimedOut(interaction.member)) return false;
  return interaction.memberPermissions.has(permission);
}

async function isHandedToThem(
  interaction: BaseInteraction,
  api: Pick<DiscordApi, "isGrantedCommand">,
): Promise<boolean> {
  if (!interaction.inCachedGuild() || !interaction.isCommand() || isTimedOut(interaction.member))
    return false;
  const { applicationId, guildId, commandId, member } = interaction;
  const roleIds = [...member.roles.cache.keys()];
  return api.isGrantedCommand({ applicationId, guildId, commandId }, { userId: member.id, roleIds });
}
