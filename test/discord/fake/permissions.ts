import { ChannelType, PermissionFlagsBits as P } from "discord.js";
import { type FakeChannel, type FakeGuild, isThread } from "./model.ts";

/** Discord's published algorithm, implemented independently of the client, so that tests can compare the two. */
export function permissionsIn(guild: FakeGuild, channel: FakeChannel, userId: string): bigint {
  const all = Object.values(P).reduce((sum, bit) => sum | bit, 0n);
  const base = basePermissions(guild, userId);
  if (base & P.Administrator) return all;
  const place = isThread(channel) ? guild.channels.get(channel.parentId ?? "") : channel;
  if (!place) return 0n;
  const member = guild.members.get(userId);
  const find = (id: string) => place.overwrites.find((overwrite) => overwrite.id === id);
  let bits = base;
  const everyone = find(guild.id);
  bits = (bits & ~(everyone?.deny ?? 0n)) | (everyone?.allow ?? 0n);
  const roles = (member?.roles ?? []).map(find);
  for (const role of roles) bits &= ~(role?.deny ?? 0n);
  for (const role of roles) bits |= role?.allow ?? 0n;
  const own = find(userId);
  bits = (bits & ~(own?.deny ?? 0n)) | (own?.allow ?? 0n);
  if (member?.timedOut) bits &= P.ViewChannel | P.ReadMessageHistory;
  return bits & P.ViewChannel ? bits : 0n;
}

/** In the whole server, before what channels say. */
export function basePermissions(guild: FakeGuild, userId: string): bigint {
  if (guild.ownerId === userId) return P.Administrator;
  const member = guild.members.get(userId);
  if (!member) return 0n;
  const roles = [guild.id, ...member.roles].map((id) => guild.roles.get(id)?.permissions ?? 0n);
  return roles.reduce((sum, bits) => sum | bits, 0n);
}

/** Whether this member can open the channel and read its history. */
export function canRead(guild: FakeGuild, channel: FakeChannel, userId: string): boolean {
  const bits = permissionsIn(guild, channel, userId);
  const history = P.ViewChannel | P.ReadMessageHistory;
  if ((bits & history) !== history) return false;
  if (channel.type !== ChannelType.PrivateThread) return true;
  return channel.members.has(userId) || (bits & P.ManageThreads) !== 0n;
}
