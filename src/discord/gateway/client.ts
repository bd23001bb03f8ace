import { Client, GatewayIntentBits as Intent, Options, type RESTOptions } from "discord.js";

export interface ClientOptions {
  /** Request message content; without it only commands work. */
  readonly content: boolean;
  /** For tests: another address of the REST API, more requests a second. */
  readonly rest?: Partial<RESTOptions> | undefined;
}

/** Long enough for guilds to arrive, short enough to reply to interactions while one is down. */
const WAIT_FOR_GUILDS_MS = 1_500;
const HOUR_S = 3_600;

/**
 * A client that caches little: no messages, no members but itself. So the member of an interaction is the one that came
 * with it, and memory stays flat.
 */
export function createClient({ content, rest }: ClientOptions): Client {
  return new Client({
    intents: [Intent.Guilds, ...(content ? [Intent.GuildMessages, Intent.MessageContent] : [])],
    allowedMentions: { parse: [], repliedUser: false },
    shards: "auto",
    waitGuildTimeout: WAIT_FOR_GUILDS_MS,
    rest: { timeout: 15_000, retries: 1, ...rest },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      ApplicationCommandManager: 0,
      AutoModerationRuleManager: 0,
      BaseGuildEmojiManager: 0,
      DMMessageManager: 0,
      EntitlementManager: 0,
      GuildBanManager: 0,
      GuildEmojiManager: 0,
      GuildForumThreadManager: 0,
      GuildInviteManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
      GuildMessageManager: 0,
      GuildScheduledEventManager: 0,
      GuildStickerManager: 0,
      GuildTextThreadManager: 0,
      MessageManager: 0,
      PresenceManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      StageInstanceManager: 0,
      ThreadMemberManager: 0,
      UserManager: { maxSize: 200, keepOverLimit: (user) => user.id === user.client.user.id },
      VoiceStateManager: 0,
    }),
    sweepers: {
      threads: { interval: HOUR_S, lifetime: HOUR_S },
      users: { interval: HOUR_S, filter: () => (user) => user.id !== user.client.user.id },
    },
  });
}

/** What to do when Discord withholds message content from the bot. */
export const MESSAGE_CONTENT_ADVICE =
  "Discord does not let this bot see message content, so it cannot index pictures. Turn on " +
  "“Message Content Intent” at https://discord.com/developers/applications → your application → Bot → " +
  "Privileged Gateway Intents, then restart the bot. /find image:, Find similar and Classify work without it.";
