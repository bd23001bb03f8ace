import type { DiscordPlacement, ImageRecord } from "../core/types.ts";

/** Where an image is, one string per placement: a path, or a link to the Discord message. */
export const pathsOf = (image: ImageRecord): string[] =>
  image.placements.map((placement) => (placement.kind === "file" ? placement.path : jumpLink(placement)));

/** Address at which Discord shows the message. */
export const jumpLink = ({
  guildId,
  channelId,
  messageId,
}: Pick<DiscordPlacement, "guildId" | "channelId" | "messageId">): string =>
  `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;

/** Files that can be reached now. */
export const filesOf = (image: ImageRecord): string[] =>
  image.placements.flatMap((placement) =>
    placement.kind === "file" && placement.online ? [placement.path] : [],
  );
