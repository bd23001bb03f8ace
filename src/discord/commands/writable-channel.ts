import { type BaseInteraction, PermissionFlagsBits as P } from "discord.js";
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
  const me = guild.members.me;
  const isWritable =
    me &&
    rootChannel(guild, id)
      ?.permissionsFor(me)
      .has(P.ViewChannel | P.SendMessages);
  if (!isWritable) throw new Refusal(({ scam }) => scam.mayNotWrite(`<#${id}>`));
  return id;
}
