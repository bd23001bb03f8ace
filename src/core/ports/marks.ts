import type { ImageId, Mark, MarkMaker } from "../types.ts";

/** Whose marks: the owner's, those of one guild, or those of one member in all guilds. */
export type MarkSelector = "owner" | { readonly guildId: string } | { readonly userId: string };

/** Hits of an answer by their ranks, from 1. Images that were erased since are missing. */
export interface RememberedAnswer {
  readonly question: string;
  readonly hits: ReadonlyMap<number, ImageId>;
}

/** What people said of answers. A mark goes with its image. */
export interface MarkStore {
  /**
   * Replaces what the same person said of the same question and image. A question has a right image or has none: the one
   * replaces the other.
   * @throws NotFoundError when the image is gone
   */
  put(mark: Mark): Promise<void>;
  /** Takes back what was said of this image, or with null that nothing is right. @returns whether there was such a mark */
  withdraw(maker: MarkMaker, question: string, id: ImageId | null): Promise<boolean>;
  /** Oldest first. */
  list(whose: MarkSelector): Promise<Mark[]>;
  /** @returns how many there were */
  erase(whose: MarkSelector): Promise<number>;
  /** Of the owner's command line, in place of the answer before. */
  remember(answer: RememberedAnswer): Promise<void>;
  remembered(): Promise<RememberedAnswer | undefined>;
}
