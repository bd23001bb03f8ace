import type { DateBound, Library, LibraryView } from "../../core/index.ts";
import {
  type AnswerBasis,
  type ChannelDirectory,
  channelsReadableBy,
  type ReadableChannel,
  type Viewer,
} from "./readable-channels.ts";

/** Filters only ever narrow what the viewer may see. */
export interface SearchFilters {
  /** A channel with its threads, or one thread. */
  readonly channelId?: string | undefined;
  readonly authorId?: string | undefined;
  readonly since?: DateBound | undefined;
  readonly until?: DateBound | undefined;
  readonly caption?: string | undefined;
}

export interface VisibleLibrary {
  readonly view: LibraryView;
  readonly channels: readonly ReadableChannel[];
  readonly basis: AnswerBasis;
}

/** Every picture that this viewer may see now, and nothing else: computed once for each query. */
export async function visibleLibrary(
  {
    library,
    directory,
  }: { readonly library: Pick<Library, "posts" | "within">; readonly directory: ChannelDirectory },
  viewer: Viewer,
  narrowing: SearchFilters = {},
): Promise<VisibleLibrary> {
  const { channelId, authorId, since, until, caption } = narrowing;
  const indexed = await library.posts.channels(viewer.guildId);
  const requested = indexed
    .filter((channel) => !channelId || channel.channelId === channelId || channel.parentId === channelId)
    .sort((a, b) => b.images - a.images);
  const ids = requested.map((channel) => channel.channelId);
  const channels = await channelsReadableBy(viewer, ids, directory);
  const channelIds = channels.map((channel) => channel.channelId);
  const discord = {
    guildId: viewer.guildId,
    channelIds,
    // Decided by what each channel is now, and not by what it was when its pictures came.
    ageRestricted: true,
    authorId,
    captionContains: caption,
  };
  return {
    view: library.within({ files: "none", discord, since, until }),
    channels,
    basis: { guildId: viewer.guildId, channelIds, seesAgeRestricted: viewer.seesAgeRestricted },
  };
}
