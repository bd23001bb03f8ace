import type { FactsFilter } from "./facts.ts";
import type { CompanionKind, ImageFormat, ImageId, MediaKind } from "./image.ts";
import type { DateBound } from "./time.ts";

/**
 * Which placements a question may see. It is applied before ranking, so that counts, pages, duplicates
 * and "nothing found" reveal nothing about what lies outside. An image is inside when at least one of its
 * placements is; only those placements are then shown.
 */
export interface Scope {
  /** File placements: none, all, or those in these folders (absolute paths). */
  readonly files: "none" | "all" | { readonly folders: readonly string[] };
  /** Discord placements: none, all (the operator's own view), or these channels of one guild. */
  readonly discord: "none" | "all" | DiscordScope;
  /** Inclusive. A file is dated by its capture time, else by its sidecar, else by its name, else by its modification; a post by its posting. */
  readonly since?: DateBound | undefined;
  /** Exclusive. */
  readonly until?: DateBound | undefined;
  /** The image carries all of these, whatever their case. */
  readonly tags?: readonly string[] | undefined;
  /** The image carries none of these, whatever their case. */
  readonly notTags?: readonly string[] | undefined;
  readonly ids?: readonly ImageId[] | undefined;
  /** The image has companions of all of these kinds beside files in scope; one that is a raw file itself has that. */
  readonly has?: readonly CompanionKind[] | undefined;
  /** What the picture itself is like. */
  readonly picture?: PictureFilter | undefined;
  /** What its metadata say, as far as the scope shows a file of it: of what was only posted nothing is known. */
  readonly facts?: FactsFilter | undefined;
}

/** All of it holds; sizes are of the picture as it is shown, upright. */
export interface PictureFilter {
  readonly minWidth?: number | undefined;
  readonly minHeight?: number | undefined;
  readonly orientation?: "landscape" | "portrait" | "square" | undefined;
  /** One of these. */
  readonly formats?: readonly ImageFormat[] | undefined;
  /** One of these. */
  readonly kinds?: readonly MediaKind[] | undefined;
}

export interface DiscordScope {
  readonly guildId: string;
  readonly channelIds: readonly string[];
  readonly authorId?: string | undefined;
  /** All of these words are in the placement's caption, whatever their case. */
  readonly captionContains?: string | undefined;
  /** Whether placements posted in age-restricted channels may be seen. Default false. */
  readonly ageRestricted?: boolean | undefined;
}

/** A request with the scope that it is answered in. */
export type Scoped<Request> = Request & { readonly scope: Scope };
