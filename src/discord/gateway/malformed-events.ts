import { type Client, GatewayDispatchEvents as Event } from "discord.js";
import * as z from "zod";
import type { Log } from "../log.ts";

const packet = z.looseObject({ t: z.string().nullish(), d: z.unknown() });

/** Handled from the raw events alone; what discord.js would make of them is used nowhere. */
const UNUSED: ReadonlySet<string> = new Set([
  Event.MessageCreate,
  Event.MessageUpdate,
  Event.MessageDelete,
  Event.MessageDeleteBulk,
]);

/**
 * Keeps discord.js from ending the process over an event that it cannot read: it is logged and skipped. An interaction is
 * read again with no more of its messages than the bot uses, so that it is answered all the same.
 */
export function skipMalformedEvents(client: Client, log: Log): void {
  // Private in the types; the version is pinned, and a test fails if it is no longer called.
  const manager: object = client.ws;
  const original: unknown = Reflect.get(manager, "handlePacket");
  if (typeof original !== "function") throw new Error("this version of discord.js handles events elsewhere");
  const handle = (event: unknown, shard: unknown): unknown =>
    Reflect.apply(original, manager, [event, shard]);
  Reflect.set(manager, "handlePacket", (event: unknown, shard: unknown) => {
    const { data } = packet.safeParse(event);
    if (data?.t && UNUSED.has(data.t)) return true;
    try {
      return handle(event, shard);
    } catch (error) {
      if (data?.t === Event.InteractionCreate)
        return handleBared(handle, { ...data, d: withBareMessages(data.d) }, shard, log);
      log.error({ event: data?.t, error }, "an event from Discord could not be read, and is skipped");
      return true;
    }
  });
}

function handleBared(
  handle: (event: unknown, shard: unknown) => unknown,
  event: z.infer<typeof packet>,
  shard: unknown,
  log: Log,
): unknown {
  try {
    return handle(event, shard);
  } catch (error) {
    log.error({ event: event.t, error }, "an event from Discord could not be read, and is skipped");
    return true;
  }
}

/** What the bot reads of a message: who wrote it, its files, what it forwards and what it answers. */
const READ: ReadonlySet<string> = new Set([
  ...["id", "channel_id", "author", "content", "timestamp", "flags"],
  ...["attachments", "message_snapshots", "message_reference"],
]);
/** What discord.js wants besides. */
const REQUIRED = {
  ...{ type: 0, embeds: [], mentions: [], mention_roles: [] },
  ...{ pinned: false, tts: false, edited_timestamp: null },
};

// A field that is there, if only as undefined, would be read.
const bareMessage = z.looseObject({ id: z.string(), channel_id: z.string() }).transform((message) => ({
  ...Object.fromEntries(Object.entries(message).filter(([name]) => READ.has(name))),
  ...REQUIRED,
}));

const interaction = z.looseObject({
  message: bareMessage.optional().catch(undefined),
  data: z
    .looseObject({
      resolved: z
        .looseObject({ messages: z.record(z.string(), bareMessage).optional().catch(undefined) })
        .optional(),
    })
    .optional(),
});

const withBareMessages = (payload: unknown): unknown => interaction.safeParse(payload).data ?? payload;
