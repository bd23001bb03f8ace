import { z } from "zod";
import type { Library } from "../../core/index.ts";

const choices = z.object({
  optedOut: z.boolean().default(false),
  /** Pictures posted before this were erased at their poster's wish and do not come back. */
  erasedBefore: z.number().default(0),
});
export type Choices = z.infer<typeof choices>;

const keyOf = (userId: string) => `discord:person:${userId}`;

/**
 * What a person decided about their own pictures, for every server of this bot. Where the store cannot be read, every
 * method throws a LibraryError: nobody counts as willing then.
 */
export class PersonChoices {
  readonly #settings: Library["settings"];

  constructor(settings: Library["settings"]) {
    this.#settings = settings;
  }

  async of(userId: string): Promise<Choices> {
    return choices.parse((await this.#settings.get(keyOf(userId))) ?? {});
  }

  async change(userId: string, edit: Partial<Choices>): Promise<void> {
    await this.#settings.set(keyOf(userId), { ...(await this.of(userId)), ...edit });
  }

  async welcomes(userId: string, postedAt: number): Promise<boolean> {
    const { optedOut, erasedBefore } = await this.of(userId);
    return !optedOut && postedAt >= erasedBefore;
  }
}
