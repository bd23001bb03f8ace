import {
  type Client,
  RESTJSONErrorCodes as ErrorCode,
  type Guild,
  type GuildMember,
  MessageFlags,
  PermissionFlagsBits as P,
} from "discord.js";
import { jumpLink } from "../../shared/placements.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { discordErrorCode } from "../gateway/retry.ts";
import type { AuditLog } from "../ingest/audit-log.ts";
import type { GuildSettingsStore, ScamWatch } from "../ingest/guild-settings.ts";
import type { LivePicture } from "../ingest/live-messages.ts";
import { posterOf } from "../ingest/posted-pictures.ts";
import type { ScamPicture } from "../ingest/scam-list.ts";
import type { Log } from "../log.ts";
import { fittingLines, MAX_CONTENT } from "../message-text.ts";
import { readersCanRead } from "../permissions/audience.ts";
import { rootChannel } from "../permissions/channel-directory.ts";
import { memberNow } from "../permissions/guild-members.ts";
import {
  type ChannelDirectory,
  permissionChannelId,
  type ReadableChannel,
} from "../permissions/readable-channels.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { answersIn } from "../texts/languages.ts";

export interface ActParts {
  readonly client: Client;
  readonly settings: GuildSettingsStore;
  readonly directory: ChannelDirectory;
  readonly api: Pick<DiscordApi, "send" | "delete" | "timeOut">;
  readonly audit: AuditLog;
  readonly log: Log;
}

interface Post {
  readonly live: LivePicture;
  readonly channel: ReadableChannel;
}

export interface FoundScam {
  /** Absent for a burst of a picture that is not on the list. */
  readonly onList: ScamPicture | undefined;
  /** By one member. */
  readonly posts: readonly Post[];
}

interface Done {
  /** Who may manage messages themselves is left to the people of the server. */
  readonly isSpared: boolean;
  readonly deleted: number;
  readonly mayNotDelete: boolean;
  readonly isTimedOut: boolean;
  readonly mayNotTimeOut: boolean;
}

const MINUTE_MS = 60_000;

/** Does what a manager chose, and tells of it where they chose. */
export async function actOnScam(
  parts: ActParts,
  guildId: string,
  found: FoundScam,
  isToTell: boolean,
): Promise<void> {
  const guild = parts.client.guilds.cache.get(guildId);
  const { scam } = await parts.settings.get(guildId);
  const [first] = found.posts;
  if (!guild || !first || scam.channelId === null) return;
  const { authorId } = first.live.picture.placement;
  const poster = posterOf(first.live.picture);
  // Before anything is deleted, after which nobody could look where it was.
  const places = await placesOf(parts, guildId, scam.channelId, found.posts);
  const done = await enforce(parts, guild, scam, found.posts);
  const texts = answersIn(guild.preferredLocale);
  parts.log.info({ guildId, userId: authorId, deleted: done.deleted }, "a scam picture was posted");
  if (done.deleted > 0 || done.isTimedOut) {
    const minutes = done.isTimedOut ? scam.timeoutMinutes : 0;
    await parts.audit.note(guildId, (audit) => audit.scam(poster, done.deleted, minutes));
  }
  if (!isToTell) return;
  const lines = [headline(found, poster, places, texts), ...tellDone(done, scam, texts)];
  const content = fittingLines(lines, { maxLength: MAX_CONTENT, more: texts.andMore });
  await parts.api.send(scam.channelId, { content, flags: MessageFlags.SuppressEmbeds });
}

/** In one message, however many there were. */
export async function reportMore(parts: ActParts, guildId: string, count: number): Promise<void> {
  try {
    const { channelId } = (await parts.settings.get(guildId)).scam;
    const texts = answersIn(parts.client.guilds.cache.get(guildId)?.preferredLocale);
    if (channelId !== null) await parts.api.send(channelId, { content: `🚨 ${texts.scam.more(count)}` });
  } catch (error) {
    parts.log.debug({ guildId, error }, "an alert could not be sent");
  }
}

/** Links of the posts whose channels everybody can read who reads the alert. */
async function placesOf(
  parts: ActParts,
  guildId: string,
  audienceId: string,
  posts: readonly Post[],
): Promise<string[]> {
  const open: string[] = [];
  for (const { live, channel } of posts) {
    const sourceId = channel.channelId;
    if (!(await readersCanRead(parts, guildId, { audienceId, sourceId }))) continue;
    open.push(`<#${sourceId}> ${jumpLink(live.picture.placement)}`);
  }
  return open;
}

async function enforce(
  { api, log }: ActParts,
  guild: Guild,
  { action, timeoutMinutes }: ScamWatch,
  posts: readonly Post[],
): Promise<Done> {
  const nothing = { deleted: 0, mayNotDelete: false, isTimedOut: false, mayNotTimeOut: false };
  const [first] = posts;
  if (action === "alert" || !first) return { ...nothing, isSpared: false };
  const { authorId } = first.live.picture.placement;
  // A webhook is no member: its messages can be deleted, and nobody timed out.
  const member = await memberNow(guild, authorId);
  if (member?.permissions.has(P.ManageMessages)) return { ...nothing, isSpared: true };
  const reason = "Scam picture (/scam)";
  let deleted = 0;
  let mayNotDelete = false;
  for (const { live, channel } of posts) {
    const { channelId, messageId } = live.picture.placement;
    if (!mayDelete(guild, channel)) {
      mayNotDelete = true;
      continue;
    }
    try {
      await api.delete(channelId, messageId, reason);
      deleted += 1;
    } catch (error) {
      if (discordErrorCode(error) === ErrorCode.UnknownMessage) continue;
      log.warn({ guildId: guild.id, channelId, messageId, error }, "a scam picture could not be deleted");
      mayNotDelete = true;
    }
  }
  if (action === "delete" || !member) return { ...nothing, isSpared: false, deleted, mayNotDelete };
  const isTimedOut = await timeOut(api, member, timeoutMinutes, reason, log);
  return { isSpared: false, deleted, mayNotDelete, isTimedOut, mayNotTimeOut: !isTimedOut };
}

function mayDelete(guild: Guild, channel: ReadableChannel): boolean {
  const place = rootChannel(guild, permissionChannelId(channel));
  const me = guild.members.me;
  return place !== undefined && me !== null && place.permissionsFor(me).has(P.ViewChannel | P.ManageMessages);
}

async function timeOut(
  api: ActParts["api"],
  member: GuildMember,
  minutes: number,
  reason: string,
  log: Log,
): Promise<boolean> {
  const until = Date.now() + minutes * MINUTE_MS;
  if ((member.communicationDisabledUntilTimestamp ?? 0) >= until - MINUTE_MS) return true;
  if (!member.moderatable) return false;
  try {
    await api.timeOut(member.guild.id, member.id, until, reason);
    return true;
  } catch (error) {
    log.warn({ guildId: member.guild.id, userId: member.id, error }, "a member could not be timed out");
    return false;
  }
}

function headline(
  { onList, posts }: FoundScam,
  poster: string,
  places: readonly string[],
  { scam }: AnswerTexts,
): string {
  const hidden = posts.length - places.length;
  const where = [...places, ...(hidden > 0 ? [scam.hidden(hidden)] : [])].join(" · ");
  const what = onList ? scam.posted(poster) : scam.burst(poster);
  return `🚨 ${what} ${where}`;
}

function* tellDone(done: Done, { timeoutMinutes }: ScamWatch, { scam }: AnswerTexts): Generator<string> {
  if (done.isSpared) yield scam.spared;
  if (done.deleted > 0) yield scam.deleted(done.deleted);
  if (done.mayNotDelete) yield scam.mayNotDelete;
  if (done.isTimedOut) yield scam.timedOut(timeoutMinutes);
  if (done.mayNotTimeOut) yield scam.mayNotTimeOut;
}
