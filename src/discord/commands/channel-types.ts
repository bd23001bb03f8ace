import { type ApplicationCommandOptionAllowedChannelType, ChannelType } from "discord.js";

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

/** What a channel option lets people choose. */
export const channelTypes = {
  indexable: withMessages,
  searchable: [...withMessages, ...threads],
  writable,
};
