import { type Client, Events, GatewayCloseCodes, type Guild, type RESTOptions } from "discord.js";
import PQueue from "p-queue";
import { type Library, LibraryGoneError } from "../core/index.ts";
import { ChannelSight } from "./access/channel-sight.ts";
import { DiscordServer } from "./access/discord-server.ts";
import { NamedChannels } from "./access/named-channels.ts";
import type { Place } from "./access/place.ts";
import { ThreadBook } from "./access/thread-book.ts";
import { type DownloadLimits, downloader, type OpenRequest } from "./attachments/download.ts";
import { createClient } from "./client.ts";
import { DiscordApi } from "./discord-api.ts";
import { SavedQuestions } from "./gallery/saved-questions.ts";
import { Historian } from "./history/historian.ts";
import { Jobs } from "./history/jobs.ts";
import { ProgressNotes } from "./history/progress-notes.ts";
import { Reconciler } from "./history/reconciler.ts";
import { Refetcher } from "./history/refetcher.ts";
import { Erasures } from "./intake/erasures.ts";
import { listenToGateway } from "./intake/gateway-events.ts";
import { LiveMessages, type LivePicture } from "./intake/live-messages.ts";
import { Liveness } from "./intake/liveness.ts";
import { Marks } from "./intake/marks.ts";
import { SecondTries } from "./intake/second-tries.ts";
import { TakePictures } from "./intake/take-pictures.ts";
import { Keeper, type KeeperTimes } from "./keeper.ts";
import type { Log } from "./log.ts";
import { type ModelLimits, modelLimits } from "./rate-limit.ts";
import { routeInteractions } from "./router.ts";
import { GuildSettingsStore } from "./settings/guild-settings.ts";
import { PersonChoices } from "./settings/person-choices.ts";
import { tagLive } from "./tagging/tag-live.ts";
import type { TendParts } from "./tend.ts";

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
  readonly limits?: ModelLimits | undefined;
  readonly times?: KeeperTimes | undefined;
  readonly progressEveryMs?: number | undefined;
  readonly reconcileEveryMs?: number | undefined;
  readonly watchdogMs?: number | undefined;
}

interface BotParts extends TendParts {
  readonly sight: ChannelSight;
}

/** Why a bot's connection ended for good. */
export type Ending = "stopped" | "intents refused" | "token refused" | "refused" | "stuck";

const STUCK_AFTER_MS = 180_000;
const WATCHDOG_MS = 15_000;
const DRAIN_MS = 10_000;
const MAX_WAITING_TAGS = 500;

/** One connection to Discord with everything that hangs on it. */
export class Bot {
  readonly client: Client;
  /** Rejects with a LibraryGoneError. */
  readonly ended: Promise<Ending>;
  readonly #parts: BotParts;
  readonly #keeper: Keeper;
  readonly #token: string;
  readonly #watchdogMs: number;
  readonly #tagging = new PQueue({ concurrency: 2 });
  #end: (why: Ending) => void = () => undefined;
  #fail: (error: LibraryGoneError) => void = () => undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #readyAt = Date.now();

  constructor(options: BotOptions) {
    this.#token = options.token;
    this.#watchdogMs = options.watchdogMs ?? WATCHDOG_MS;
    this.client = createClient({ content: options.content, rest: options.rest });
    this.#parts = assemble(this.client, options);
    this.#keeper = new Keeper(this.#parts, options.times);
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#listen();
  }

  async start(): Promise<void> {
    this.#keeper.start();
    this.#watchdog = setInterval(() => {
      this.#checkPulse();
      this.#checkLibrary();
    }, this.#watchdogMs);
    await this.client.login(this.#token);
  }

  /** Finishes what is underway, notes the rest, and leaves. */
  async stop(): Promise<void> {
    clearInterval(this.#watchdog);
    this.#keeper.stop();
    this.#tagging.clear();
    const { historian, reconciler, refetcher, pictures, marks, progress } = this.#parts;
    const readers = [historian, reconciler, refetcher].map((reader) => reader.close());
    const idle = Promise.all([progress.close(), pictures.stop(), ...readers]);
    await Promise.race([idle, new Promise((done) => setTimeout(done, DRAIN_MS).unref())]);
    await marks.close();
    await this.client.destroy();
    this.#end("stopped");
  }

  #listen(): void {
    const { client } = this;
    const parts = this.#parts;
    const { log } = parts;
    parts.named.listen(client);
    routeInteractions(client, parts);
    const live = new LiveMessages({
      ...parts,
      posted: (place, pictures) => this.#posted(place, pictures),
      behind: (guildId, channelId) => this.#keeper.placeBehind(guildId, channelId),
    });
    listenToGateway(client, {
      ...parts,
      live,
      freshSession: (guildIds, mine) => this.#keeper.freshSession(guildIds, mine),
      guildBack: (guildId) => this.#keeper.guildBack(guildId),
      outage: (guildId) => this.#keeper.outage(guildId),
      threadCreated: (thread) => this.#keeper.threadCreated(thread),
      channelSeen: (...seen) => this.#keeper.channelSeen(...seen),
    });
    parts.historian.onProgress((job) => parts.progress.changed(job));
    client.on(Events.ClientReady, () =>
      log.info({ guilds: client.guilds.cache.size }, "connected to Discord"),
    );
    client.on(Events.Error, (error) => log.warn({ error }, "the connection complained"));
    client.on(Events.ShardError, (error) => log.warn({ error }, "the gateway complained"));
    client.on(Events.ShardDisconnect, ({ code }) => this.#end(endingOf(code)));
    client.on(Events.GuildCreate, (guild: Guild) => log.info({ guildId: guild.id }, "joined a server"));
  }

  /** Tags may come late or not at all: taking pictures in never waits for them. */
  #posted(place: Place, pictures: readonly LivePicture[]): void {
    const { guildId, channelId } = place;
    const { log } = this.#parts;
    if (this.#tagging.size >= MAX_WAITING_TAGS) {
      log.warn({ guildId, channelId }, "too many pictures at once, these are not tagged");
      return;
    }
    const work = this.#tagging.add(() => tagLive(this.#parts, place, pictures));
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

function endingOf(code: number): Ending {
  if (code === GatewayCloseCodes.DisallowedIntents) return "intents refused";
  return code === GatewayCloseCodes.AuthenticationFailed ? "token refused" : "refused";
}

function assemble(client: Client, options: BotOptions): BotParts {
  const { library, log } = options;
  const api = new DiscordApi(client.rest);
  const threads = new ThreadBook(library.cursors);
  const sight = new ChannelSight();
  const server = new DiscordServer({ client, api, threads, sight });
  const settings = new GuildSettingsStore(library.settings);
  const people = new PersonChoices(library.settings);
  const erasures = new Erasures(library);
  const seesContent = () => options.content;
  const liveness = new Liveness({ api, erasures, seesContent, log });
  const marks = new Marks(library.cursors);
  const jobs = new Jobs(library.cursors);
  const secondTries = new SecondTries(library.cursors);
  const download = downloader(options.openRequest, options.downloadLimits);
  const pictures = new TakePictures({ library, settings, people, erasures, download, api, log });
  const reading = { settings, pictures, secondTries, liveness, ownId: () => client.user?.id };
  const paceMs = options.reconcileEveryMs;
  const checking = { library, api, server, erasures, liveness, seesContent, log, paceMs };
  const historian = new Historian({ ...reading, api, threads, jobs, marks, server, seesContent, log });
  const everyMs = options.progressEveryMs;
  const { cursors, posted } = library;
  const progress = new ProgressNotes({ cursors, posted, api, jobs, secondTries, log, everyMs });
  return {
    ...reading,
    client,
    library,
    sight,
    server,
    named: new NamedChannels(),
    api,
    people,
    questions: new SavedQuestions(library.settings),
    download,
    erasures,
    marks,
    jobs,
    historian,
    reconciler: new Reconciler(checking),
    refetcher: new Refetcher({ ...reading, ...checking }),
    progress,
    limits: options.limits ?? modelLimits(),
    seesContent,
    startedAt: Date.now(),
    log,
  };
}
