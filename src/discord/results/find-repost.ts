import type { Guild } from "discord.js";
import type { DiscordPlacement, ImageRecord, Library } from "../../core/index.ts";
import { isSticker } from "../gateway/payloads.ts";
import type { PostVerifier } from "../ingest/post-verifier.ts";
import { audienceCanRead } from "../permissions/audience.ts";
import type { ChannelDirectory, ReadableChannel } from "../permissions/readable-channels.ts";
import { oldestFirst } from "./find-page.ts";

/** Somebody who posts the same picture again so soon is most likely correcting their post. */
const HOUR_MS = 3_600_000;
const OWN_LEEWAY_MS = HOUR_MS;

export interface RepostParts {
  readonly library: Pick<Library, "findReposts">;
  readonly directory: ChannelDirectory;
  readonly verifier: PostVerifier;
}

export interface Repost {
  readonly image: ImageRecord;
  readonly placement: DiscordPlacement;
  /** Ids of images that may be posted again and again. */
  readonly allowed: ReadonlySet<string>;
  /** Only what was posted so long before counts. */
  readonly afterHours: number;
}

/**
 * The earliest post of the same picture, never of one of the same template. The notice is visible to everybody in the channel, so only channels count that
 * all of them can certainly read.
 */
export async function findRepost(
  parts: RepostParts,
  guild: Guild,
  audience: ReadableChannel,
  { image, placement, allowed, afterHours }: Repost,
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
        ageRestricted: true,
      },
    }),
  });
  if ([image, ...same].some(({ id }) => allowed.has(id))) return undefined;
  const latest = placement.postedAt - afterHours * HOUR_MS;
  const earlier = same
    .flatMap(oldestFirst)
    .filter((other) => other.messageId !== placement.messageId && other.postedAt < latest)
    .filter(({ attachmentId }) => !isSticker({ id: attachmentId }))
    .filter((other) => !isCorrection(other, placement))
    .sort((a, b) => a.postedAt - b.postedAt);
  for (const candidate of earlier.slice(0, 5)) {
    if ((await verifier.verify(candidate)) === "posted") return candidate;
  }
  return undefined;
}

const isCorrection = (earlier: DiscordPlacement, later: DiscordPlacement): boolean =>
  earlier.authorId === later.authorId && later.postedAt - earlier.postedAt < OWN_LEEWAY_MS;
