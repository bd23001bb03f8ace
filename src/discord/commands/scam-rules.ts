import { type ChatInputCommandInteraction, type Guild, PermissionFlagsBits as P } from "discord.js";
import { type ScamWatch, scamActions } from "../ingest/guild-settings.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { managerOf } from "./viewer.ts";
import { writableChannel } from "./writable-channel.ts";

/** Discord's limit: 28 days. */
export const MAX_TIMEOUT_MINUTES = 40_320;

const WISHES = ["channel", "action", "minutes", "bursts"];

/** What is not named stays as it was; where nothing is, nothing is watched any more. */
export async function watchScams(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
  const viewer = await managerOf(interaction, context);
  const { guildId } = viewer;
  const { options } = interaction;
  const { scam: texts } = answersIn(interaction.locale);
  const before = (await context.settings.get(guildId)).scam;
  if (WISHES.every((name) => options.get(name) === null)) {
    await context.settings.update(guildId, (now) => ({ ...now, scam: { ...now.scam, channelId: null } }));
    return { content: texts.off };
  }
  if (!context.seesContent()) throw new Refusal(({ noContent }) => noContent);
  const named = options.getChannel("channel")?.id ?? before.channelId;
  if (named === null) throw new Refusal(({ safety }) => safety.nameChannel);
  const channelId = await writableChannel(interaction, context, viewer, named);
  const scam: ScamWatch = {
    channelId,
    action: scamActions.find((each) => each === options.getString("action")) ?? before.action,
    timeoutMinutes: minutesOf(options.getInteger("minutes") ?? before.timeoutMinutes),
    bursts: options.getBoolean("bursts") ?? before.bursts,
  };
  requireMay(interaction.guild, scam.action);
  await context.settings.update(guildId, (now) => ({ ...now, scam }));
  const pictures = (await context.scamList.of(guildId)).length;
  const lines = [
    texts.on(`<#${channelId}>`, pictures),
    texts.actions[scam.action](scam.timeoutMinutes),
    ...(scam.bursts ? [texts.burstsToo] : []),
  ];
  return { content: lines.join(" ") };
}

const minutesOf = (minutes: number): number =>
  Math.max(1, Math.min(MAX_TIMEOUT_MINUTES, Math.floor(minutes)));

/** In the whole server; a channel may still deny it, which the alert then says. */
function requireMay(guild: Guild | null, action: ScamWatch["action"]): void {
  const has = (permission: bigint) => guild?.members.me?.permissions.has(permission) === true;
  if (action !== "alert" && !has(P.ManageMessages)) throw new Refusal(({ scam }) => scam.giveDelete);
  if (action === "timeout" && !has(P.ModerateMembers)) throw new Refusal(({ scam }) => scam.giveTimeOut);
}
