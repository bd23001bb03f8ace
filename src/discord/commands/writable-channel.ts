import { type BaseInteraction, type Guild, PermissionFlagsBits as P } from "discord.js";
import { rootChannel } from "../permissions/channel-directory.ts";
import { channelsReadableBy, type Viewer } from "../permissions/readable-channels.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";

/** The id of a channel that the member can read and the bot can write in, whatever id the client sends. @throws Refusal */
export async function writableChannel(
  { guild }: BaseInteraction,
  { directory }: Pick<BotContext, "directory">,
  viewer: Viewer,
  id: string,
): Promise<string> {
  const [channel] = await channelsReadableBy({ ...viewer, seesAgeRestricted: true }, [id], directory);
  if (!guild || channel?.kind !== "channel") throw new Refusal(({ index }) => index.noChannel);
  if (!mayWrite(guild, id)) throw new Refusal(({ scam }) => scam.mayNotWrite(`<#${id}>`));
  return id;
}

/** Whether the bot may, as permissions are now. */
export function mayWrite(guild: Guild, channelId: string): boolean {
  const me = guild.members.me;
  const channel = rootChannel(guild, channelId);
  return me !== null && channel?.permissionsFor(me).has(P.ViewChannel | P.SendMessages) === true;
}
