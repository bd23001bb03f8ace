import { setTimeout as pause } from "node:timers/promises";
import { REST } from "discord.js";
import { LibraryGoneError } from "../core/index.ts";
import { Bot, type ExitReason } from "./bot.ts";
import type { BotOptions } from "./bot-parts.ts";
import { DiscordApi } from "./gateway/discord-api.ts";
import { isTransient } from "./gateway/retry.ts";
import { TokenRefusedError } from "./gateway/token-refused.ts";
import { english } from "./texts/english.ts";

export type SuperviseOptions = Omit<BotOptions, "content" | "members"> & {
  readonly signal: AbortSignal;
  /** Delay before the first reconnect; doubles up to five minutes. Default 2,000. */
  readonly firstDelayMs?: number | undefined;
};

const LONGEST_PAUSE_MS = 300_000;

/**
 * Keeps a bot connected until the signal aborts: without message content where Discord refuses that intent, with a new
 * client when a connection is lost for good. @throws GlimpseError when only a person can help
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  let content = true;
  for (let failures = 0; !options.signal.aborted; ) {
    const members = content && (await seesMembers(options));
    const ending = await runOnce({ ...options, content, members });
    if (ending === "intents refused" && content) {
      options.log.error(english.answers.noContent);
      content = false;
    } else if (ending === "token refused") throw new TokenRefusedError();
    else if (ending !== "stopped") {
      options.log.warn({ ending }, "the connection is lost, reconnecting");
      failures = ending === "stuck" ? 0 : failures + 1;
      await backOff(options, failures);
    }
  }
}

/** Whether the application is granted the Server Members intent, which is used where it is there. In doubt it is not. */
async function seesMembers({ token, rest }: SuperviseOptions): Promise<boolean> {
  const api = new DiscordApi(new REST({ timeout: 5_000, retries: 0, ...rest }).setToken(token), {
    attempts: 1,
  });
  return api.seesMembers().catch(() => false);
}

async function runOnce(
  options: SuperviseOptions & { content: boolean; members: boolean },
): Promise<ExitReason | "unreachable"> {
  const bot = new Bot(options);
  try {
    // Refused intents close the connection before start() resolves.
    const started = bot.start().then(() => bot.ended);
    return await Promise.race([started, bot.ended, untilAborted(options.signal)]);
  } catch (error) {
    if (error instanceof LibraryGoneError) throw error;
    return afterFailedStart(error, options);
  } finally {
    await bot.stop();
  }
}

function untilAborted(signal: AbortSignal): Promise<ExitReason> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("stopped");
    // A derived signal: listeners would pile up on one that lives as long as the bot.
    AbortSignal.any([signal]).addEventListener("abort", () => resolve("stopped"), { once: true });
  });
}

function afterFailedStart(error: unknown, { log }: SuperviseOptions): ExitReason | "unreachable" {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "TokenInvalid") return "token refused";
  const unclear = isTransient(error)
    ? "Discord cannot be reached now, trying again"
    : "could not connect, trying again";
  log.warn({ error }, unclear);
  return "unreachable";
}

async function backOff({ signal, firstDelayMs = 2_000 }: SuperviseOptions, failures: number): Promise<void> {
  const ms = Math.min(LONGEST_PAUSE_MS, firstDelayMs * 2 ** Math.max(0, failures - 1));
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
