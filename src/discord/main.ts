import { REST } from "discord.js";
import type { DeviceChoice, DiscordPlacement, OriginalReader, PictureLimits } from "../core/index.ts";
import { type OpenLibraryOptions, openLibrary } from "../core/open-library.ts";
import { type MetricsAddress, type ServedMetrics, serveMetrics } from "../shared/metrics.ts";
import { type DeployOptions, type DeployReport, deployTo } from "./deploy.ts";
import { DiscordApi } from "./gateway/discord-api.ts";
import { createDownloader, downloadLimits } from "./gateway/download.ts";
import { type ShardRange, withShards } from "./gateway/shards.ts";
import { postedOriginals } from "./ingest/fetch-picture.ts";
import { createLog, type Log } from "./log.ts";
import { supervise } from "./supervise.ts";

export interface DiscordOptions {
  readonly token: string;
  readonly library: OpenLibraryOptions;
  /** Those of this process, where several share the bot. Default: all, in this one. */
  readonly shards?: ShardRange | undefined;
  /** Default "info". Lines go to stderr. */
  readonly logLevel?: string | undefined;
  /** Discord's REST API; for tests. */
  readonly api?: string | undefined;
  /** Where metrics are served; absent: nowhere. */
  readonly metrics?: MetricsAddress | undefined;
  /** Stops the bot; without one it runs until SIGTERM or SIGINT. */
  readonly signal?: AbortSignal | undefined;
}

/** Pictures come from strangers, so the limits are tighter than for a user's own files. */
const UNTRUSTED_PICTURE_LIMITS = {
  maxMemory: 256 * 2 ** 20,
  maxPixels: 250_000_000,
  maxBytes: downloadLimits.maxBytes,
  timeoutMs: 15_000,
  maxShots: 8,
};

/**
 * Runs the bot until it is stopped, then lets work in progress finish and closes the library.
 * @throws GlimpseError when only a person can help, such as a refused token
 */
export async function runDiscord(options: DiscordOptions): Promise<void> {
  const log = createLog(options.logLevel ?? "info");
  const limits = untrustedLimits(options.library.limits);
  const onDevice = ({ device, refused }: DeviceChoice) =>
    log.info({ device, refused }, "pictures are embedded there");
  const library = await openLibrary({ ...options.library, limits, onDevice });
  exitOnUnhandledRejection(log);
  const signal = options.signal ?? untilSignal();
  let metrics: ServedMetrics | undefined;
  try {
    if (options.metrics) {
      metrics = await serveMetrics({ ...options.metrics, library: async () => library, needsGateway: true });
      log.info({ url: metrics.url }, "serving metrics");
    }
    const { token, shards, api } = options;
    const run = () => supervise({ token, library, log, signal, shards, ...(api ? { rest: { api } } : {}) });
    if (shards === undefined) await run();
    else await withShards({ leases: library.leases, log }, shards, signal, run);
  } finally {
    metrics?.close();
    await library.close();
  }
}

/** Tighter ones than for a user's own files; the memory is what was configured. */
export const untrustedLimits = (configured: Partial<PictureLimits> = {}): PictureLimits => ({
  ...UNTRUSTED_PICTURE_LIMITS,
  ...(configured.maxMemory !== undefined && { maxMemory: configured.maxMemory }),
});

/** Fetches pictures again from Discord, for a process that is no bot. @param api Discord's REST API; for tests */
export function discordOriginals(token: string, api?: string): OriginalReader<DiscordPlacement> {
  const rest = new REST({ timeout: 15_000, ...(api !== undefined && { api }) }).setToken(token);
  return postedOriginals({ download: createDownloader(), api: new DiscordApi(rest) });
}

export function deployCommands(options: DeployOptions): Promise<DeployReport> {
  return deployTo(options);
}

/** Logged with secrets redacted; a service manager restarts the process. */
function exitOnUnhandledRejection(log: Log): void {
  process.once("unhandledRejection", (error) => {
    log.error({ error }, "a defect, stopping");
    process.exit(1);
  });
}

/** The first signal stops gracefully; a second one kills the process. */
function untilSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());
  return stop.signal;
}
