import { type Client, Events, GatewayCloseCodes, type Guild, type RESTOptions } from "discord.js";
import PQueue from "p-queue";
import { type Library, LibraryGoneError } from "../core/index.ts";
import { BackfillProgress } from "./backfill/backfill-progress.ts";
import { BackfillWorker } from "./backfill/backfill-worker.ts";
import { GuildSync, type SyncParts, type SyncTimes } from "./backfill/guild-sync.ts";
import { ProgressMessages } from "./backfill/progress-messages.ts";
import { purgeChannel, purgeGuild, purgeThread } from "./backfill/purge.ts";
import { Reconciler } from "./backfill/reconciler.ts";
import { Refetcher } from "./backfill/refetcher.ts";
import type { BotContext } from "./commands/bot-context.ts";
import { routeInteractions } from "./commands/interaction-router.ts";
import { createRateLimits, type RateLimits } from "./commands/rate-limit.ts";
import { createClient } from "./gateway/client.ts";
import { DiscordApi } from "./gateway/discord-api.ts";
import { createDownloader, type DownloadLimits, type OpenRequest } from "./gateway/download.ts";
import { type GatewayHandlers, listenToGateway } from "./gateway/gateway-events.ts";
import { Erasures } from "./ingest/erasures.ts";
import { GuildSettingsStore } from "./ingest/guild-settings.ts";
import { HighWaterMarks } from "./ingest/high-water-marks.ts";
import { LiveMessages, type LivePicture } from "./ingest/live-messages.ts";
import { PictureIngestor } from "./ingest/picture-ingestor.ts";
import { PostVerifier } from "./ingest/post-verifier.ts";
import { PrivacyStore } from "./ingest/privacy-store.ts";
import { RetryQueue } from "./ingest/retry-queue.ts";
import type { Log } from "./log.ts";
import { ChannelVisibility, DiscordChannelDirectory } from "./permissions/channel-directory.ts";
import type { ReadableChannel } from "./permissions/readable-channels.ts";
import { ResolvedPermissions } from "./permissions/resolved-permissions.ts";
import { ThreadParents } from "./permissions/thread-parents.ts";
import { autoTag } from "./results/auto-tag.ts";
import { SavedQueries } from "./results/saved-queries.ts";

export interface BotOptions {
  readonly token: string;
  readonly library: Library;
  readonly log: Log;
  /** Ask for message content. */
  readonly content: boolean;
  /** The rest is for tests: where REST calls and downloads go, limits and times. */
  readonly rest?: Partial<RESTOptions> | undefined;
  readonly openRequest?: OpenRequest | undefined;
  readonly downloadLimits?: DownloadLimits | undefined;
  readonly rateLimits?: RateLimits | undefined;
  readonly times?: SyncTimes | undefined;
  readonly progressIntervalMs?: number | undefined;
  readonly reconcileIntervalMs?: number | undefined;
  readonly watchdogMs?: number | undefined;
}

export interface BotParts extends BotContext, Omit<SyncParts, keyof BotContext> {
  readonly visibility: ChannelVisibility;
}

/** Why a bot's connection ended for good. */
export type ExitReason = "stopped" | "intents refused" | "token refused" | "refused" | "stuck";

const STUCK_AFTER_MS = 180_000;
const WATCHDOG_MS = 15_000;
const DRAIN_MS = 10_000;
const MAX_WAITING_TAGS = 500;

/** One connection to Discord with everything that hangs on it. */
export class Bot {
  readonly client: Client;
  /** Rejects with a LibraryGoneError. */
  readonly ended: Promise<ExitReason>;
  readonly #parts: BotParts;
  readonly #sync: GuildSync;
  readonly #token: string;
  readonly #watchdogMs: number;
  readonly #tagging = new PQueue({ concurrency: 2 });
  #end: (why: ExitReason) => void = () => undefined;
  #fail: (error: LibraryGoneError) => void = () => undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #readyAt = Date.now();

  constructor(options: BotOptions) {
    this.#token = options.token;
    this.#watchdogMs = options.watchdogMs ?? WATCHDOG_MS;
    this.client = createClient({ content: options.content, rest: options.rest });
    this.#parts = assemble(this.client, options);
    this.#sync = new GuildSync(this.#parts, options.times);
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#listen();
  }

  async start(): Promise<void> {
    this.#sync.start();
    this.#watchdog = setInterval(() => {
      this.#checkPulse();
      this.#checkLibrary();
    }, this.#watchdogMs);
    await this.client.login(this.#token);
  }

  /** Finishes what is underway, notes the rest, and leaves. */
  async stop(): Promise<void> {
    clearInterval(this.#watchdog);
    this.#sync.stop();
    this.#tagging.clear();
    const { backfill, reconciler, refetcher, ingestor, marks, progressMessages } = this.#parts;
    const readers = [backfill, reconciler, refetcher].map((reader) => reader.close());
    const idle = Promise.all([progressMessages.close(), ingestor.stop(), ...readers]);
    await Promise.race([idle, new Promise((done) => setTimeout(done, DRAIN_MS).unref())]);
    await marks.close();
    await this.client.destroy();
    this.#end("stopped");
  }

  #listen(): void {
    const { client } = this;
    const parts = this.#parts;
    const { log } = parts;
    parts.resolvedPermissions.listen(client);
    routeInteractions(client, parts);
    const live = new LiveMessages({
      ...parts,
      onPosted: (channel, pictures) => this.#posted(channel, pictures),
      onGap: (guildId, channelId) => this.#sync.channelGap(guildId, channelId),
    });
    listenToGateway(client, this.#handlers(live), log);
    parts.backfill.onProgress((job) => parts.progressMessages.scheduleUpdate(job));
    client.on(Events.ClientReady, () =>
      log.info({ guilds: client.guilds.cache.size }, "connected to Discord"),
    );
    client.on(Events.Error, (error) => log.warn({ error }, "the connection complained"));
    client.on(Events.ShardError, (error) => log.warn({ error }, "the gateway complained"));
    client.on(Events.ShardDisconnect, ({ code }) => this.#end(exitReasonOf(code)));
    client.on(Events.GuildCreate, (guild: Guild) => log.info({ guildId: guild.id }, "joined a server"));
  }

  #handlers(live: LiveMessages): GatewayHandlers {
    const parts = this.#parts;
    const { erasures, visibility } = parts;
    const sync = this.#sync;
    return {
      messageCreated: (message) => live.created(message),
      messageEdited: (edit) => live.edited(edit),
      messagesDeleted: (guildId, messageIds) => erasures.eraseMessages(guildId, messageIds),
      sessionStarted: (session) => sync.sessionStarted(session),
      guildAvailable: (guildId, channels) => {
        for (const { id, hidden } of channels) visibility.setHidden(id, hidden);
        sync.guildAvailable(guildId);
      },
      guildUnavailable: (guildId) => sync.guildUnavailable(guildId),
      guildLeft: (guildId) => purgeGuild(parts, guildId),
      channelCreated: (_guildId, { id, hidden }) => visibility.setHidden(id, hidden),
      channelUpdated: (guildId, { id, hidden }) => {
        visibility.setHidden(id, hidden);
        sync.channelVisibilityChanged(guildId, id, hidden);
      },
      channelDeleted: (guildId, channelId) => {
        visibility.delete(channelId);
        return purgeChannel(parts, guildId, channelId);
      },
      threadCreated: (thread) => sync.threadCreated(thread),
      threadDeleted: (guildId, threadId) => purgeThread(parts, guildId, threadId),
    };
  }

  /** Tagging may lag or be skipped: ingestion never waits for it. */
  #posted(channel: ReadableChannel, pictures: readonly LivePicture[]): void {
    const { guildId, channelId } = channel;
    const { log } = this.#parts;
    if (this.#tagging.size >= MAX_WAITING_TAGS) {
      log.warn({ guildId, channelId }, "too many pictures at once, these are not tagged");
      return;
    }
    const work = this.#tagging.add(() => autoTag(this.#parts, channel, pictures));
    work.catch((error: unknown) => log.warn({ guildId, channelId, error }, "pictures could not be tagged"));
  }

  /** discord.js reconnects by itself; should it ever not, a new connection is made. */
  #checkPulse(): void {
    const { shards } = this.client.ws;
    const ready = shards.size > 0 && shards.every((shard) => shard.status === 0);
    if (ready) this.#readyAt = Date.now();
    else if (Date.now() - this.#readyAt > STUCK_AFTER_MS) this.#end("stuck");
  }

  /** Deleted or replaced under the running bot, it cannot be used again without a new start. */
  #checkLibrary(): void {
    this.#parts.library.roots().catch((error: unknown) => {
      if (error instanceof LibraryGoneError) this.#fail(error);
    });
  }
}

function exitReasonOf(code: number): ExitReason {
  if (code === GatewayCloseCodes.DisallowedIntents) return "intents refused";
  return code === GatewayCloseCodes.AuthenticationFailed ? "token refused" : "refused";
}

function assemble(client: Client, options: BotOptions): BotParts {
  const { library, log } = options;
  const api = new DiscordApi(client.rest);
  const threadParents = new ThreadParents(library.cursors);
  const visibility = new ChannelVisibility();
  const directory = new DiscordChannelDirectory({ client, api, threadParents, visibility });
  const settings = new GuildSettingsStore(library.settings);
  const privacy = new PrivacyStore(library.settings);
  const erasures = new Erasures(library);
  const seesContent = () => options.content;
  const verifier = new PostVerifier({ api, erasures, seesContent, log });
  const marks = new HighWaterMarks(library.cursors);
  const backfillProgress = new BackfillProgress(library.cursors);
  const retryQueue = new RetryQueue(library.cursors);
  const download = createDownloader(options.openRequest, options.downloadLimits);
  const ingestor = new PictureIngestor({ library, settings, privacy, erasures, download, api, log });
  const reading = { settings, ingestor, retryQueue, verifier, ownId: () => client.user?.id };
  const paceMs = options.reconcileIntervalMs;
  const checking = { library, api, directory, erasures, verifier, seesContent, log, paceMs };
  const backfill = new BackfillWorker({
    ...reading,
    api,
    threadParents,
    backfillProgress,
    marks,
    directory,
    seesContent,
    log,
  });
  const intervalMs = options.progressIntervalMs;
  const { cursors, posted } = library;
  const progressMessages = new ProgressMessages({
    cursors,
    posted,
    api,
    backfillProgress,
    retryQueue,
    log,
    intervalMs,
  });
  return {
    ...reading,
    client,
    library,
    visibility,
    directory,
    resolvedPermissions: new ResolvedPermissions(),
    api,
    privacy,
    queries: new SavedQueries(library.settings),
    download,
    erasures,
    marks,
    backfillProgress,
    backfill,
    reconciler: new Reconciler(checking),
    refetcher: new Refetcher({ ...reading, ...checking }),
    progressMessages,
    rateLimits: options.rateLimits ?? createRateLimits(),
    seesContent,
    startedAt: Date.now(),
    log,
  };
}
