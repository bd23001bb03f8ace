import type { Guild } from "discord.js";
import type { DiscordPlacement, ImageRecord, Library } from "../../core/index.ts";
import type { PostVerifier } from "../ingest/post-verifier.ts";
import { audienceCanRead } from "../permissions/audience.ts";
import type { ChannelDirectory, ReadableChannel } from "../permissions/readable-channels.ts";
import { oldestFirst } from "./find-page.ts";

/** Somebody who posts the same picture again so soon is most likely correcting their post. */
const OWN_LEEWAY_MS = 60 * 60_000;

export interface RepostParts {
  readonly library: Pick<Library, "findReposts">;
  readonly directory: ChannelDirectory;
  readonly verifier: PostVerifier;
}

/**
 * The earliest post of the same picture. The notice is visible to everybody in the channel, so only channels count that
 * all of them can certainly read.
 */
export async function findRepost(
  parts: RepostParts,
  guild: Guild,
  audience: ReadableChannel,
  { image, placement }: { readonly image: ImageRecord; readonly placement: DiscordPlacement },
): Promise<DiscordPlacement | undefined> {
  const { library, directory, verifier } = parts;
  const openAmong = async (channelIds: readonly string[]) => {
    const channels = await Promise.all(channelIds.map((id) => directory.readableChannel(guild.id, id)));
    return channels.flatMap((channel) =>
      channel && audienceCanRead(guild, audience, channel) ? [channel.channelId] : [],
    );
  };
  const same = await library.findReposts(image.id, {
    guildId: guild.id,
    scopeAmong: async (channelIds) => ({
      files: "none",
      discord: {
        guildId: guild.id,
        channelIds: await openAmong(channelIds),
        ageRestricted: audience.ageRestricted,
      },
    }),
  });
  const earlier = same
    .flatMap(oldestFirst)
    .filter((other) => other.messageId !== placement.messageId && other.postedAt < placement.postedAt)
    .filter((other) => !isCorrection(other, placement))
    .sort((a, b) => a.postedAt - b.postedAt);
  for (const candidate of earlier.slice(0, 5)) {
    if ((await verifier.verify(candidate)) === "posted") return candidate;
  }
  return undefined;
}

const isCorrection = (earlier: DiscordPlacement, later: DiscordPlacement): boolean =>
  earlier.authorId === later.authorId && later.postedAt - earlier.postedAt < OWN_LEEWAY_MS;
