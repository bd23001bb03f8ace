import http from "node:http";
import { pino } from "pino";
import type { Library } from "../../../src/core/index.ts";
import { createRateLimits } from "../../../src/discord/commands/rate-limit.ts";
import { deployTo } from "../../../src/discord/deploy.ts";
import type { OpenRequest } from "../../../src/discord/gateway/download.ts";
import { type SuperviseOptions, supervise } from "../../../src/discord/supervise.ts";
import type { FakeDiscord } from "../fake/fake-discord.ts";

export const TOKEN = "MTAw.fake00.token-of-a-bot-that-does-not-exist-0000";

/** Requests for Discord's file hosts go to the fake instead; which hosts are allowed is still decided by the bot. */
export const requestsToFake =
  (origin: string): OpenRequest =>
  (url, signal) =>
    http.get(new URL(url.pathname + url.search, origin), { signal });

const unlimited = () => createRateLimits({ burst: 1_000, perMs: 1_000 }, { burst: 1_000, perMs: 1_000 });

export interface RunningBot {
  stop(): Promise<void>;
  /** Everything that was logged. */
  readonly log: string[];
}

/** Deploys the commands and runs the bot on the fake until it is stopped. */
export async function startBot(
  fake: FakeDiscord,
  library: Library,
  more: Partial<SuperviseOptions> = {},
): Promise<RunningBot> {
  const lines: string[] = [];
  const stop = new AbortController();
  await deployTo({ token: TOKEN, api: fake.api });
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
  const running = supervise({
    token: TOKEN,
    library,
    log,
    rest: { api: fake.api, globalRequestsPerSecond: 100_000 },
    openRequest: requestsToFake(fake.origin),
    rateLimits: unlimited(),
    times: { maintenanceMs: 300, retryRounds: 1 },
    progressIntervalMs: 50,
    reconcileIntervalMs: 20,
    firstDelayMs: 50,
    signal: stop.signal,
    ...more,
  });
  running.catch(() => undefined);
  await fake.waitForConnection();
  return {
    log: lines,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}
