import {
  type ApplicationCommandOptionAllowedChannelType,
  ApplicationIntegrationType,
  ChannelType,
  type CommandInteractionOptionResolver,
  InteractionContextType,
  type MessageComponentInteraction,
} from "discord.js";
import { dateRange, UsageError } from "../../core/index.ts";
import { oneLine, quoted } from "../message-text.ts";
import type { SearchFilters } from "../permissions/viewer-scope.ts";
import { Refusal } from "../texts/refusal.ts";

/** Of commands that also work in direct messages, and as an app that somebody added to their account. */
export const EVERYWHERE = {
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
};

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
  threads,
  writable,
};

/**
 * The options `since` and `until`, both included. The bot does not know in which zone somebody lives: days are those of
 * the zone that it runs in. @throws Refusal
 */
export async function parseDates(
  options: Pick<CommandInteractionOptionResolver, "getString">,
): Promise<Pick<SearchFilters, "since" | "until">> {
  const since = options.getString("since") ?? undefined;
  const until = options.getString("until") ?? undefined;
  const told = (words: string | undefined) => quoted(words ?? "", 30);
  const refuse = (tell: ConstructorParameters<typeof Refusal>[0]) => (error: unknown) => {
    if (error instanceof UsageError) throw new Refusal(tell, { cause: error });
    throw error;
  };
  await dateRange({ since }).catch(refuse(({ noDate }) => noDate(told(since))));
  await dateRange({ until }).catch(refuse(({ noDate }) => noDate(told(until))));
  return dateRange({ since, until }).catch(
    refuse(({ datesReversed }) => datesReversed(told(since), told(until))),
  );
}

const MAX_LABELS = 50;
const MAX_LENGTH = 80;

/** Labels as people type them: `cat, dog, red car`. @param clean makes each fit to be kept @throws Refusal */
export function parseLabels(
  text: string | null,
  clean: (label: string) => string = (label) => oneLine(label, MAX_LENGTH),
): string[] | undefined {
  if (text === null) return undefined;
  const labels = [...new Set(text.split(/[,;\n]/).map(clean))].filter(Boolean);
  if (labels.length === 0) throw new Refusal(({ noLabel }) => noLabel);
  if (labels.length > MAX_LABELS)
    throw new Refusal(({ tooManyLabels }) => tooManyLabels(MAX_LABELS, labels.length));
  return labels;
}

/** The first entry that was chosen in a menu. */
export const chosen = (interaction: MessageComponentInteraction): string | undefined =>
  interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
