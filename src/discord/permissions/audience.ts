import { type Client, type Guild, OverwriteType, PermissionFlagsBits as P } from "discord.js";
import { isVoice, type RootChannel, readingOf, rootChannel, seeingOf } from "./channel-directory.ts";
import { type ChannelDirectory, permissionChannelId, type ReadableChannel } from "./readable-channels.ts";
import { type ChannelRights, readersAlsoRead, type ServerRoles } from "./readers.ts";

/**
 * Whether everybody who is shown what is posted in the audience's channel can read `source` too, by the server's roles and both
 * channels' overwrites: what is posted is seen without Read Message History by who has the channel open. Errs on the side of no.
 */
export function audienceCanRead(guild: Guild, audience: ReadableChannel, source: ReadableChannel): boolean {
  if (source.kind === "private-thread" && source.channelId !== audience.channelId) return false;
  if (source.ageRestricted && !audience.ageRestricted) return false;
  const read = rootChannel(guild, permissionChannelId(audience));
  const shown = rootChannel(guild, permissionChannelId(source));
  if (!read || !shown) return false;
  // Whoever is in a time-out reads on in text channels, but loses Connect.
  if (isVoice(shown) && !isVoice(read)) return false;
  if (read.id === shown.id && everybodyReadsHistory(read)) return true;
  return readersAlsoRead(rolesOf(guild), rightsOf(read, seeingOf(read)), rightsOf(shown, readingOf(shown)));
}

export interface AudienceParts {
  readonly client: Client;
  readonly directory: ChannelDirectory;
}

/** The same of two channels as they are now, by their ids. */
export async function readersCanRead(
  { client, directory }: AudienceParts,
  guildId: string,
  { audienceId, sourceId }: { readonly audienceId: string; readonly sourceId: string },
): Promise<boolean> {
  const guild = client.guilds.cache.get(guildId);
  const audience = await directory.readableChannel(guildId, audienceId);
  const source = await directory.readableChannel(guildId, sourceId);
  return guild !== undefined && audience !== undefined && source !== undefined
    ? audienceCanRead(guild, audience, source)
    : false;
}

function rolesOf(guild: Guild): ServerRoles {
  // The role that Discord makes for a bot is that bot's alone.
  const roles = [...guild.roles.cache.values()].filter(
    ({ permissions, tags }) => !permissions.has(P.Administrator) && tags?.botId === undefined,
  );
  return {
    everyone: guild.id,
    roles: new Map(roles.map(({ id, permissions }) => [id, permissions.bitfield])),
    leaveOut: new Set([guild.ownerId, guild.client.user.id]),
  };
}

/** Where there are too many roles to go through, too. */
const everybodyReadsHistory = ({ guild, permissionOverwrites }: RootChannel): boolean =>
  guild.roles.everyone.permissions.has(P.ReadMessageHistory) &&
  !permissionOverwrites.cache.some(({ deny }) => deny.has(P.ReadMessageHistory));

const rightsOf = (channel: RootChannel, needed: bigint): ChannelRights => ({
  needed,
  overwrites: [...channel.permissionOverwrites.cache.values()].map(({ id, type, allow, deny }) => ({
    id,
    isMember: type === OverwriteType.Member,
    allow: allow.bitfield,
    deny: deny.bitfield,
  })),
});
