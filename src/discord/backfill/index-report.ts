import type { Library } from "../../core/index.ts";
import { addCounts, noCounts } from "../ingest/ingest-messages.ts";
import type { RetryQueue } from "../ingest/retry-queue.ts";
import type { AnswerTexts } from "../texts/english.ts";
import type { BackfillJob, BackfillProgress } from "./backfill-progress.ts";

/** How far a channel with its threads is indexed, in honest numbers. */
export interface IndexReport {
  readonly state: "reading" | "complete" | "paused" | "unreadable";
  /** Messages read from history. */
  readonly messages: number;
  /** Pictures that are in the index. */
  readonly findable: number;
  /** Files that are not usable pictures. */
  readonly skipped: number;
  /** Messages in the retry queue. */
  readonly waiting: number;
  readonly channels: number;
  readonly placesDone: number;
  readonly placesDenied: number;
}

/** Those of these channels and threads that may be counted: a count tells of what is in them. */
export type Countable = (channelIds: readonly string[]) => Promise<readonly string[]>;

export interface ReportParts {
  readonly backfillProgress: BackfillProgress;
  readonly retryQueue: RetryQueue;
  readonly posts: Pick<Library["posts"], "channels">;
}

export async function indexReport(
  { backfillProgress, retryQueue, posts }: ReportParts,
  guildId: string,
  rootId: string,
  { paused, countable }: { readonly paused: boolean; readonly countable: Countable },
): Promise<IndexReport> {
  const jobs = await backfillProgress.list(guildId, rootId);
  const placed = (await posts.channels(guildId)).filter(
    (channel) => (channel.parentId ?? channel.channelId) === rootId,
  );
  const all = [...jobs, ...placed].map(({ channelId }) => channelId);
  const counted = new Set([rootId, ...(await countable([...new Set(all)]))]);
  const mine = jobs.filter(({ channelId }) => counted.has(channelId));
  const channels = new Set(mine.map((job) => job.channelId));
  const waiting = (await retryQueue.list(guildId)).filter(({ channelId }) => channels.has(channelId));
  const found = placed.filter(({ channelId }) => counted.has(channelId));
  const counts = mine.map((job) => job.counts).reduce(addCounts, noCounts);
  const inState = (state: BackfillJob["state"]) => mine.filter((job) => job.state === state).length;
  const rootDenied = mine.some((job) => job.channelId === rootId && job.state === "denied");
  const reading = mine.length === 0 || inState("running") > 0;
  return {
    messages: counts.messages,
    skipped: counts.skipped,
    waiting: waiting.length,
    findable: found.reduce((total, channel) => total + channel.images, 0),
    state: paused ? "paused" : rootDenied ? "unreadable" : reading ? "reading" : "complete",
    channels: mine.length,
    placesDone: inState("done"),
    placesDenied: inState("denied"),
  };
}

/** One line; the channel shows as a link for those who can see it. */
export function describeReport(rootId: string, report: IndexReport, { index }: AnswerTexts): string {
  const parts = [
    index.read(report.messages),
    index.findable(report.findable),
    ...(report.skipped > 0 ? [index.skipped(report.skipped)] : []),
    ...(report.waiting > 0 ? [index.waiting(report.waiting)] : []),
    ...(report.channels > 1 ? [index.places(report.placesDone, report.channels)] : []),
    ...(report.placesDenied > 0 ? [index.denied(report.placesDenied)] : []),
  ];
  return `<#${rootId}> — **${index.states[report.state]}** · ${parts.join(" · ")}`;
}
