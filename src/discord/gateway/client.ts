import { Client, GatewayIntentBits as Intent, Options, REST, type RESTOptions } from "discord.js";
import type { Library } from "../../core/index.ts";
import { type ShardRange, shardsOf, sharedIdentifyThrottler } from "./shards.ts";

export interface ClientOptions {
  /** Request message content; without it only commands work. */
  readonly content: boolean;
  /** Request who joins and leaves, where the application is granted it. */
  readonly members: boolean;
  /** For tests: another address of the REST API, more requests a second. */
  readonly rest?: Partial<RESTOptions> | undefined;
  /** Default: all shards that Discord asks for, in this process. */
  readonly shards?: ShardRange | undefined;
  readonly leases: Library["leases"];
}

/** Long enough for guilds to arrive, short enough to reply to interactions while one is down. */
const WAIT_FOR_GUILDS_MS = 1_500;
const HOUR_S = 3_600;

/** Repeated by withRetry, which knows what may be. */
const restOptions = { timeout: 15_000, retries: 0 };

/**
 * Discord takes 50 calls a second of a bot, answers to interactions not counted; discord.js counts them, and lets all calls of
 * one `REST` wait for each other. What nobody waits for, such as the histories of a thousand servers, has one of its own, with
 * the greater part of the 50, and never holds an answer up.
 */
const BACKGROUND_CALLS_PER_S = 35;

export const backgroundRest = (token: string, rest: Partial<RESTOptions> = {}): REST =>
  new REST({ ...restOptions, globalRequestsPerSecond: BACKGROUND_CALLS_PER_S, ...rest }).setToken(token);

/**
 * A client that caches little: no messages, no members but itself. So the member of an interaction is the one that came
 * with it, and memory stays flat.
 */
export function createClient({ content, members, rest, shards, leases }: ClientOptions): Client {
  return new Client({
    intents: [
      Intent.Guilds,
      ...(content ? [Intent.GuildMessages, Intent.MessageContent] : []),
      ...(members ? [Intent.GuildMembers] : []),
    ],
    allowedMentions: { parse: [], repliedUser: false },
    ...(shards === undefined
      ? { shards: "auto" as const }
      : {
          shards: shardsOf(shards),
          shardCount: shards.total,
          ws: {
            buildIdentifyThrottler: async (manager) => {
              const { session_start_limit: limit } = await manager.fetchGatewayInformation();
              return sharedIdentifyThrottler(leases, limit.max_concurrency);
            },
          },
        }),
    waitGuildTimeout: WAIT_FOR_GUILDS_MS,
    rest: { ...restOptions, ...rest },
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
