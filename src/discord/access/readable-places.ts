import { type Place, rulingChannel } from "./place.ts";

/** Who asks, from where; every answer is that of the moment, from the member that came with the interaction. */
export interface Reader {
  readonly guildId: string;
  readonly userId: string;
  /** Whether the question is asked in an age-restricted channel. */
  readonly ageRestricted: boolean;
  /** ViewChannel and ReadMessageHistory together, on a channel that is no thread. */
  canRead(channelId: string): boolean;
  /** ManageThreads: such a person sees every private thread. */
  managesThreads(channelId: string): boolean;
}

/** What the bot knows of the server now. */
export interface ServerView {
  /** Undefined when the place is gone, of another server, or hidden from the bot: then nobody sees it. */
  place(guildId: string, channelId: string): Promise<Place | undefined>;
  /** Asks Discord, never a cache. */
  isThreadMember(threadId: string, userId: string): Promise<boolean>;
}

/** Private threads asked about per question; the busiest come first, those beyond stay unseen. */
const MAX_PRIVATE_THREADS = 40;

/**
 * The one place that decides what a person may see. Of these channels and threads, keeps those whose pictures
 * this reader could open in Discord at this moment. Any doubt, and any failure to find out, means no.
 */
export async function readablePlaces(
  reader: Reader,
  channelIds: readonly string[],
  server: ServerView,
): Promise<Place[]> {
  const places = await Promise.all(channelIds.map((id) => placeOrNothing(server, reader.guildId, id)));
  const open = places.filter((place): place is Place => place !== undefined && readsChannelOf(reader, place));
  const askAbout = open.filter((place) => needsMembership(reader, place)).slice(0, MAX_PRIVATE_THREADS);
  const joined = new Set<Place>();
  await Promise.all(
    askAbout.map(async (thread) => {
      if (await isMember(server, thread.channelId, reader.userId)) joined.add(thread);
    }),
  );
  return open.filter((place) => !needsMembership(reader, place) || joined.has(place));
}

function readsChannelOf(reader: Reader, place: Place): boolean {
  if (place.guildId !== reader.guildId) return false;
  if (place.ageRestricted && !reader.ageRestricted) return false;
  return reader.canRead(rulingChannel(place));
}

const needsMembership = (reader: Reader, place: Place): boolean =>
  place.kind === "private-thread" && !reader.managesThreads(rulingChannel(place));

async function placeOrNothing(server: ServerView, guildId: string, channelId: string) {
  try {
    return await server.place(guildId, channelId);
  } catch {
    return undefined;
  }
}

async function isMember(server: ServerView, threadId: string, userId: string): Promise<boolean> {
  try {
    return await server.isThreadMember(threadId, userId);
  } catch {
    return false;
  }
}
