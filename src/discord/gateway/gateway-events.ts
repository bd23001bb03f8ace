import { ChannelFlags, type Client, GatewayDispatchEvents as Event } from "discord.js";
import * as z from "zod";
import type { Log } from "../log.ts";
import { type RawMessage, rawMessage, snowflake } from "./payloads.ts";

/** What the bot does about each event. Whatever a handler throws is logged. */
export interface GatewayHandlers {
  messageCreated(message: RawMessage): unknown;
  messageEdited(edit: MessageEdit): unknown;
  messagesDeleted(guildId: string, messageIds: readonly string[]): unknown;
  /** A new session: events from before it are not replayed. */
  sessionStarted(session: Session): unknown;
  /** Also after an outage, and when the bot joins. */
  guildAvailable(guildId: string, channels: readonly ChannelState[]): unknown;
  guildUnavailable(guildId: string): unknown;
  guildLeft(guildId: string): unknown;
  channelCreated(guildId: string, channel: ChannelState): unknown;
  channelUpdated(guildId: string, channel: ChannelState): unknown;
  channelDeleted(guildId: string, channelId: string): unknown;
  threadCreated(thread: CreatedThread): unknown;
  threadDeleted(guildId: string, threadId: string): unknown;
  threadMembersChanged(threadId: string, change: ThreadMembersChange): unknown;
}

export interface ThreadMembersChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface ChannelState {
  readonly id: string;
  /** The bot cannot see it: Discord obfuscates its name and permissions. */
  readonly hidden: boolean;
}

export interface Session {
  readonly guildIds: readonly string[];
  /** Whether events of this guild arrive on this session's shard. */
  readonly ownsGuild: (guildId: string) => boolean;
}

export interface CreatedThread {
  readonly guildId: string;
  readonly threadId: string;
  readonly parentId: string;
  /** False when the bot was merely added to an existing thread. */
  readonly isNew: boolean;
}

/** Since 2025 an edit carries the whole message; older shapes may leave out what did not change. */
const messageEdit = rawMessage.partial({ author: true }).extend({
  guild_id: snowflake,
  attachments: rawMessage.shape.attachments.unwrap().optional(),
  content: z.string().optional(),
  message_reference: z.object({ type: z.number().nullish() }).nullish(),
});
export type MessageEdit = z.infer<typeof messageEdit>;

const messageDeleted = z.object({ id: snowflake, channel_id: snowflake, guild_id: snowflake });
const messagesDeleted = z.object({ ids: z.array(snowflake), channel_id: snowflake, guild_id: snowflake });
const channelDeleted = z.object({ id: snowflake, guild_id: snowflake });
const guildDeleted = z.object({ id: snowflake, unavailable: z.boolean().nullish() });

const channel = z
  .object({ id: snowflake, flags: z.number().nullish() })
  .transform(({ id, flags }) => ({ id, hidden: ((flags ?? 0) & ChannelFlags.ChannelObfuscated) !== 0 }));
const guildCreated = z.object({ id: snowflake, channels: z.array(channel).default([]) });
/** Of channels that are created and updated. */
const channelOfGuild = z.intersection(channel, z.object({ guild_id: snowflake }));

const threadCreated = z
  .object({ id: snowflake, guild_id: snowflake, parent_id: snowflake, newly_created: z.boolean().nullish() })
  .transform(({ id, guild_id, parent_id, newly_created }) => ({
    guildId: guild_id,
    threadId: id,
    parentId: parent_id,
    isNew: newly_created === true,
  }));

const threadMembersUpdated = z
  .object({
    id: snowflake,
    added_members: z.array(z.object({ user_id: snowflake })).nullish(),
    removed_member_ids: z.array(snowflake).nullish(),
  })
  .transform(({ id, added_members, removed_member_ids }) => ({
    threadId: id,
    added: (added_members ?? []).map(({ user_id }) => user_id),
    removed: removed_member_ids ?? [],
  }));

const ready = z
  .object({
    guilds: z.array(z.object({ id: snowflake })),
    shard: z.tuple([z.number(), z.number()]).nullish(),
  })
  .transform(({ guilds, shard }) => {
    const [index, count] = shard ?? [0, 1];
    return {
      guildIds: guilds.map(({ id }) => id),
      ownsGuild: (guildId: string) => Number((BigInt(guildId) >> 22n) % BigInt(count)) === index,
    };
  });

type Listener = (payload: unknown) => unknown;

/**
 * Listens to raw dispatches: discord.js drops deletions of messages in threads that it has not cached, and caching
 * messages only to learn of their deletion would cost more memory than it is worth.
 */
export function listenToGateway(client: Client, handlers: GatewayHandlers, log: Log): void {
  for (const [event, listener] of listeners(handlers)) {
    client.ws.on(event, (payload: unknown) => {
      void logErrors(log, event, () => listener(payload));
    });
  }
}

function listeners(handlers: GatewayHandlers): [Event, Listener][] {
  return [
    [Event.Ready, parsed(ready, (session) => handlers.sessionStarted(session))],
    [Event.GuildCreate, parsed(guildCreated, ({ id, channels }) => handlers.guildAvailable(id, channels))],
    [
      Event.GuildDelete,
      parsed(guildDeleted, ({ id, unavailable }) =>
        unavailable ? handlers.guildUnavailable(id) : handlers.guildLeft(id),
      ),
    ],
    [Event.ChannelCreate, parsed(channelOfGuild, (state) => handlers.channelCreated(state.guild_id, state))],
    [Event.ChannelUpdate, parsed(channelOfGuild, (state) => handlers.channelUpdated(state.guild_id, state))],
    [Event.ChannelDelete, parsed(channelDeleted, (gone) => handlers.channelDeleted(gone.guild_id, gone.id))],
    [Event.ThreadCreate, parsed(threadCreated, (thread) => handlers.threadCreated(thread))],
    [Event.ThreadDelete, parsed(channelDeleted, (gone) => handlers.threadDeleted(gone.guild_id, gone.id))],
    [
      Event.ThreadMembersUpdate,
      parsed(threadMembersUpdated, ({ threadId, ...change }) =>
        handlers.threadMembersChanged(threadId, change),
      ),
    ],
    [Event.MessageCreate, parsed(rawMessage, (message) => handlers.messageCreated(message))],
    [Event.MessageUpdate, parsed(messageEdit, (edit) => handlers.messageEdited(edit))],
    [Event.MessageDelete, parsed(messageDeleted, (one) => handlers.messagesDeleted(one.guild_id, [one.id]))],
    [
      Event.MessageDeleteBulk,
      parsed(messagesDeleted, (many) => handlers.messagesDeleted(many.guild_id, many.ids)),
    ],
  ];
}

/** Payloads of another shape, such as those of direct messages, are ignored. */
function parsed<Payload>(schema: z.ZodType<Payload>, handle: (payload: Payload) => unknown): Listener {
  return (payload) => {
    const { success, data } = schema.safeParse(payload);
    return success ? handle(data) : undefined;
  };
}

async function logErrors(log: Log, event: string, handle: () => unknown): Promise<void> {
  try {
    await handle();
  } catch (error) {
    log.error({ event, error }, "a gateway event could not be handled");
  }
}
