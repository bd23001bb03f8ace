import { RESTJSONErrorCodes as ErrorCode, type Guild, type GuildMember } from "discord.js";
import { discordErrorCode } from "../gateway/retry.ts";

/** A member as Discord has them now; undefined for who is not in the server. */
export async function memberNow(guild: Guild, userId: string): Promise<GuildMember | undefined> {
  try {
    return await guild.members.fetch({ user: userId, force: true, cache: false });
  } catch (error) {
    const code = discordErrorCode(error);
    if (code === ErrorCode.UnknownMember || code === ErrorCode.UnknownUser) return undefined;
    throw error;
  }
}
