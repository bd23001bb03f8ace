import PQueue from "p-queue";
import * as z from "zod";

/** The Discord account of the member whom PluralKit posted a message for; undefined when it posted none with this id. */
export type FindProxiedSender = (messageId: string) => Promise<string | undefined>;

/** Its public API, which answers ten lookups of messages a second. */
const API = "https://api.pluralkit.me/v2/messages/";
const LOOKUPS_PER_S = 5;
const TIMEOUT_MS = 10_000;

/** The application that PluralKit's webhooks belong to. */
export const PLURALKIT = "466378653216014359";

const proxied = z.object({ sender: z.string().regex(/^\d{1,20}$/) });

/** Sends the message's id to PluralKit, and nothing else. */
export function createPluralKit(): FindProxiedSender {
  const queue = new PQueue({ interval: 1_000, intervalCap: LOOKUPS_PER_S });
  return (messageId) =>
    queue.add(async () => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const headers = { "user-agent": "glimpse (https://www.npmjs.com/package/glimpse-images)" };
      const response = await fetch(`${API}${messageId}`, { redirect: "error", signal, headers });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`PluralKit answered ${response.status}`);
      return proxied.parse(await response.json()).sender;
    });
}
