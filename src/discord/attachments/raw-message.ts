import { z } from "zod";
import { snowflake } from "../snowflake.ts";

/** The few fields of Discord's messages that are looked at; the same over gateway, history and interactions. */
const rawAttachment = z.object({
  id: snowflake,
  filename: z.string(),
  size: z.number().catch(0),
  url: z.string(),
  content_type: z.string().nullish(),
  flags: z.number().nullish(),
});

const snapshot = z.object({ message: z.object({ attachments: z.array(rawAttachment).default([]) }) });

export const rawMessage = z.object({
  id: snowflake,
  channel_id: snowflake,
  guild_id: snowflake.nullish(),
  author: z.object({ id: snowflake, bot: z.boolean().nullish() }),
  webhook_id: snowflake.nullish(),
  content: z.string().default(""),
  attachments: z.array(rawAttachment).default([]),
  message_snapshots: z.array(snapshot).nullish(),
});

export type RawMessage = z.infer<typeof rawMessage>;
export type RawAttachment = z.infer<typeof rawAttachment>;
