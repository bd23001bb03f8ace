import { type ApplicationCommandOptionAllowedChannelType, ChannelType } from "discord.js";
import { UsageError } from "../../core/errors.ts";
import { oneLine } from "../message-text.ts";

type Allowed = ApplicationCommandOptionAllowedChannelType[];

const withMessages: Allowed = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
];

const threads: Allowed = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

const writable: Allowed = [ChannelType.GuildText, ChannelType.GuildAnnouncement];

/** Channel types that an option offers. */
export const channelTypes = {
  indexable: withMessages,
  searchable: [...withMessages, ...threads],
  writable,
};

const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, w: 7 * DAY_MS, m: 30 * DAY_MS, y: 365 * DAY_MS };

/** `2026-03-01` (its first moment, UTC), or an age such as `7d`. @throws UsageError */
export function parseDay(text: string | null, now = Date.now()): number | undefined {
  if (text === null) return undefined;
  const typed = text.trim().toLowerCase();
  const age = /^(\d{1,4})\s*([dwmy])$/.exec(typed);
  if (age) return now - Number(age[1]) * (UNITS[age[2] ?? ""] ?? 0);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? Date.parse(`${typed}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError("Give a day like 2026-03-01, or an age like 7d, 4w, 6m or 1y.");
  return time;
}

const MAX_LABELS = 50;
const MAX_LENGTH = 80;

/** Labels as people type them: `cat, dog, red car`. @throws UsageError */
export function parseLabels(text: string | null): string[] | undefined {
  if (text === null) return undefined;
  const labels = [...new Set(text.split(/[,;\n]/).map((label) => oneLine(label, MAX_LENGTH)))].filter(
    Boolean,
  );
  if (labels.length === 0) throw new UsageError("Give at least one label, such as: cat, dog, car");
  if (labels.length > MAX_LABELS)
    throw new UsageError(`At most ${MAX_LABELS} labels fit; ${labels.length} were given.`);
  return labels;
}
