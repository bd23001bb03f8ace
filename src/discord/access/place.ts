/** A channel or thread as permissions see it. */
export interface Place {
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
export const rulingChannel = (place: Place): string => place.parentId ?? place.channelId;
