import type { ImageId } from "./image.ts";
import type { Timestamp } from "./time.ts";

/** Who said it: the library's owner, or a member of a Discord server. */
export type MarkMaker = "owner" | { readonly guildId: string; readonly userId: string };

/** What a person said of an answer. The question is private to its maker. */
export interface Mark {
  readonly maker: MarkMaker;
  /** In the spelling of `normalizeText`. */
  readonly question: string;
  /** Null says that nothing in the library is what was asked for; such a mark is right. */
  readonly id: ImageId | null;
  /** Whether the image is what was asked for. */
  readonly isRight: boolean;
  readonly at: Timestamp;
}
