import { z } from "zod";
import type { Library } from "../../core/index.ts";

const note = z.object({ attempts: z.number(), reason: z.string() });

const MAX_ATTEMPTS = 5;

export interface SecondTry {
  readonly guildId: string;
  readonly channelId: string;
  readonly messageId: string;
  readonly attempts: number;
}

/** Messages whose picture could not be had for a reason that may pass, kept until they are in or given up. */
export class SecondTries {
  readonly #cursors: Library["cursors"];

  constructor(cursors: Library["cursors"]) {
    this.#cursors = cursors;
  }

  /** False when it has been tried often enough. */
  async note(at: Omit<SecondTry, "attempts">, reason: string): Promise<boolean> {
    const text = await this.#cursors.cursor(nameOf(at));
    const attempts = (text === undefined ? 0 : note.parse(JSON.parse(text)).attempts) + 1;
    const again = attempts < MAX_ATTEMPTS;
    await this.#cursors.setCursor(nameOf(at), again ? JSON.stringify({ attempts, reason }) : undefined);
    return again;
  }

  async done(at: Omit<SecondTry, "attempts">): Promise<void> {
    await this.#cursors.setCursor(nameOf(at), undefined);
  }

  async list(guildId: string): Promise<SecondTry[]> {
    const notes = await this.#cursors.cursors(`discord/retry/${guildId}/`);
    return [...notes].map(([name, text]) => {
      const [channelId = "", messageId = ""] = name.split("/").slice(-2);
      return { guildId, channelId, messageId, attempts: note.parse(JSON.parse(text)).attempts };
    });
  }
}

const nameOf = ({ guildId, channelId, messageId }: Omit<SecondTry, "attempts">) =>
  `discord/retry/${guildId}/${channelId}/${messageId}`;
