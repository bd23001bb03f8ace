import type { ServerView } from "../access/readable-places.ts";
import type { DiscordApi } from "../discord-api.ts";
import type { Marks } from "../intake/marks.ts";
import { type ReadParts, readMessages, sum } from "../intake/read-messages.ts";
import { keptSince } from "../intake/take-pictures.ts";
import { discordCode, GONE, NO_ACCESS } from "../patience.ts";
import { type GuildSettingsStore, indexState } from "../settings/guild-settings.ts";
import { isLater, timeOf } from "../snowflake.ts";
import type { Job, Jobs } from "./jobs.ts";
import { listThreads, type ThreadLister } from "./list-threads.ts";

export interface HistoryParts extends ReadParts, ThreadLister {
  readonly settings: GuildSettingsStore;
  readonly api: DiscordApi;
  readonly jobs: Jobs;
  readonly marks: Marks;
  readonly server: ServerView;
  /** False while Discord withholds message content: an empty page would then prove nothing. */
  readonly seesContent: () => boolean;
}

/** idle: nothing to do now, because it is finished, paused, denied or gone. */
export type Step = "more" | "idle";

/**
 * Reads one page of a job, newest first. The position is saved only when every picture of the page is in, refused
 * or noted for another try, so that a crash at any moment leaves neither gap nor double.
 */
export async function readHistoryPage(parts: HistoryParts, job: Job, signal: AbortSignal): Promise<Step> {
  const settings = await parts.settings.of(job.guildId);
  if (indexState(settings, { channelId: job.rootId }) !== "indexed" || !parts.seesContent()) return "idle";
  const place = await parts.server.place(job.guildId, job.channelId);
  if (!place) return pauseDenied(parts, job);
  if (!place.holdsMessages) return finish(parts, job);
  const page = await pageOf(parts, job, signal);
  if (page === "denied") return pauseDenied(parts, job);
  const newest = page[0];
  const oldest = page.at(-1);
  if (!newest || !oldest) {
    // Without ReadMessageHistory Discord answers with an empty page too.
    const still = await parts.server.place(job.guildId, job.channelId);
    return still ? finish(parts, job) : pauseDenied(parts, job);
  }
  const { counts } = await readMessages(parts, place, page, "history");
  signal.throwIfAborted();
  // Taken out of the index meanwhile, perhaps put in anew: then this page counts for nothing.
  const current = await parts.jobs.get(job.guildId, job.channelId);
  if (current?.startedAt !== job.startedAt) return "idle";
  if (job.before === null) await startMark(parts, job, newest.id);
  const next: Job = { ...job, state: "running", before: oldest.id, counts: sum(job.counts, counts) };
  await parts.jobs.save(next);
  return timeOf(oldest.id) < keptSince(settings.retentionDays) ? finish(parts, next) : "more";
}

/** Newest page first; a page that does not go back in time would turn in circles. */
async function pageOf(parts: HistoryParts, job: Job, signal: AbortSignal) {
  try {
    const before = job.before ?? undefined;
    const page = await parts.api.history(job.channelId, { before }, signal);
    return page.filter(({ id }) => before === undefined || isLater(before, id));
  } catch (error) {
    const code = discordCode(error);
    if (NO_ACCESS.has(code) || code === GONE.channel) return "denied";
    throw error;
  }
}

/** Live messages are taken already: from here on nothing is missing. */
async function startMark(
  { marks }: HistoryParts,
  { guildId, channelId }: Job,
  newestId: string,
): Promise<void> {
  if ((await marks.saved(guildId, channelId)) !== undefined) return;
  await marks.advance(guildId, channelId, newestId);
  marks.flow(guildId, channelId);
}

async function pauseDenied({ jobs }: HistoryParts, job: Job): Promise<Step> {
  await jobs.save({ ...job, state: "denied" });
  return "idle";
}

async function finish(parts: HistoryParts, job: Job): Promise<Step> {
  const { guildId, channelId, rootId } = job;
  // An empty channel: its own id is earlier than that of every message to come.
  await startMark(parts, job, channelId);
  if (!job.threadsListed) {
    for (const thread of await listThreads(parts, guildId, channelId)) {
      await parts.jobs.open(guildId, thread.id, rootId);
    }
  }
  await parts.jobs.save({ ...job, state: "done", threadsListed: true, finishedAt: Date.now() });
  return "idle";
}
