import type { Library, Scope } from "../../core/index.ts";
import type { Place } from "./place.ts";
import { type Reader, readablePlaces, type ServerView } from "./readable-places.ts";

/** What narrows a question further; none of it can widen it. */
export interface Narrowing {
  /** A channel with its threads, or one thread. */
  readonly channelId?: string | undefined;
  readonly authorId?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly caption?: string | undefined;
}

export interface ReadersScope {
  readonly scope: Scope;
  readonly places: readonly Place[];
}

/** The scope of one question: every picture that this reader may see now, and nothing else. */
export async function readersScope(
  { library, server }: { readonly library: Pick<Library, "posted">; readonly server: ServerView },
  reader: Reader,
  narrowing: Narrowing = {},
): Promise<ReadersScope> {
  const { channelId, authorId, since, until, caption } = narrowing;
  const channels = await library.posted.guildChannels(reader.guildId);
  const asked = channels
    .filter((channel) => !channelId || channel.channelId === channelId || channel.parentId === channelId)
    .sort((a, b) => b.images - a.images);
  const ids = asked.map((channel) => channel.channelId);
  const places = await readablePlaces(reader, ids, server);
  const discord = {
    guildId: reader.guildId,
    channelIds: places.map((place) => place.channelId),
    ageRestricted: reader.ageRestricted,
    authorId,
    captionContains: caption,
  };
  return { scope: { files: "none", discord, since, until }, places };
}
