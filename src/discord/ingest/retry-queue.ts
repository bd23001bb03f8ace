import * as z from "zod";
import type { Library } from "../../core/index.ts";

const entry = z.object({ attempts: z.number(), at: z.number(), reason: z.string() });

/** The first retries come soon; then each waits twice as long as the one before, a day at most. */
const SOON = 3;
const FIRST_WAIT_MS = 600_000;
const LONGEST_WAIT_MS = 86_400_000;

export interface PendingRetry {
  readonly guildId: string;
  readonly channelId: string;
  readonly messageId: string;
  /** Whether it is time for the next attempt. */
  readonly due: boolean;
}

/** Messages with a picture that failed for a transient reason, kept until it is ingested or gone. */
export class RetryQueue {
  readonly #state: Library["state"];

  constructor(state: Library["state"]) {
    this.#state = state;
  }

  async add(at: Omit<PendingRetry, "due">, reason: string): Promise<void> {
    const text = await this.#state.get(nameOf(at));
    const attempts = (text === undefined ? 0 : entry.parse(JSON.parse(text)).attempts) + 1;
    await this.#state.set(nameOf(at), JSON.stringify({ attempts, at: Date.now(), reason }));
  }

  async remove(at: Omit<PendingRetry, "due">): Promise<void> {
    await this.#state.set(nameOf(at), undefined);
  }

  async list(guildId: string): Promise<PendingRetry[]> {
    const entries = await this.#state.list(`discord/retry/${guildId}/`);
    return [...entries].map(([name, text]) => {
      const [channelId = "", messageId = ""] = name.split("/").slice(-2);
      return { guildId, channelId, messageId, due: isDue(entry.parse(JSON.parse(text))) };
    });
  }
}

function isDue({ attempts, at }: z.infer<typeof entry>): boolean {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - SOON));
  return attempts <= SOON || Date.now() - at > wait;
}

const nameOf = ({ guildId, channelId, messageId }: Omit<PendingRetry, "due">) =>
  `discord/retry/${guildId}/${channelId}/${messageId}`;
