import { type Client, GatewayDispatchEvents, PermissionFlagsBits as P } from "discord.js";
import { LRUCache } from "lru-cache";
import { z } from "zod";
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
 * What the asking person may do in the channels that they named, as Discord itself says with every interaction: also
 * of channels that the bot cannot see. discord.js drops it once it knows the channel.
 */
export class ResolvedPermissions {
  readonly #permissions = new LRUCache<string, ReadonlyMap<string, bigint>>({ max: 1_000 });

  /** Hears of an interaction before its handlers do. */
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

  /** Whether the person behind this interaction can open the channel that it names. Any doubt means no. */
  canRead(interactionId: string, channelId: string): boolean {
    const bits = this.#permissions.get(interactionId)?.get(channelId) ?? 0n;
    return (bits & READING) === READING;
  }
}
