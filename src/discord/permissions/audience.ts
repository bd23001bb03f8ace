import { type Guild, OverwriteType, PermissionFlagsBits as P } from "discord.js";
import { isVoice, rootChannel } from "./channel-directory.ts";
import { permissionChannelId, type ReadableChannel } from "./readable-channels.ts";

const READING = P.ViewChannel | P.ReadMessageHistory;

/**
 * Whether everybody who can read the audience's channel can certainly read `source` too: it is the same channel, or
 * open to all members without exception. Errs on the side of no.
 */
export function audienceCanRead(guild: Guild, audience: ReadableChannel, source: ReadableChannel): boolean {
  if (source.kind === "private-thread") return source.channelId === audience.channelId;
  if (source.ageRestricted && !audience.ageRestricted) return false;
  if (permissionChannelId(source) === permissionChannelId(audience)) return true;
  const channel = rootChannel(guild, permissionChannelId(source));
  if (!channel || isVoice(channel)) return false;
  if (!channel.permissionsFor(guild.roles.everyone).has(READING)) return false;
  const exceptions = channel.permissionOverwrites.cache.filter(({ id }) => id !== guild.id);
  return !exceptions.some(
    (overwrite) =>
      (overwrite.type === OverwriteType.Role || overwrite.type === OverwriteType.Member) &&
      overwrite.deny.any(READING),
  );
}
