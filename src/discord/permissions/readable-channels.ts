/** The member who sent an interaction, and the channel it came from. Permissions are computed at each call, from the roles that came with it. */
export interface Viewer {
  readonly guildId: string;
  readonly userId: string;
  /** Whether the interaction came from an age-restricted channel. */
  readonly seesAgeRestricted: boolean;
  /** ViewChannel and ReadMessageHistory together, on a channel that is no thread. */
  canRead(channelId: string): boolean;
  /** ManageThreads: grants every private thread. */
  canManageThreads(channelId: string): boolean;
}

/** The channels of the servers that the bot is in, as they are now. */
export interface ChannelDirectory {
  /** Undefined when it is gone, in another server, or not readable for the bot: then nobody is shown its pictures. */
  readableChannel(guildId: string, channelId: string): Promise<ReadableChannel | undefined>;
  /** @param isFresh as Discord says now, and not as it said a moment ago */
  isThreadMember(threadId: string, userId: string, isFresh?: boolean): Promise<boolean>;
}

/** The channels that an answer tells of. It may be sent while its viewer can read all of them. */
export interface AnswerBasis {
  readonly guildId: string;
  /** By its pictures, or only by a count. */
  readonly channelIds: readonly string[];
  readonly seesAgeRestricted: boolean;
}

export async function canReadAll(
  viewer: Viewer,
  { channelIds, seesAgeRestricted }: Omit<AnswerBasis, "guildId">,
  directory: ChannelDirectory,
  /** Those of the pictures that are shown: looked up again. */
  shownFrom: readonly string[] = [],
): Promise<boolean> {
  const viewing = { ...viewer, seesAgeRestricted };
  const shown = new Set(shownFrom);
  const open = await channelsReadableBy(viewing, channelIds, directory);
  const openNow = await channelsReadableBy(viewing, [...shown], directory, { isFresh: true });
  return open.length === channelIds.length && openNow.length === shown.size;
}

/**
 * The one place where permissions are decided. Of these channels and threads, keeps those whose messages this viewer
 * could open in Discord at this moment. Doubts and failed lookups count as no.
 */
export async function channelsReadableBy(
  viewer: Viewer,
  channelIds: readonly string[],
  directory: ChannelDirectory,
  { isFresh = false }: { readonly isFresh?: boolean } = {},
): Promise<ReadableChannel[]> {
  const channels = await Promise.all(channelIds.map((id) => findReadable(directory, viewer.guildId, id)));
  const open = channels.filter(
    (channel): channel is ReadableChannel => channel !== undefined && readsChannelOf(viewer, channel),
  );
  const askAbout = open.filter((channel) => needsMembership(viewer, channel));
  const joined = new Set<ReadableChannel>();
  await Promise.all(
    askAbout.map(async (thread) => {
      if (await isMember(directory, thread.channelId, viewer.userId, isFresh)) joined.add(thread);
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

async function isMember(
  directory: ChannelDirectory,
  threadId: string,
  userId: string,
  isFresh: boolean,
): Promise<boolean> {
  try {
    return await directory.isThreadMember(threadId, userId, isFresh);
  } catch {
    return false;
  }
}

/** A channel or thread that the bot can read. */
export interface ReadableChannel {
  readonly guildId: string;
  readonly channelId: string;
  /** The channel that a thread belongs to. */
  readonly parentId?: string | undefined;
  /** False for forums and media channels: only their threads hold messages. */
  readonly holdsMessages: boolean;
  readonly kind: "channel" | "public-thread" | "private-thread";
  /** Threads inherit it. */
  readonly ageRestricted: boolean;
  /** Its pictures are blurred until clicked. Threads inherit it. */
  readonly spoiler: boolean;
}

/** The channel whose permissions apply: a thread has none of its own. */
export const permissionChannelId = (channel: ReadableChannel): string =>
  channel.parentId ?? channel.channelId;
