import { type Client, GatewayDispatchEvents, PermissionFlagsBits as P } from "discord.js";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import { snowflake } from "../gateway/payloads.ts";

const resolvedChannels = z.object({
  id: snowflake,
  data: z.object({
    resolved: z.object({
      channels: z.record(snowflake, z.object({ permissions: z.string().regex(/^\d{1,40}$/) })),
    }),
  }),
});

const READING = P.ViewChannel | P.ReadMessageHistory;

/**
 * The invoking member's permissions in the channels given as options, as Discord resolves them with every interaction,
 * even for channels that the bot cannot see. discord.js drops them for channels in its cache.
 */
export class ResolvedPermissions {
  readonly #permissions = new LRUCache<string, ReadonlyMap<string, bigint>>({ max: 1_000 });

  /** Raw dispatches arrive before the handlers of the interaction run. */
  listen(client: Client): void {
    client.ws.on(GatewayDispatchEvents.InteractionCreate, (payload: unknown) => this.record(payload));
  }

  record(payload: unknown): void {
    const { data: interaction } = resolvedChannels.safeParse(payload);
    if (!interaction) return;
    const channels = Object.entries(interaction.data.resolved.channels);
    const permissions = channels.map(([id, channel]) => [id, BigInt(channel.permissions)] as const);
    this.#permissions.set(interaction.id, new Map(permissions));
  }

  /** Whether the invoking member can read this channel option. Any doubt means no. */
  canRead(interactionId: string, channelId: string): boolean {
    const bits = this.#permissions.get(interactionId)?.get(channelId) ?? 0n;
    return (bits & READING) === READING;
  }
}
