import { type BaseInteraction, PermissionFlagsBits as P } from "discord.js";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { createViewer, isTimedOut } from "../permissions/channel-directory.ts";
import { memberNow } from "../permissions/guild-members.ts";
import type { Viewer } from "../permissions/readable-channels.ts";
import { Refusal } from "../texts/refusal.ts";

/** The invoking member as a viewer. @throws Refusal outside a server of the bot */
export function viewerOf(interaction: BaseInteraction): Viewer {
  if (!interaction.inCachedGuild()) {
    throw new Refusal(({ onlyInServers }) => onlyInServers);
  }
  return createViewer(interaction.member, interaction.channel);
}

/**
 * The member as Discord has them now, for answers that took a while: of roles that are taken away meanwhile the gateway
 * says nothing. @throws Refusal when they are no longer in the server
 */
export async function refreshMember(interaction: BaseInteraction): Promise<void> {
  if (!interaction.inCachedGuild()) return;
  const member = await memberNow(interaction.guild, interaction.user.id);
  if (!member) throw new Refusal(({ noMember }) => noMember);
  interaction.member = member;
}

/**
 * Who asked, as a viewer of that server, also from elsewhere: from a direct message, or as an app of theirs in a server that
 * the bot is not in. There they are looked up at every call, and see nothing age-restricted. @throws Refusal
 */
export async function viewerIn(interaction: BaseInteraction, guildId: string): Promise<Viewer> {
  if (interaction.inCachedGuild() && interaction.guildId === guildId) return viewerOf(interaction);
  const guild = interaction.client.guilds.cache.get(guildId);
  const member = guild?.available ? await memberNow(guild, interaction.user.id) : undefined;
  if (!member) throw new Refusal(({ noMember }) => noMember);
  return createViewer(member, null);
}

/**
 * The invoking member, if they may manage the server, or if somebody who may handed this command to them in the server's
 * settings (Integrations). Checked at every call. @throws Refusal
 */
export async function managerOf(
  interaction: BaseInteraction,
  { api }: { readonly api: Pick<DiscordApi, "isGrantedCommand" | "commandIdOf"> },
): Promise<Viewer> {
  const viewer = viewerOf(interaction);
  if (hasPermissionHere(interaction, P.ManageGuild) || (await isHandedToThem(interaction, api)))
    return viewer;
  throw new Refusal(({ notManager }) => notManager);
}

/**
 * The invoking member, if they may manage messages in the whole server, not only in a channel that was given to them, or were
 * handed this command, or /scam, for what stands beneath its answers. Checked at every call. @throws Refusal
 */
export async function moderatorOf(
  interaction: BaseInteraction,
  { api }: { readonly api: Pick<DiscordApi, "isGrantedCommand" | "commandIdOf"> },
): Promise<Viewer> {
  const viewer = viewerOf(interaction);
  if (moderates(interaction) || (await isHandedToThem(interaction, api, "scam"))) return viewer;
  throw new Refusal(({ notModerator }) => notModerator);
}

function moderates(interaction: BaseInteraction): boolean {
  if (!interaction.inCachedGuild() || isTimedOut(interaction.member)) return false;
  return interaction.member.permissions.any(P.ManageMessages | P.ManageGuild);
}

/** In the channel that the interaction came from, as Discord computed it. */
export function hasPermissionHere(interaction: BaseInteraction, permission: bigint): boolean {
  if (!interaction.inCachedGuild() || isTimedOut(interaction.member)) return false;
  return interaction.memberPermissions.has(permission);
}

/** @param behind the command that a button or a menu belongs to */
async function isHandedToThem(
  interaction: BaseInteraction,
  api: Pick<DiscordApi, "isGrantedCommand" | "commandIdOf">,
  behind?: string,
): Promise<boolean> {
  if (!interaction.inCachedGuild() || isTimedOut(interaction.member)) return false;
  const { applicationId, guildId, member } = interaction;
  const commandId = interaction.isCommand()
    ? interaction.commandId
    : behind && (await api.commandIdOf({ applicationId, guildId, name: behind }));
  if (!commandId) return false;
  const roleIds = [...member.roles.cache.keys()];
  return api.isGrantedCommand({ applicationId, guildId, commandId }, { userId: member.id, roleIds });
}
