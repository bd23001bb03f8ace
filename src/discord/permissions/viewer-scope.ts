import type { DateBound, Library, Scope } from "../../core/index.ts";
import type { ReadableChannel } from "./readable-channels.ts";
import { type ChannelDirectory, channelsReadableBy, type Viewer } from "./readable-channels.ts";

/** Filters only ever narrow what the viewer may see. */
export interface SearchFilters {
  /** A channel with its threads, or one thread. */
  readonly channelId?: string | undefined;
  readonly authorId?: string | undefined;
  readonly since?: DateBound | undefined;
  readonly until?: DateBound | undefined;
  readonly caption?: string | undefined;
}

export interface ViewerScope {
  readonly scope: Scope;
  readonly channels: readonly ReadableChannel[];
}

/** The scope of one query: every picture that this viewer may see now, and nothing else. */
export async function viewerScope(
  { library, directory }: { readonly library: Pick<Library, "posts">; readonly directory: ChannelDirectory },
  viewer: Viewer,
  narrowing: SearchFilters = {},
): Promise<ViewerScope> {
  const { channelId, authorId, since, until, caption } = narrowing;
  const indexed = await library.posts.channels(viewer.guildId);
  const requested = indexed
    .filter((channel) => !channelId || channel.channelId === channelId || channel.parentId === channelId)
    .sort((a, b) => b.images - a.images);
  const ids = requested.map((channel) => channel.channelId);
  const channels = await channelsReadableBy(viewer, ids, directory);
  const discord = {
    guildId: viewer.guildId,
    channelIds: channels.map((channel) => channel.channelId),
    ageRestricted: viewer.seesAgeRestricted,
    authorId,
    captionContains: caption,
  };
  return { scope: { files: "none", discord, since, until }, channels };
}
