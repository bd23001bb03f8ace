import type { Client, RESTOptions } from "discord.js";
import type { Library } from "../core/index.ts";
import { BackfillProgress } from "./backfill/backfill-progress.ts";
import { BackfillWorker } from "./backfill/backfill-worker.ts";
import type { SyncParts, SyncTimes } from "./backfill/guild-sync.ts";
import { ProgressMessages } from "./backfill/progress-messages.ts";
import { Reconciler } from "./backfill/reconciler.ts";
import { Refetcher } from "./backfill/refetcher.ts";
import { TextReading } from "./backfill/text-reading.ts";
import type { BotContext } from "./commands/bot-context.ts";
import { createRateLimits, type RateLimits } from "./commands/rate-limit.ts";
import { backgroundRest } from "./gateway/client.ts";
import { DiscordApi } from "./gateway/discord-api.ts";
import { createDownloader, type DownloadLimits, type OpenRequest } from "./gateway/download.ts";
import { createPluralKit, type FindProxiedSender } from "./gateway/pluralkit.ts";
import type { ShardRange } from "./gateway/shards.ts";
import { AuditLog } from "./ingest/audit-log.ts";
import { CreditedAuthors } from "./ingest/credited-authors.ts";
import { Erasures } from "./ingest/erasures.ts";
import { postedOriginals } from "./ingest/fetch-picture.ts";
import { GuildSettingsStore } from "./ingest/guild-settings.ts";
import { HighWaterMarks } from "./ingest/high-water-marks.ts";
import { MessageClaims } from "./ingest/message-claims.ts";
import { MessagesAboutPictures } from "./ingest/messages-about-pictures.ts";
import { PictureIngestor } from "./ingest/picture-ingestor.ts";
import { PostVerifier } from "./ingest/post-verifier.ts";
import { PrivacyStore } from "./ingest/privacy-store.ts";
import { RetryQueue } from "./ingest/retry-queue.ts";
import { SavedSearches } from "./ingest/saved-searches.ts";
import { ScamList } from "./ingest/scam-list.ts";
import type { Log } from "./log.ts";
import { Moderation } from "./moderation/moderation.ts";
import { readersCanRead } from "./permissions/audience.ts";
import { ChannelVisibility, DiscordChannelDirectory } from "./permissions/channel-directory.ts";
import { ResolvedPermissions } from "./permissions/resolved-permissions.ts";
import { SharedServers } from "./permissions/shared-servers.ts";
import { ThreadMembership } from "./permissions/thread-membership.ts";
import { ThreadParents } from "./permissions/thread-parents.ts";
import { EarlierQuestions } from "./results/earlier-questions.ts";
import { type NoticeTimes, SavedNotices } from "./results/saved-notices.ts";
import { SavedQueries } from "./results/saved-queries.ts";
import { TagLimit, type TagLimitOptions } from "./results/tag-limit.ts";
import { answersIn } from "./texts/languages.ts";

export interface BotOptions {
  readonly token: string;
  readonly library: Library;
  readonly log: Log;
  /** Request message content. */
  readonly content: boolean;
  /** Request who joins and leaves threads. */
  readonly members: boolean;
  /** Those of this process, where several share the bot. Default: all, in this one. */
  readonly shards?: ShardRange | undefined;
  /** The rest is for tests: where REST calls and downloads go, limits and intervals. */
  readonly rest?: Partial<RESTOptions> | undefined;
  readonly askPluralKit?: FindProxiedSender | undefined;
  readonly openRequest?: OpenRequest | undefined;
  readonly downloadLimits?: DownloadLimits | undefined;
  readonly rateLimits?: RateLimits | undefined;
  readonly times?: SyncTimes | undefined;
  readonly progressIntervalMs?: number | undefined;
  readonly reconcileIntervalMs?: number | undefined;
  readonly tagLimits?: TagLimitOptions | undefined;
  readonly noticeTimes?: NoticeTimes | undefined;
  readonly watchdogMs?: number | undefined;
  readonly trustMemberMs?: number | undefined;
}

export interface BotParts extends BotContext, Omit<SyncParts, keyof BotContext> {
  /** For what nobody waits for. */
  readonly patientApi: DiscordApi;
  readonly visibility: ChannelVisibility;
  readonly membership: ThreadMembership;
  readonly claims: MessageClaims;
  readonly tagLimit: TagLimit;
  readonly moderation: Moderation;
  readonly savedNotices: SavedNotices;
}

/** Makes the parts of every room, each from those of the rooms below it. */
export function assembleParts(client: Client, options: BotOptions): BotParts {
  const { library, log, reconcileIntervalMs: paceMs, progressIntervalMs: intervalMs } = options;
  const { state, posts } = library;
  const seesContent = () => options.content;
  const api = new DiscordApi(client.rest);
  const patientApi = new DiscordApi(backgroundRest(options.token, options.rest));
  const threadParents = new ThreadParents(state);
  const visibility = new ChannelVisibility();
  const membership = new ThreadMembership({ api, seesMembers: () => options.members });
  const directory = new DiscordChannelDirectory({ client, api, threadParents, membership, visibility });
  const settings = new GuildSettingsStore(library.settings);
  const privacy = new PrivacyStore(library.settings);
  const about = new MessagesAboutPictures({ state, api, log });
  const erasures = new Erasures(library, about);
  const verifier = new PostVerifier({ api, erasures, settings, seesContent, log });
  const retryQueue = new RetryQueue(state);
  const marks = new HighWaterMarks(state);
  const download = createDownloader(options.openRequest, options.downloadLimits);
  library.readOriginalsWith({ discord: postedOriginals({ download, api }) });
  const ingestor = new PictureIngestor({ library, settings, privacy, erasures, download, api, log });
  const backfillProgress = new BackfillProgress(state);
  const credits = new CreditedAuthors({ settings, askPluralKit: options.askPluralKit ?? createPluralKit() });
  const ingest = { settings, credits, ingestor, retryQueue, verifier, marks, ownId: () => client.user?.id };
  const textsOf = (guildId: string) => answersIn(client.guilds.cache.get(guildId)?.preferredLocale);
  const audit = new AuditLog({ settings, api, textsOf, log });
  const scamList = new ScamList(state);
  const savedSearches = new SavedSearches(state);
  const shared = {
    ...ingest,
    scamList,
    savedSearches,
    library,
    log,
    api,
    directory,
    erasures,
    audit,
    backfillProgress,
    seesContent,
  };
  const patient = { ...shared, api: patientApi };
  return {
    ...shared,
    patientApi,
    client,
    visibility,
    membership,
    claims: new MessageClaims(library.leases, ingest.ownId),
    about,
    privacy,
    download,
    resolvedPermissions: new ResolvedPermissions(),
    backfill: new BackfillWorker({ ...patient, threadParents }),
    reconciler: new Reconciler({ ...patient, about, paceMs }),
    refetcher: new Refetcher({ ...patient, paceMs }),
    textReading: new TextReading(shared),
    progressMessages: new ProgressMessages({
      ...patient,
      state,
      posts,
      intervalMs,
      textsOf,
      readersCanRead: (guildId, places) => readersCanRead({ client, directory }, guildId, places),
    }),
    queries: new SavedQueries(library.settings),
    earlierQuestions: new EarlierQuestions(),
    sharedServers: new SharedServers(),
    tagLimit: new TagLimit(options.tagLimits),
    savedNotices: new SavedNotices({ ...shared, client }, options.noticeTimes),
    moderation: new Moderation({ ...shared, client, download }),
    rateLimits: options.rateLimits ?? createRateLimits(),
    startedAt: Date.now(),
    trustMemberMs: options.trustMemberMs ?? 2_000,
  };
}
