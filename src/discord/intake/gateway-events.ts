import { type Client, GatewayDispatchEvents as Event } from "discord.js";
import type { z } from "zod";
import type { ChannelSight } from "../access/channel-sight.ts";
import { rawMessage } from "../attachments/raw-message.ts";
import type { Log } from "../log.ts";
import {
  channelUpdated,
  guildCreated,
  guildDeleted,
  messageDeleted,
  messageEdited,
  messagesDeleted,
  placeDeleted,
  ready,
  threadCreated,
} from "./events.ts";
import { type ForgetParts, forgetChannel, forgetGuild, forgetThread } from "./forget.ts";
import type { LiveMessages } from "./live-messages.ts";

export interface GatewayParts extends ForgetParts {
  readonly live: LiveMessages;
  readonly sight: ChannelSight;
  readonly log: Log;
  /** A fresh session began: what happened before it was not replayed. */
  readonly freshSession: (guildIds: readonly string[], mine: (guildId: string) => boolean) => void;
  readonly guildBack: (guildId: string) => void;
  /** Nothing arrives from this server now; nothing is forgotten. */
  readonly outage: (guildId: string) => void;
  readonly threadCreated: (thread: z.infer<typeof threadCreated>) => Promise<void>;
  readonly channelSeen: (guildId: string, channelId: string, hidden: boolean) => void;
}

type Handler = (payload: unknown) => unknown;

/**
 * Listens to the gateway itself: discord.js drops deletions of messages in threads it does not remember, and
 * keeping messages in memory to learn of their end would cost more than they are worth.
 */
export function listenToGateway(client: Client, parts: GatewayParts): void {
  for (const [event, handler] of handlers(parts)) {
    client.ws.on(event, (payload: unknown) => {
      void attempt(parts.log, event, () => handler(payload));
    });
  }
}

function handlers(parts: GatewayParts): [Event, Handler][] {
  const { live, erasures } = parts;
  return [
    [Event.Ready, when(ready, ({ guildIds, mine }) => parts.freshSession(guildIds, mine))],
    [Event.GuildCreate, when(guildCreated, (guild) => guildBack(parts, guild))],
    [Event.ChannelCreate, when(channelUpdated, ({ id, hidden }) => parts.sight.heard(id, hidden))],
    [Event.MessageCreate, when(rawMessage, (message) => live.created(message))],
    [Event.MessageUpdate, when(messageEdited, (edit) => live.edited(edit))],
    [Event.MessageDelete, when(messageDeleted, ({ guild_id, id }) => erasures.messages(guild_id, [id]))],
    [Event.MessageDeleteBulk, when(messagesDeleted, ({ guild_id, ids }) => erasures.messages(guild_id, ids))],
    [Event.ChannelDelete, when(placeDeleted, (channel) => channelGone(parts, channel))],
    [Event.ThreadDelete, when(placeDeleted, ({ guild_id, id }) => forgetThread(parts, guild_id, id))],
    [Event.ThreadCreate, when(threadCreated, (thread) => parts.threadCreated(thread))],
    [Event.ChannelUpdate, when(channelUpdated, (channel) => channelSeen(parts, channel))],
    [
      Event.GuildDelete,
      when(guildDeleted, ({ id, unavailable }) => (unavailable ? parts.outage(id) : forgetGuild(parts, id))),
    ],
  ];
}

function guildBack(parts: GatewayParts, { id, channels }: z.infer<typeof guildCreated>): void {
  for (const channel of channels) parts.sight.heard(channel.id, channel.hidden);
  parts.guildBack(id);
}

function channelGone(parts: GatewayParts, { guild_id, id }: z.infer<typeof placeDeleted>): Promise<void> {
  parts.sight.gone(id);
  return forgetChannel(parts, guild_id, id);
}

function channelSeen(parts: GatewayParts, channel: z.infer<typeof channelUpdated>): void {
  parts.sight.heard(channel.id, channel.hidden);
  parts.channelSeen(channel.guild_id, channel.id, channel.hidden);
}

/** Payloads that do not fit, such as those of direct messages, concern us not. */
function when<Shape>(shape: z.ZodType<Shape>, handle: (value: Shape) => unknown): Handler {
  return (payload) => {
    const parsed = shape.safeParse(payload);
    return parsed.success ? handle(parsed.data) : undefined;
  };
}

async function attempt(log: Log, event: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error({ event, error }, "a gateway event could not be handled");
  }
}
