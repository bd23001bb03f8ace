import type { ChatInputCommandInteraction } from "discord.js";
import { GlimpseError } from "../../core/index.ts";
import { readersOfAlsoRead } from "../access/everyone-reads.ts";
import type { Place } from "../access/place.ts";
import { readablePlaces } from "../access/readable-places.ts";
import type { App } from "../app.ts";
import { countedWere } from "../counted.ts";
import { forgetPositions, unindex } from "../intake/forget.ts";
import { INTENT_ADVICE } from "../intent-advice.ts";
import { managerBehind } from "./manager.ts";

/** The same words whether it does not exist, is hidden from the bot, or hidden from the person. */
class NoSuchChannelError extends GlimpseError {
  override name = "NoSuchChannelError";

  constructor() {
    super(
      "That channel cannot be used: it is not there, or you or the bot may not see it and read its history. " +
        "Give the bot View Channel and Read Message History there, then try again.",
    );
  }
}

/** A channel that both the asking manager and the bot can read, whatever ids a client makes up. */
async function chosenChannel(interaction: ChatInputCommandInteraction, app: App): Promise<Place> {
  const reader = managerBehind(interaction);
  const { id } = interaction.options.getChannel("channel", true);
  // A manager may look after an age-restricted channel from anywhere.
  const [place] = await readablePlaces({ ...reader, ageRestricted: true }, [id], app.server);
  if (place?.kind !== "channel") throw new NoSuchChannelError();
  return place;
}

export async function addChannel(interaction: ChatInputCommandInteraction, app: App): Promise<string> {
  const { guildId, channelId } = await chosenChannel(interaction, app);
  if (!app.seesContent()) throw new GlimpseError(INTENT_ADVICE);
  const rules = await app.settings.of(guildId);
  if (rules.indexed[channelId]) return `<#${channelId}> is indexed already. See /index status.`;
  await forgetPositions(app, guildId, channelId);
  await app.settings.change(guildId, (now) => ({
    ...now,
    indexed: { ...now.indexed, [channelId]: { since: Date.now(), paused: false } },
  }));
  await app.jobs.open(guildId, channelId, channelId);
  const shown = await showProgress(interaction, app, { guildId, channelId });
  app.historian.wake(guildId);
  return [
    `<#${channelId}> will be indexed: new pictures at once, older ones from the newest on.`,
    shown ? "The message below shows how far it is." : "See /index status for how far it is.",
    "Everybody can keep their own pictures out with /privacy.",
  ].join(" ");
}

/** Only where everybody may know of the channel. */
async function showProgress(
  interaction: ChatInputCommandInteraction,
  app: App,
  { guildId, channelId }: Pick<Place, "guildId" | "channelId">,
): Promise<boolean> {
  const there = await app.server.place(guildId, interaction.channelId);
  const source = await app.server.place(guildId, channelId);
  if (!interaction.guild || !there || !source) return false;
  if (!readersOfAlsoRead(interaction.guild, there, source)) return false;
  try {
    await app.progress.start(guildId, channelId, interaction.channelId);
    return true;
  } catch (error) {
    app.log.debug({ guildId, channelId, error }, "progress could not be shown");
    return false;
  }
}

export async function removeChannel(interaction: ChatInputCommandInteraction, app: App): Promise<string> {
  const { guildId, channelId } = await ruledChannel(interaction, app);
  const pictures = await unindex(app, guildId, channelId);
  return `<#${channelId}> is no longer indexed. ${countedWere(pictures, "picture")} erased from the index.`;
}

export async function pauseChannel(interaction: ChatInputCommandInteraction, app: App): Promise<string> {
  const { guildId, channelId } = await ruledChannel(interaction, app);
  await setPaused(app, guildId, channelId, true);
  app.marks.stop(channelId);
  return `<#${channelId}> is paused. Its pictures stay findable; new ones wait for /index resume.`;
}

export async function resumeChannel(interaction: ChatInputCommandInteraction, app: App): Promise<string> {
  const { guildId, channelId } = await indexed(app, await chosenChannel(interaction, app));
  await setPaused(app, guildId, channelId, false);
  // What was posted meanwhile, in threads too, is read from history; in the background.
  void app.historian.catchUp(guildId, 0);
  return `<#${channelId}> goes on where it was paused.`;
}

type Channel = Pick<Place, "guildId" | "channelId">;

/** For taking less: what was indexed can be let go although the bot has lost sight of it. */
async function ruledChannel(interaction: ChatInputCommandInteraction, app: App): Promise<Channel> {
  const { guildId } = managerBehind(interaction);
  const { id: channelId } = interaction.options.getChannel("channel", true);
  if (!app.named.canRead(interaction.id, channelId)) throw new NoSuchChannelError();
  return indexed(app, { guildId, channelId });
}

async function indexed(app: App, { guildId, channelId }: Channel): Promise<Channel> {
  const rules = await app.settings.of(guildId);
  if (!rules.indexed[channelId]) throw new GlimpseError(`<#${channelId}> is not indexed.`);
  return { guildId, channelId };
}

async function setPaused(app: App, guildId: string, channelId: string, paused: boolean): Promise<void> {
  await app.settings.change(guildId, (now) => {
    const rule = now.indexed[channelId];
    return rule ? { ...now, indexed: { ...now.indexed, [channelId]: { ...rule, paused } } } : now;
  });
}
