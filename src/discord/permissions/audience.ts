import { type Guild, OverwriteType, PermissionFlagsBits as P } from "discord.js";
import { isVoice, rootChannel } from "./channel-directory.ts";
import { permissionChannelId, type ReadableChannel } from "./readable-channels.ts";

const READING = P.ViewChannel | P.ReadMessageHistory;

/**
 * Whether everybody who can read `there` can surely read `source`: the same channel, or one that is open to all
 * members with no exception. Errs towards no.
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
