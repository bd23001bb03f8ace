import { type DiscordPlacement, messageOf } from "../../core/index.ts";
import { isBare, type RawMessage } from "../gateway/payloads.ts";
import type { ReadableChannel } from "../permissions/readable-channels.ts";
import type { CreditedAuthors } from "./credited-authors.ts";
import type { IngestResult, PictureIngestor } from "./picture-ingestor.ts";
import type { PostVerifier } from "./post-verifier.ts";
import { type PostedPicture, postedPictures } from "./posted-pictures.ts";
import type { RetryQueue } from "./retry-queue.ts";
import type { Priority } from "./turn-queue.ts";

export interface IngestParts {
  readonly ingestor: PictureIngestor;
  readonly credits: CreditedAuthors;
  readonly retryQueue: RetryQueue;
  readonly verifier: PostVerifier;
  /** The bot's own account: its thumbnails are never indexed. */
  readonly ownId: () => string | undefined;
}

export interface IngestCounts {
  readonly messages: number;
  readonly added: number;
  /** Placements of pictures whose bytes were known. */
  readonly known: number;
  readonly skipped: number;
  readonly failed: number;
}

export const noCounts: IngestCounts = { messages: 0, added: 0, known: 0, skipped: 0, failed: 0 };

export interface IngestedPicture {
  readonly picture: PostedPicture;
  readonly result: IngestResult;
}

/** Ingests the pictures of messages of one channel; resolves when each is added, rejected or queued for a retry. */
export async function ingestMessages(
  { ingestor, credits, retryQueue, verifier, ownId }: IngestParts,
  channel: ReadableChannel,
  messages: readonly RawMessage[],
  priority: Priority,
): Promise<{ counts: IngestCounts; ingested: IngestedPicture[] }> {
  const readable = messages.filter((message) => !isBare(message));
  verifier.markSeen(
    channel,
    readable.map(({ id }) => id),
  );
  verifier.noteWords(readable);
  const others = messages.filter((message) => message.author.id !== ownId());
  const { posted, failed } = await creditedPictures(credits, channel, others);
  const results = await ingestor.ingest(posted, priority);
  const ingested = posted.flatMap((picture, at) => {
    const result = results[at];
    return result ? [{ picture, result }] : [];
  });
  const all = [...ingested, ...failed];
  await queueFailures(retryQueue, all);
  const counts = count(
    others.length,
    all.map(({ result }) => result),
  );
  return { counts, ingested: all };
}

/** While nobody can tell whom a picture counts as posted by, nobody can tell whether they opted out. */
async function creditedPictures(
  credits: CreditedAuthors,
  channel: ReadableChannel,
  messages: readonly RawMessage[],
): Promise<{ posted: PostedPicture[]; failed: IngestedPicture[] }> {
  const posted: PostedPicture[] = [];
  const failed: IngestedPicture[] = [];
  for (const message of messages) {
    try {
      posted.push(...postedPictures(await credits.credit(channel.guildId, message), channel));
    } catch (error) {
      const reason = `its poster could not be told: ${messageOf(error)}`;
      const result = { kind: "failed" as const, reason };
      failed.push(...postedPictures(message, channel).map((picture) => ({ picture, result })));
    }
  }
  return { posted, failed };
}

/** One entry per message, whichever of its pictures failed. */
async function queueFailures(retryQueue: RetryQueue, ingested: readonly IngestedPicture[]): Promise<void> {
  const failed = new Map<string, { placement: DiscordPlacement; reason: string }>();
  for (const { picture, result } of ingested) {
    const { placement } = picture;
    if (result.kind === "failed") failed.set(placement.messageId, { placement, reason: result.reason });
  }
  for (const { placement, reason } of failed.values()) {
    const { guildId, channelId, messageId } = placement;
    await retryQueue.add({ guildId, channelId, messageId }, reason);
  }
}

function count(messages: number, results: readonly IngestResult[]): IngestCounts {
  const of = (...kinds: IngestResult["kind"][]) => results.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    messages,
    added: of("added"),
    known: of("known", "already-indexed"),
    skipped: of("skipped"),
    failed: of("failed"),
  };
}

export function addCounts(a: IngestCounts, b: IngestCounts): IngestCounts {
  return {
    messages: a.messages + b.messages,
    added: a.added + b.added,
    known: a.known + b.known,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
  };
}
