import { type Client, Events, GatewayCloseCodes, type Guild } from "discord.js";
import PQueue from "p-queue";
import { LibraryGoneError, measure } from "../core/index.ts";
import { GuildSync } from "./backfill/guild-sync.ts";
import { purgeChannel, purgeGuild, purgeThread } from "./backfill/purge.ts";
import { assembleParts, type BotOptions, type BotParts } from "./bot-parts.ts";
import { welcome } from "./commands/help.ts";
import { InteractionRouter } from "./commands/interaction-router.ts";
import { createClient } from "./gateway/client.ts";
import { type GatewayHandlers, listenToGateway } from "./gateway/gateway-events.ts";
import { terminateHalfClosed } from "./gateway/half-closed.ts";
import { skipMalformedEvents } from "./gateway/malformed-events.ts";
import { LiveMessages, type LivePicture } from "./ingest/live-messages.ts";
import type { ReadableChannel } from "./permissions/readable-channels.ts";
import { autoTag } from "./results/auto-tag.ts";

/** Why a bot's connection ended for good. */
export type ExitReason = "stopped" | "intents refused" | "token refused" | "refused" | "stuck";

const STUCK_AFTER_MS = 180_000;
const WATCHDOG_MS = 15_000;
const DRAIN_MS = 10_000;
const ANSWERS_MS = 18_000;
const CLOSE_MS = 5_000;
const MAX_PENDING_TAGS = 500;

/** One connection to Discord and everything that depends on it. */
export class Bot {
  readonly client: Client;
  /** Rejects with a LibraryGoneError. */
  readonly ended: Promise<ExitReason>;
  readonly #parts: BotParts;
  readonly #sync: GuildSync;
  readonly #interactions: InteractionRouter;
  readonly #token: string;
  readonly #watchdogMs: number;
  readonly #tagging = new PQueue({ concurrency: 2 });
  #end: (reason: ExitReason) => void = () => undefined;
  #fail: (error: LibraryGoneError) => void = () => undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #hangUp: NodeJS.Timeout | undefined;
  #readyAt = Date.now();
  /** Shards, when last looked at. */
  #ready = 0;

  constructor(options: BotOptions) {
    this.#token = options.token;
    this.#watchdogMs = options.watchdogMs ?? WATCHDOG_MS;
    this.client = createClient({
      content: options.content,
      members: options.members,
      rest: options.rest,
      shards: options.shards,
      leases: options.library.leases,
    });
    this.#parts = assembleParts(this.client, options);
    this.#sync = new GuildSync({ ...this.#parts, api: this.#parts.patientApi }, options.times);
    this.#interactions = new InteractionRouter(this.#parts);
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
    this.#hangUp = terminateHalfClosed(this.client, this.#parts.log);
    await this.client.login(this.#token);
  }

  /** Lets work in progress finish, saves positions, and disconnects. */
  async stop(): Promise<void> {
    clearInterval(this.#watchdog);
    clearInterval(this.#hangUp);
    this.#sync.stop();
    const answered = this.#interactions.close();
    this.#tagging.clear();
    this.#parts.tagLimit.close();
    const {
      backfill,
      reconciler,
      refetcher,
      textReading,
      ingestor,
      marks,
      progressMessages,
      about,
      moderation,
      savedNotices,
    } = this.#parts;
    const readers = [backfill, reconciler, refetcher, textReading].map((reader) => reader.close());
    const idle = Promise.all([
      savedNotices.close(),
      moderation.close(),
      progressMessages.close(),
      about.close(),
      ingestor.stop(),
      ...readers,
    ]);
    // Service managers grant half a minute in all.
    await Promise.all([within(DRAIN_MS, idle), within(ANSWERS_MS, answered)]);
    await marks.close();
    // It waits for the gateway to close, which one that is stuck never does.
    await within(CLOSE_MS, this.client.destroy());
    measure("gateway", { isReady: false, guilds: 0, pingMs: -1 });
    this.#end("stopped");
  }

  #listen(): void {
    const { client } = this;
    const parts = this.#parts;
    const { log } = parts;
    parts.resolvedPermissions.listen(client);
    skipMalformedEvents(client, log);
    this.#interactions.listen(client);
    const live = new LiveMessages({
      ...parts,
      onPosted: (channel, pictures) => {
        this.#tag(channel, pictures);
        void this.#notice(channel, pictures);
      },
      onSeen: (channel, pictures) => parts.moderation.seen(channel, pictures),
      onGap: (guildId, channelId) => this.#sync.channelGap(guildId, channelId),
    });
    listenToGateway(client, this.#handlers(live), log);
    parts.backfill.onProgress((job) => parts.progressMessages.scheduleUpdate(job));
    client.on(Events.ClientReady, () => {
      log.info({ guilds: client.guilds.cache.size }, "connected to Discord");
      this.#checkPulse();
    });
    client.on(Events.Error, (error) => log.warn({ error }, "connection error"));
    client.on(Events.ShardError, (error) => log.warn({ error }, "gateway error"));
    client.on(Events.ShardDisconnect, ({ code }) => this.#end(exitReasonOf(code)));
    client.on(Events.GuildCreate, (guild: Guild) => {
      log.info({ guildId: guild.id }, "joined a server");
      void welcome(parts, guild);
    });
  }

  #handlers(live: LiveMessages): GatewayHandlers {
    const parts = this.#parts;
    const { erasures, membership, visibility } = parts;
    const sync = this.#sync;
    return {
      messageCreated: (message) => live.created(message),
      messageEdited: (edit) => live.edited(edit),
      messagesDeleted: (guildId, messageIds) => erasures.eraseMessages(guildId, messageIds),
      sessionStarted: (session) => {
        membership.forget();
        sync.sessionStarted(session);
      },
      guildAvailable: (guildId, channels) => {
        for (const { id, hidden } of channels) visibility.setHidden(id, hidden);
        sync.guildAvailable(guildId);
      },
      guildUnavailable: (guildId) => {
        membership.forget();
        sync.guildUnavailable(guildId);
      },
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
      threadDeleted: (guildId, threadId) => {
        membership.forget(threadId);
        return purgeThread(parts, guildId, threadId);
      },
      threadMembersChanged: (threadId, change) => membership.changed(threadId, change),
    };
  }

  /** Tagging may lag or be skipped: ingestion never waits for it. */
  #tag(channel: ReadableChannel, pictures: readonly LivePicture[]): void {
    const { guildId, channelId } = channel;
    const { log } = this.#parts;
    if (this.#tagging.size >= MAX_PENDING_TAGS) {
      log.warn({ guildId, channelId }, "too many pictures at once, these stay untagged");
      return;
    }
    const work = this.#tagging.add(() => autoTag(this.#parts, channel, pictures));
    work.catch((error: unknown) => log.warn({ guildId, channelId, error }, "pictures could not be tagged"));
  }

  async #notice(channel: ReadableChannel, pictures: readonly LivePicture[]): Promise<void> {
    const { guildId, channelId } = channel;
    try {
      await this.#parts.savedNotices.posted(channel, pictures);
    } catch (error) {
      this.#parts.log.warn(
        { guildId, channelId, error },
        "pictures could not be compared with saved searches",
      );
    }
  }

  /** discord.js reconnects by itself; if it ever fails to, a new client is made. */
  #checkPulse(): void {
    const { shards, ping } = this.client.ws;
    const ready = shards.filter((shard) => shard.status === 0).size;
    const isReady = ready > 0 && ready === shards.size;
    measure("gateway", { isReady, guilds: this.client.guilds.cache.size, pingMs: ping });
    // Of many shards one after another identifies, which is no standstill.
    if (isReady || ready > this.#ready) this.#readyAt = Date.now();
    this.#ready = ready;
    if (Date.now() - this.#readyAt > STUCK_AFTER_MS) this.#end("stuck");
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

const within = (ms: number, work: Promise<unknown>) =>
  Promise.race([work, new Promise((done) => setTimeout(done, ms).unref())]);
