import type { DiscordPlacement } from "../../core/index.ts";

export const jumpLink = ({ guildId, channelId, messageId }: DiscordPlacement): string =>
  `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;
