import { type Guild, OverwriteType, PermissionFlagsBits as P } from "discord.js";
import { isVoice, rootChannel } from "./discord-server.ts";
import { type Place, rulingChannel } from "./place.ts";

const READING = P.ViewChannel | P.ReadMessageHistory;

/**
 * Whether everybody who can read `there` can surely read `source`: the same channel, or one that is open to all
 * members with no exception. Errs towards no.
 */
export function readersOfAlsoRead(guild: Guild, there: Place, source: Place): boolean {
  if (source.kind === "private-thread") return source.channelId === there.channelId;
  if (source.ageRestricted && !there.ageRestricted) return false;
  if (rulingChannel(source) === rulingChannel(there)) return true;
  const channel = rootChannel(guild, rulingChannel(source));
  if (!channel || isVoice(channel)) return false;
  if (!channel.permissionsFor(guild.roles.everyone).has(READING)) return false;
  const exceptions = channel.permissionOverwrites.cache.filter(({ id }) => id !== guild.id);
  return !exceptions.some(
    (overwrite) =>
      (overwrite.type === OverwriteType.Role || overwrite.type === OverwriteType.Member) &&
      overwrite.deny.any(READING),
  );
}
