import type { DescribedPost } from "../ingest/messages-about-pictures.ts";
import type { AnswerBasis } from "../permissions/readable-channels.ts";

/** What an answer tells of. Just before it is sent, all of it must still be readable and posted. */
export interface MadeOf {
  readonly basis: AnswerBasis;
  readonly posts: readonly DescribedPost[];
  /** Of its pictures: suggested to its reader from then on. */
  readonly tags?: readonly string[] | undefined;
}
