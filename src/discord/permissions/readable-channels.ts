/** Who asks, from where; every answer is that of the moment, from the member that came with the interaction. */
export interface Viewer {
  readonly guildId: string;
  readonly userId: string;
  /** Whether the question is asked in an age-restricted channel. */
  readonly seesAgeRestricted: boolean;
  /** ViewChannel and ReadMessageHistory together, on a channel that is no thread. */
  canRead(channelId: string): boolean;
  /** ManageThreads: such a person sees every private thread. */
  canManageThreads(channelId: string): boolean;
}

/** What the bot knows of the server now. */
export interface ChannelDirectory {
  /** Undefined when the place is gone, of another server, or hidden from the bot: then nobody sees it. */
  readableChannel(guildId: string, channelId: string): Promise<ReadableChannel | undefined>;
  /** Asks Discord, never a cache. */
  isThreadMember(threadId: string, userId: string): Promise<boolean>;
}

/** Private threads asked about per question; the busiest come first, those beyond stay unseen. */
const MAX_PRIVATE_THREADS = 40;

/**
 * The one place that decides what a person may see. Of these channels and threads, keeps those whose pictures
 * this reader could open in Discord at this moment. Any doubt, and any failure to find out, means no.
 */
export async function channelsReadableBy(
  viewer: Viewer,
  channelIds: readonly string[],
  directory: ChannelDirectory,
): Promise<ReadableChannel[]> {
  const channels = await Promise.all(channelIds.map((id) => findReadable(directory, viewer.guildId, id)));
  const open = channels.filter(
    (channel): channel is ReadableChannel => channel !== undefined && readsChannelOf(viewer, channel),
  );
  const askAbout = open.filter((channel) => needsMembership(viewer, channel)).slice(0, MAX_PRIVATE_THREADS);
  const joined = new Set<ReadableChannel>();
  await Promise.all(
    askAbout.map(async (thread) => {
      if (await isMember(directory, thread.channelId, viewer.userId)) joined.add(thread);
    }),
  );
  return open.filter((channel) => !needsMembership(viewer, channel) || joined.has(channel));
}

function readsChannelOf(viewer: Viewer, channel: ReadableChannel): boolean {
  if (channel.guildId !== viewer.guildId) return false;
  if (channel.ageRestricted && !viewer.seesAgeRestricted) return false;
  return viewer.canRead(permissionChannelId(channel));
}

const needsMembership = (viewer: Viewer, channel: ReadableChannel): boolean =>
  channel.kind === "private-thread" && !viewer.canManageThreads(permissionChannelId(channel));

async function findReadable(directory: ChannelDirectory, guildId: string, channelId: string) {
  try {
    return await directory.readableChannel(guildId, channelId);
  } catch {
    return undefined;
  }
}

async function isMember(directory: ChannelDirectory, threadId: string, userId: string): Promise<boolean> {
  try {
    return await directory.isThreadMember(threadId, userId);
  } catch {
    return false;
  }
}

/** A channel or thread as permissions see it. */
export interface ReadableChannel {
  readonly guildId: string;
  readonly channelId: string;
  /** The channel that a thread belongs to. */
  readonly parentId?: string | undefined;
  /** False for forums and media channels: only their threads hold messages. */
  readonly holdsMessages: boolean;
  readonly kind: "channel" | "public-thread" | "private-thread";
  /** A thread takes this from its channel. */
  readonly ageRestricted: boolean;
  /** People have to opt in to see what is posted there; a thread takes this from its channel. */
  readonly spoiler: boolean;
}

/** Where permissions are decided: a thread has none of its own. */
export const permissionChannelId = (channel: ReadableChannel): string =>
  channel.parentId ?? channel.channelId;
