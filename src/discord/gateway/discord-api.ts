import {
  ApplicationFlags,
  ChannelType,
  RESTJSONErrorCodes as ErrorCode,
  type REST,
  Routes,
} from "discord.js";
import * as z from "zod";
import {
  compareSnowflakes,
  isBare,
  messageList,
  type RawMessage,
  rawMessage,
  snowflake,
} from "./payloads.ts";
import { discordErrorCode, type RetryOptions, withRetry } from "./retry.ts";

const rawChannel = z.object({
  id: snowflake,
  type: z.number(),
  guild_id: snowflake.nullish(),
  parent_id: snowflake.nullish(),
  last_message_id: snowflake.nullish(),
  nsfw: z.boolean().nullish(),
  thread_metadata: z.object({ archive_timestamp: z.string() }).nullish(),
});
export type RawChannel = z.infer<typeof rawChannel>;

const threadList = z.object({ threads: z.array(rawChannel), has_more: z.boolean().nullish() });
const withId = z.object({ id: snowflake });
const application = z.object({ flags: z.number().default(0) });
const SEES_CONTENT = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

const SEES_MEMBERS = ApplicationFlags.GatewayGuildMembers | ApplicationFlags.GatewayGuildMembersLimited;
const threadMembers = z.array(z.object({ user_id: snowflake }));

const commandPermissions = z.object({
  permissions: z.array(z.object({ id: snowflake, permission: z.boolean() })),
});

const registered = z.array(z.object({ id: snowflake, name: z.string() }));

export interface CommandInGuild {
  readonly applicationId: string;
  readonly guildId: string;
  readonly commandId: string;
}

/** How many messages with pictures or films Discord counts, or how long it still prepares its search of that server. */
export type PictureCount = { readonly messages: number } | { readonly retryAfterS: number };

const searched = z.union([
  z
    .object({ total_results: z.int().nonnegative() })
    .transform(({ total_results }) => ({ messages: total_results })),
  z
    .object({ retry_after: z.number().nonnegative() })
    .transform(({ retry_after }) => ({ retryAfterS: retry_after })),
]);

export type MessageQuery = { readonly before?: string | undefined } | { readonly after: string };
export type ArchivedKind = "public" | "private" | "joined-private";

const GONE: ReadonlySet<number | undefined> = new Set([
  ErrorCode.UnknownMessage,
  ErrorCode.UnknownChannel,
  ErrorCode.UnknownEmoji,
]);

const PAGE_SIZE = 100;

export interface OutgoingMessage {
  readonly files?: readonly { readonly attachment: Buffer; readonly name: string }[] | undefined;
  /** Ids of members who are told of it; nobody else is, whatever the text says. */
  readonly mentions?: readonly string[] | undefined;
}

/** REST calls other than replies to interactions. Reads are retried; writes only where a repetition is harmless. */
export class DiscordApi {
  readonly #rest: REST;
  readonly #retryOptions: RetryOptions;

  constructor(rest: REST, retryOptions: RetryOptions = {}) {
    this.#rest = rest;
    this.#retryOptions = retryOptions;
  }

  /** At most 100 messages, newest first for either query. */
  async messages(channelId: string, query: MessageQuery, signal?: AbortSignal): Promise<RawMessage[]> {
    const search = new URLSearchParams({ limit: String(PAGE_SIZE) });
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, value);
    const page = await this.#read(Routes.channelMessages(channelId), { query: search, signal });
    return messageList.parse(page).sort((a, b) => compareSnowflakes(b.id, a.id));
  }

  /** Undefined when the message or its channel no longer exists. */
  async message(
    channelId: string,
    messageId: string,
    retryOptions: RetryOptions = {},
  ): Promise<RawMessage | undefined> {
    const found = await this.#readOrGone(Routes.channelMessage(channelId, messageId), retryOptions);
    return found === undefined ? undefined : rawMessage.parse(found);
  }

  /**
   * Whether Discord keeps from the bot what is in this message, which is then no evidence about its attachments. A
   * message that is bare but for stickers, which are never kept back, may be complete: whether content is granted decides.
   */
  async withholds(message: RawMessage): Promise<boolean> {
    if (!isBare(message)) return false;
    if (!message.sticker_items?.length) return true;
    const { flags } = application.parse(await this.#read(Routes.currentApplication()));
    return (flags & SEES_CONTENT) === 0;
  }

  /**
   * Whether a command was given to this member in the server's settings: to themselves, to one of their roles, or to
   * everybody. What was set for the member decides before roles, and these before everybody.
   */
  async isGrantedCommand(
    { applicationId, guildId, commandId }: CommandInGuild,
    { userId, roleIds }: { readonly userId: string; readonly roleIds: readonly string[] },
  ): Promise<boolean> {
    const route = Routes.applicationCommandPermissions(applicationId, guildId, commandId);
    let set: z.infer<typeof commandPermissions>["permissions"];
    try {
      set = commandPermissions.parse(await this.#read(route)).permissions;
    } catch (error) {
      if (discordErrorCode(error) === ErrorCode.UnknownApplicationCommandPermissions) return false;
      throw error;
    }
    const of = (isTheirs: (id: string) => boolean) => set.filter(({ id }) => isTheirs(id));
    const roles = of((id) => id !== guildId && roleIds.includes(id));
    const levels = [of((id) => id === userId), roles, of((id) => id === guildId)];
    return levels.find((level) => level.length > 0)?.some(({ permission }) => permission) === true;
  }

  /** Of a command registered everywhere, or else in this server. */
  async commandIdOf({
    applicationId,
    guildId,
    name,
  }: Omit<CommandInGuild, "commandId"> & { readonly name: string }): Promise<string | undefined> {
    for (const route of [
      Routes.applicationCommands(applicationId),
      Routes.applicationGuildCommands(applicationId, guildId),
    ]) {
      const found = registered.parse(await this.#read(route)).find((command) => command.name === name);
      if (found) return found.id;
    }
    return undefined;
  }

  async channel(channelId: string): Promise<RawChannel | undefined> {
    const found = await this.#readOrGone(Routes.channel(channelId));
    return found === undefined ? undefined : rawChannel.parse(found);
  }

  /** False only when Discord reports that the server is gone or that the bot is not in it. */
  async guildExists(guildId: string): Promise<boolean> {
    try {
      await this.#read(Routes.guild(guildId));
      return true;
    } catch (error) {
      const code = discordErrorCode(error);
      if (code === ErrorCode.UnknownGuild || code === ErrorCode.MissingAccess) return false;
      throw error;
    }
  }

  async activeThreads(guildId: string): Promise<RawChannel[]> {
    return threadList.parse(await this.#read(Routes.guildActiveThreads(guildId))).threads;
  }

  /** By Discord's own search, without reading a message. It answers 202 while it prepares that of a server. */
  async countPictures(guildId: string, channelId: string): Promise<PictureCount> {
    let messages = 0;
    for (const has of ["image", "video"]) {
      const query = new URLSearchParams({ channel_id: channelId, has, limit: "1", include_nsfw: "true" });
      const found = searched.parse(await this.#read(`/guilds/${guildId}/messages/search`, { query }));
      if ("retryAfterS" in found) return found;
      messages += found.messages;
    }
    return { messages };
  }

  /** Newest archived first; `before` is an ISO time, for joined private threads a thread id. */
  async archivedThreads(channelId: string, kind: ArchivedKind, before?: string) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(before ? { before } : {}) });
    const route =
      kind === "joined-private"
        ? Routes.channelJoinedArchivedThreads(channelId)
        : Routes.channelThreads(channelId, kind);
    const list = threadList.parse(await this.#read(route, { query }));
    return { threads: list.threads, hasMore: list.has_more === true };
  }

  async isThreadMember(threadId: string, userId: string): Promise<boolean> {
    try {
      const retryOptions = { attempts: 2, firstDelayMs: 200 };
      await withRetry(() => this.#rest.get(Routes.threadMembers(threadId, userId)), retryOptions);
      return true;
    } catch (error) {
      if (discordErrorCode(error) === ErrorCode.UnknownMember) return false;
      throw error;
    }
  }

  /** Of a private thread; needs the Server Members intent. */
  async threadMembers(threadId: string): Promise<string[]> {
    const members: string[] = [];
    for (let after: string | undefined; ; after = members.at(-1)) {
      const query = new URLSearchParams({
        limit: String(PAGE_SIZE),
        with_member: "true",
        ...(after && { after }),
      });
      const page = threadMembers.parse(await this.#read(Routes.threadMembers(threadId), { query }));
      members.push(...page.map(({ user_id }) => user_id));
      if (page.length < PAGE_SIZE) return members;
    }
  }

  /** Which privileged intents the application has, as its page at Discord says. */
  async seesMembers(): Promise<boolean> {
    const { flags } = application.parse(await this.#read(Routes.currentApplication()));
    return (flags & SEES_MEMBERS) !== 0;
  }

  /** The nonce makes Discord drop a duplicate, so that a retry cannot post twice. */
  async send(
    channelId: string,
    body: object,
    { files, mentions = [] }: OutgoingMessage = {},
  ): Promise<string> {
    const nonce = String(Date.now() * 1_000 + Math.floor(Math.random() * 1_000));
    const allowed_mentions = { parse: [], users: mentions };
    const once = { ...body, nonce, enforce_nonce: true, allowed_mentions };
    const raw = files?.map(({ attachment, name }) => ({ data: attachment, name }));
    const route = Routes.channelMessages(channelId);
    const sent = await withRetry(() => this.#rest.post(route, { body: once, ...(raw && { files: raw }) }), {
      attempts: 3,
    });
    return withId.parse(sent).id;
  }

  /** The channel of direct messages with somebody. */
  async directChannel(userId: string): Promise<string> {
    const open = () => this.#rest.post(Routes.userChannels(), { body: { recipient_id: userId } });
    return withId.parse(await withRetry(open, { attempts: 3 })).id;
  }

  async edit(channelId: string, messageId: string, body: object): Promise<void> {
    const route = Routes.channelMessage(channelId, messageId);
    const safe = { ...body, allowed_mentions: { parse: [] } };
    await withRetry(() => this.#rest.patch(route, { body: safe }), { attempts: 3 });
  }

  /** @param reason for the server's own audit log */
  async delete(channelId: string, messageId: string, reason?: string): Promise<void> {
    const route = Routes.channelMessage(channelId, messageId);
    await withRetry(() => this.#rest.delete(route, reason === undefined ? {} : { reason }), { attempts: 3 });
  }

  /** @param until as ms since 1970 @param reason for the server's own audit log */
  async timeOut(guildId: string, userId: string, until: number, reason: string): Promise<void> {
    const body = { communication_disabled_until: new Date(until).toISOString() };
    const route = Routes.guildMember(guildId, userId);
    await withRetry(() => this.#rest.patch(route, { body, reason }), { attempts: 3 });
  }

  /** Whether a custom emoji is one of this server. */
  async guildHasEmoji(guildId: string, emojiId: string): Promise<boolean> {
    return (await this.#readOrGone(Routes.guildEmoji(guildId, emojiId))) !== undefined;
  }

  /** `emoji` is a Unicode emoji, or `name:id` of one of a server. */
  async react(channelId: string, messageId: string, emoji: string): Promise<void> {
    const route = Routes.channelMessageOwnReaction(channelId, messageId, encodeURIComponent(emoji));
    await withRetry(() => this.#rest.put(route), { attempts: 3 });
  }

  /** Takes back a reaction of the bot's own. */
  async unreact(channelId: string, messageId: string, emoji: string): Promise<void> {
    const route = Routes.channelMessageOwnReaction(channelId, messageId, encodeURIComponent(emoji));
    await withRetry(() => this.#rest.delete(route), { attempts: 3 });
  }

  #read(route: `/${string}`, how: { query?: URLSearchParams; signal?: AbortSignal | undefined } = {}) {
    const { query, signal } = how;
    const options = query ? { query } : {};
    const call = () =>
      signal
        ? abortable(signal, (own) => this.#rest.get(route, { ...options, signal: own }))
        : this.#rest.get(route, options);
    return withRetry(call, { ...this.#retryOptions, signal });
  }

  async #readOrGone(route: `/${string}`, retryOptions: RetryOptions = {}): Promise<unknown> {
    try {
      return await withRetry(() => this.#rest.get(route), { ...this.#retryOptions, ...retryOptions });
    } catch (error) {
      const code = discordErrorCode(error);
      if (GONE.has(code)) return undefined;
      throw error;
    }
  }
}

/** discord.js never removes its listener from a signal, so it gets a short-lived one. */
async function abortable<Result>(
  signal: AbortSignal,
  call: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await call(own.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

export const isThreadType = (type: number): boolean =>
  type === ChannelType.PublicThread ||
  type === ChannelType.PrivateThread ||
  type === ChannelType.AnnouncementThread;
