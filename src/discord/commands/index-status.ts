import type { ChatInputCommandInteraction } from "discord.js";
import { readablePlaces } from "../access/readable-places.ts";
import type { App } from "../app.ts";
import { describeReport, indexReport } from "../history/index-report.ts";
import { INTENT_ADVICE } from "../intent-advice.ts";
import { managerBehind } from "./manager.ts";

const MAX_LINES = 15;

/** How far each indexed channel is, of those that the asking manager can see. */
export async function indexStatus(interaction: ChatInputCommandInteraction, app: App): Promise<string> {
  const reader = managerBehind(interaction);
  const { guildId } = reader;
  const rules = await app.settings.of(guildId);
  const only = interaction.options.getChannel("channel")?.id;
  const roots = Object.keys(rules.indexed).filter((id) => only === undefined || id === only);
  const places = await readablePlaces({ ...reader, ageRestricted: true }, roots, app.server);
  const { jobs, secondTries } = app;
  const { posted } = app.library;
  const lines: string[] = [];
  for (const { channelId } of places.slice(0, MAX_LINES)) {
    const paused = rules.indexed[channelId]?.paused === true;
    const report = await indexReport({ jobs, secondTries, posted }, guildId, channelId, paused);
    lines.push(describeReport(channelId, report));
  }
  const more = places.length - lines.length;
  return [
    ...(app.seesContent() ? [] : [INTENT_ADVICE]),
    ...(lines.length > 0 ? lines : ["No channel that you can see is indexed. Start with /index add."]),
    ...(more > 0 ? [`-# and ${more} more`] : []),
    `-# captions ${rules.captions ? "kept" : "not kept"} · retention ${rules.retentionDays ? `${rules.retentionDays} days` : "unlimited"}`,
  ].join("\n");
}
