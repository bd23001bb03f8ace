/** What somebody needs to read a channel, and who is given or denied it there. Only the needed bits matter. */
export interface ChannelRights {
  readonly needed: bigint;
  readonly overwrites: readonly Overwrite[];
}

export interface Overwrite {
  /** Of a role or a member. The role of everybody has the id of the server. */
  readonly id: string;
  readonly isMember: boolean;
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface ServerRoles {
  /** The role of everybody, and the server. */
  readonly everyone: string;
  /** All roles with their permissions; without those of administrators, who read every channel. */
  readonly roles: ReadonlyMap<string, bigint>;
  /** Members whose overwrites do not count: the bot, and the owner, who reads every channel. */
  readonly leaveOut: ReadonlySet<string>;
}

/** Sets of roles beyond this many kinds are not gone through: then the answer is no. */
const MAX_KINDS = 30;
const MAX_MEMBERS = 50;

/**
 * Whether everybody who can read one channel can read the other, whatever roles they have: no set of roles, and no member
 * with an overwrite, reads the first and not the second. Errs on the side of no where there are too many to go through.
 *
 * Few roles at once are enough to look at: of a set that reads the first and not the second, one role for each needed
 * permission of the first, and one that denies in the second, are such a set by themselves.
 */
export function readersAlsoRead(server: ServerRoles, first: ChannelRights, second: ChannelRights): boolean {
  const bits = bitsOf(first.needed | second.needed);
  const small = (rights: bigint) => bits.reduce((sum, bit, at) => sum + (rights & bit ? 1 << at : 0), 0);
  const channels = [first, second].map(({ needed, overwrites }) => ({
    needed: small(needed),
    of: new Map(overwrites.map(({ id, allow, deny }) => [id, { allow: small(allow), deny: small(deny) }])),
  }));
  const kindOf = (id: string, base: bigint): Kind => ({
    base: small(base),
    at: channels.map(({ of }) => of.get(id) ?? NEUTRAL),
  });
  const everyone = kindOf(server.everyone, server.roles.get(server.everyone) ?? 0n);
  const roles = [...server.roles].filter(([id]) => id !== server.everyone);
  const kinds = distinct(roles.map(([id, base]) => kindOf(id, base)));
  const members = distinct(
    [...first.overwrites, ...second.overwrites]
      .filter(({ id, isMember }) => isMember && !server.leaveOut.has(id))
      .map(({ id }) => kindOf(id, 0n)),
  );
  if (kinds.length > MAX_KINDS || members.length > MAX_MEMBERS) return false;
  const reads = (channel: number, has: readonly Kind[], own: Kind): boolean => {
    const at = (kind: Kind) => kind.at[channel] ?? NEUTRAL;
    const base = has.reduce((sum, kind) => sum | kind.base, everyone.base);
    const byEveryone = (base & ~at(everyone).deny) | at(everyone).allow;
    const denied = has.reduce((sum, kind) => sum | at(kind).deny, 0);
    const allowed = has.reduce((sum, kind) => sum | at(kind).allow, 0);
    const byRoles = (byEveryone & ~denied) | allowed;
    const needed = channels[channel]?.needed ?? 0;
    return (((byRoles & ~at(own).deny) | at(own).allow) & needed) === needed;
  };
  const readsOnlyFirst = (has: readonly Kind[]) =>
    [NOBODY, ...members].some((own) => reads(0, has, own) && !reads(1, has, own));
  return !someSet(kinds, bitsOf(first.needed).length + 1, readsOnlyFirst);
}

/** A role or a member, by all that tells it from others here. */
interface Kind {
  readonly base: number;
  /** In the first channel and in the second. */
  readonly at: readonly { readonly allow: number; readonly deny: number }[];
}

const NEUTRAL = { allow: 0, deny: 0 };
const NOBODY: Kind = { base: 0, at: [] };

function distinct(kinds: readonly Kind[]): Kind[] {
  const seen = new Map(kinds.map((kind) => [JSON.stringify(kind), kind]));
  seen.delete(JSON.stringify({ base: 0, at: [NEUTRAL, NEUTRAL] }));
  return [...seen.values()];
}

function bitsOf(rights: bigint): bigint[] {
  const found: bigint[] = [];
  for (let bit = 1n; bit <= rights; bit <<= 1n) if (rights & bit) found.push(bit);
  return found;
}

/** Goes through the sets of at most so many, the empty one first. */
function someSet<Item>(
  items: readonly Item[],
  atMost: number,
  isIt: (set: readonly Item[]) => boolean,
  from = 0,
  set: readonly Item[] = [],
): boolean {
  if (isIt(set)) return true;
  if (set.length === atMost) return false;
  for (let at = from; at < items.length; at += 1) {
    const item = items[at];
    if (item !== undefined && someSet(items, atMost, isIt, at + 1, [...set, item])) return true;
  }
  return false;
}
