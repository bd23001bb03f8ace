import * as z from "zod";
import type { Library } from "../../core/index.ts";

const choices = z.object({
  optedOut: z.boolean().default(false),
  /** Pictures posted before this were erased at their poster's request and are not indexed again. */
  erasedBefore: z.number().default(0),
});
export type PrivacyChoices = z.infer<typeof choices>;

const keyOf = (userId: string) => `discord:person:${userId}`;

/**
 * What each user chose for their own pictures, in all servers of this bot. Where the store cannot be read, every method
 * throws a LibraryError: nobody counts as consenting then.
 */
export class PrivacyStore {
  readonly #settings: Library["settings"];

  constructor(settings: Library["settings"]) {
    this.#settings = settings;
  }

  async get(userId: string): Promise<PrivacyChoices> {
    return choices.parse((await this.#settings.get(keyOf(userId))) ?? {});
  }

  async update(userId: string, edit: Partial<PrivacyChoices>): Promise<void> {
    await this.#settings.set(keyOf(userId), { ...(await this.get(userId)), ...edit });
  }

  async allows(userId: string, postedAt: number): Promise<boolean> {
    const { optedOut, erasedBefore } = await this.get(userId);
    return !optedOut && postedAt >= erasedBefore;
  }
}
