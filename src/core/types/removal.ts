import type { Timestamp } from "./time.ts";

/** What to take out of the library. Original files are never touched. */
export type RemoveTarget =
  | { readonly paths: readonly string[] }
  | { readonly ids: readonly string[] }
  | { readonly discord: DiscordSelector };

/** Every given field must match; a guild is always named. */
export interface DiscordSelector {
  readonly guildId: string;
  readonly channelId?: string | undefined;
  readonly messageIds?: readonly string[] | undefined;
  readonly attachmentIds?: readonly string[] | undefined;
  readonly authorId?: string | undefined;
  readonly postedBefore?: Timestamp | undefined;
}

export interface RemoveReport {
  readonly placements: number;
  /** Images erased because no placement was left. */
  readonly images: number;
}

/** What a removal would take, before anything is taken. */
export interface RemovalPreview extends RemoveReport {
  /** Tags put by hand that would go with the images. */
  readonly userTags: number;
  readonly verdicts: number;
  /** Whether more was named than single files and images: a folder, a server. */
  readonly isWide: boolean;
}
