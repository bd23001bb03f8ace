import { RESTJSONErrorCodes as ErrorCode } from "discord.js";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { isLater, timestampOf } from "../gateway/payloads.ts";
import { discordErrorCode } from "../gateway/retry.ts";
import { type GuildSettingsStore, indexState, retentionCutoff } from "../ingest/guild-settings.ts";
import type { HighWaterMarks } from "../ingest/high-water-marks.ts";
import { addCounts, type IngestParts, ingestMessages } from "../ingest/ingest-messages.ts";
import type { ChannelDirectory } from "../permissions/readable-channels.ts";
import type { BackfillJob, BackfillProgress } from "./backfill-progress.ts";
import { listThreads, type ThreadListParts } from "./list-threads.ts";

export interface BackfillParts extends IngestParts, ThreadListParts {
  readonly settings: GuildSettingsStore;
  readonly api: DiscordApi;
  readonly backfillProgress: BackfillProgress;
  readonly marks: HighWaterMarks;
  readonly directory: ChannelDirectory;
  /** False while Discord withholds message content: an empty page then means nothing. */
  readonly seesContent: () => boolean;
}

const UNREADABLE: ReadonlySet<number | undefined> = new Set([
  ErrorCode.MissingAccess,
  ErrorCode.MissingPermissions,
  ErrorCode.UnknownChannel,
]);

/** idle: nothing left to read now, because the job is done, paused, denied or gone. */
export type Step = "more" | "idle";

/**
 * Ingests one page of a job, newest first. The position is saved only once every picture of the page is added, rejected
 * or queued for a retry, so that a crash at any moment leaves no gap and no duplicate.
 */
export async function backfillPage(
  parts: BackfillParts,
  job: BackfillJob,
  signal: AbortSignal,
): Promise<Step> {
  const settings = await parts.settings.get(job.guildId);
  if (indexState(settings, { channelId: job.rootId }) !== "indexed" || !parts.seesContent()) return "idle";
  const channel = await parts.directory.readableChannel(job.guildId, job.channelId);
  if (!channel) return markDenied(parts, job);
  if (!channel.holdsMessages) return finish(parts, job);
  const page = await pageOf(parts, job, signal);
  if (page === "denied") return markDenied(parts, job);
  const newest = page[0];
  const oldest = page.at(-1);
  if (!newest || !oldest) {
    // Without ReadMessageHistory Discord returns an empty page too.
    const still = await parts.directory.readableChannel(job.guildId, job.channelId);
    return still ? finish(parts, job) : markDenied(parts, job);
  }
  const { counts } = await ingestMessages(parts, channel, page, "history");
  signal.throwIfAborted();
  // Removed from the index meanwhile, perhaps added again: then this page does not count.
  const current = await parts.backfillProgress.get(job.guildId, job.channelId);
  if (current?.startedAt !== job.startedAt) return "idle";
  if (job.before === null) await startMark(parts, job, newest.id);
  const next: BackfillJob = {
    ...job,
    state: "running",
    before: oldest.id,
    counts: addCounts(job.counts, counts),
  };
  await parts.backfillProgress.save(next);
  return timestampOf(oldest.id) < retentionCutoff(settings.retentionDays) ? finish(parts, next) : "more";
}

/** Drops what does not go back in time, which would loop forever. */
async function pageOf(parts: BackfillParts, job: BackfillJob, signal: AbortSignal) {
  try {
    const before = job.before ?? undefined;
    const page = await parts.api.messages(job.channelId, { before }, signal);
    return page.filter(({ id }) => before === undefined || isLater(before, id));
  } catch (error) {
    if (UNREADABLE.has(discordErrorCode(error))) return "denied";
    throw error;
  }
}

/** Live messages are ingested already, so from here on nothing is missing. */
async function startMark(
  { marks }: BackfillParts,
  { guildId, channelId }: BackfillJob,
  newestId: string,
): Promise<void> {
  if ((await marks.get(guildId, channelId)) !== undefined) return;
  await marks.advance(guildId, channelId, newestId);
  marks.setLive(guildId, channelId);
}

async function markDenied({ backfillProgress }: BackfillParts, job: BackfillJob): Promise<Step> {
  await backfillProgress.save({ ...job, state: "denied" });
  return "idle";
}

async function finish(parts: BackfillParts, job: BackfillJob): Promise<Step> {
  const { guildId, channelId, rootId } = job;
  // For an empty channel its own id, which is older than any message to come.
  await startMark(parts, job, channelId);
  if (!job.threadsListed) {
    for (const thread of await listThreads(parts, guildId, channelId)) {
      await parts.backfillProgress.getOrCreate(guildId, thread.id, rootId);
    }
  }
  await parts.backfillProgress.save({ ...job, state: "done", threadsListed: true, finishedAt: Date.now() });
  return "idle";
}
