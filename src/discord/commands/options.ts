import {
  type ApplicationCommandOptionAllowedChannelType,
  ChannelType,
  type CommandInteractionOptionResolver,
} from "discord.js";
import { dateRange, UsageError } from "../../core/index.ts";
import { oneLine } from "../message-text.ts";
import type { SearchFilters } from "../permissions/viewer-scope.ts";

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

/**
 * The options `since` and `until`, both included. The bot does not know in which zone somebody lives: days are those of
 * the zone that it runs in. @throws UsageError
 */
export const parseDates = (
  options: Pick<CommandInteractionOptionResolver, "getString">,
): Promise<Pick<SearchFilters, "since" | "until">> =>
  dateRange({
    since: options.getString("since") ?? undefined,
    until: options.getString("until") ?? undefined,
  });

const MAX_LABELS = 50;
const MAX_LENGTH = 80;

/** Labels as people type them: `cat, dog, red car`. @param clean makes each fit to be kept @throws UsageError */
export function parseLabels(
  text: string | null,
  clean: (label: string) => string = (label) => oneLine(label, MAX_LENGTH),
): string[] | undefined {
  if (text === null) return undefined;
  const labels = [...new Set(text.split(/[,;\n]/).map(clean))].filter(Boolean);
  if (labels.length === 0) throw new UsageError("Give at least one label, such as: cat, dog, car");
  if (labels.length > MAX_LABELS)
    throw new UsageError(`At most ${MAX_LABELS} labels fit; ${labels.length} were given.`);
  return labels;
}
