import type { Library } from "../../core/index.ts";
import type { BackfillProgress } from "../backfill/backfill-progress.ts";
import type { BackfillWorker } from "../backfill/backfill-worker.ts";
import type { ProgressMessages } from "../backfill/progress-messages.ts";
import type { TextReading } from "../backfill/text-reading.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { Download } from "../gateway/download.ts";
import type { AuditLog } from "../ingest/audit-log.ts";
import type { Erasures } from "../ingest/erasures.ts";
import type { GuildSettingsStore } from "../ingest/guild-settings.ts";
import type { HighWaterMarks } from "../ingest/high-water-marks.ts";
import type { MessagesAboutPictures } from "../ingest/messages-about-pictures.ts";
import type { PictureIngestor } from "../ingest/picture-ingestor.ts";
import type { PostVerifier } from "../ingest/post-verifier.ts";
import type { PrivacyStore } from "../ingest/privacy-store.ts";
import type { RetryQueue } from "../ingest/retry-queue.ts";
import type { SavedSearches } from "../ingest/saved-searches.ts";
import type { ScamList } from "../ingest/scam-list.ts";
import type { Log } from "../log.ts";
import type { DiscordChannelDirectory } from "../permissions/channel-directory.ts";
import type { ResolvedPermissions } from "../permissions/resolved-permissions.ts";
import type { SharedServers } from "../permissions/shared-servers.ts";
import type { EarlierQuestions } from "../results/earlier-questions.ts";
import type { SavedQueries } from "../results/saved-queries.ts";
import type { RateLimits } from "./rate-limit.ts";

/** What the commands work with. */
export interface BotContext {
  readonly library: Library;
  readonly directory: DiscordChannelDirectory;
  readonly resolvedPermissions: ResolvedPermissions;
  readonly api: DiscordApi;
  readonly settings: GuildSettingsStore;
  readonly privacy: PrivacyStore;
  readonly queries: SavedQueries;
  readonly earlierQuestions: EarlierQuestions;
  readonly sharedServers: SharedServers;
  readonly download: Download;
  readonly ingestor: PictureIngestor;
  readonly erasures: Erasures;
  readonly audit: AuditLog;
  readonly scamList: ScamList;
  readonly savedSearches: SavedSearches;
  readonly about: MessagesAboutPictures;
  readonly verifier: PostVerifier;
  readonly marks: HighWaterMarks;
  readonly backfillProgress: BackfillProgress;
  readonly retryQueue: RetryQueue;
  readonly backfill: BackfillWorker;
  readonly textReading: TextReading;
  readonly progressMessages: ProgressMessages;
  readonly rateLimits: RateLimits;
  /** False while Discord withholds message content from the bot. */
  readonly seesContent: () => boolean;
  readonly startedAt: number;
  /** How long the roles that came with an interaction are taken for those that the member has. */
  readonly trustMemberMs: number;
  readonly log: Log;
}
