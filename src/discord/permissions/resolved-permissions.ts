import { ChannelType, type Client, GatewayDispatchEvents, PermissionFlagsBits as P } from "discord.js";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import { snowflake } from "../gateway/payloads.ts";

const resolvedChannels = z.object({
  id: snowflake,
  data: z.object({
    resolved: z.object({
      channels: z.record(
        snowflake,
        z.object({ permissions: z.string().regex(/^\d{1,40}$/), type: z.number() }),
      ),
    }),
  }),
});

/** Of a channel of this type; the chat of a voice channel also needs Connect. */
const reading = (type: ChannelType): bigint =>
  P.ViewChannel |
  P.ReadMessageHistory |
  (type === ChannelType.GuildVoice || type === ChannelType.GuildStageVoice ? P.Connect : 0n);

/**
 * The invoking member's permissions in the channels given as options, as Discord resolves them with every interaction,
 * even for channels that the bot cannot see. discord.js drops them for channels in its cache.
 */
export class ResolvedPermissions {
  readonly #readable = new LRUCache<string, ReadonlySet<string>>({ max: 1_000 });

  /** Raw dispatches arrive before the handlers of the interaction run. */
  listen(client: Client): void {
    client.ws.on(GatewayDispatchEvents.InteractionCreate, (payload: unknown) => this.record(payload));
  }

  record(payload: unknown): void {
    const { data: interaction } = resolvedChannels.safeParse(payload);
    if (!interaction) return;
    const channels = Object.entries(interaction.data.resolved.channels);
    const readable = channels.filter(
      ([, { permissions, type }]) => (BigInt(permissions) & reading(type)) === reading(type),
    );
    this.#readable.set(interaction.id, new Set(readable.map(([id]) => id)));
  }

  /** Whether the invoking member can read this channel option. Any doubt means no. */
  canRead(interactionId: string, channelId: string): boolean {
    return this.#readable.get(interactionId)?.has(channelId) === true;
  }
}
