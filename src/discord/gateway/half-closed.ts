import type { Client } from "discord.js";
import * as z from "zod";
import type { Log } from "../log.ts";

const LOOK_MS = 1_000;
/** Of a WebSocket that has been told goodbye and waits for the other side to hang up. */
const CLOSING = 2;

const socket = z.custom<{ readonly readyState: number; terminate(): void }>(
  (value) => typeof value === "object" && value !== null && "terminate" in value && "readyState" in value,
);

/**
 * Hangs up on a gateway that says goodbye, as it does with 1001 when it goes away, and then does not hang up itself:
 * discord.js would wait half a minute for it before it reconnects.
 */
export function terminateHalfClosed(client: Client, log: Log): NodeJS.Timeout {
  const waiting = new WeakSet<object>();
  const timer = setInterval(() => {
    for (const connection of connectionsOf(client)) {
      if (connection.readyState !== CLOSING) continue;
      if (waiting.has(connection)) {
        log.info("the gateway said goodbye without hanging up, hanging up");
        connection.terminate();
      } else waiting.add(connection);
    }
  }, LOOK_MS);
  timer.unref();
  return timer;
}

/** Private in the types; the version is pinned, and a test fails if they are no longer there. */
function connectionsOf(client: Client): z.infer<typeof socket>[] {
  const shards = ["_ws", "strategy", "shards"].reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined),
    client.ws,
  );
  if (!(shards instanceof Map)) return [];
  return [...shards.values()].flatMap((shard: object) => {
    const { data } = socket.safeParse(Reflect.get(shard, "connection"));
    return data ? [data] : [];
  });
}
