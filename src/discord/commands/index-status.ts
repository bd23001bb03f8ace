import type { ChatInputCommandInteraction } from "discord.js";
import { readablePlaces } from "../access/readable-places.ts";
import type { App } from "../app.ts";
import { describeReport, indexReport } from "../history/index-report.ts";
import { INTENT_ADVICE } from "../intent-advice.ts";
import { fittingLines, MAX_CONTENT } from "../message-limits.ts";
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
  if (lines.length === 0) lines.push("No channel that you can see is indexed. Start with /index add.");
  const above = app.seesContent() ? "" : `${INTENT_ADVICE}\n`;
  const below = `\n-# captions ${rules.captions ? "kept" : "not kept"} · retention ${rules.retentionDays ? `${rules.retentionDays} days` : "unlimited"}`;
  const maxLength = MAX_CONTENT - above.length - below.length;
  return above + fittingLines(lines, { maxLength, total: Math.max(lines.length, places.length) }) + below;
}
