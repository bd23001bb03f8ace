import type { ImageId, Scope, SkipCode, TextLine } from "../types.ts";
import type { CatalogImage, ImageKey } from "./images.ts";

/** Names what reads: it differs whenever what is read may differ. */
export type ReadingEngine = string;

/** What one reading of a picture gave. */
export interface Reading {
  readonly id: ImageId;
  readonly engine: ReadingEngine;
  /** From the top down; none where there is no text. */
  readonly lines: readonly TextLine[];
  /** Why it could not be read; it is not tried again by the same engine. */
  readonly failure?: SkipCode | undefined;
}

/**
 * What was read in pictures, and which pictures wait to be read: each that is a file, or was posted in a guild that
 * allows it. An image that has neither any more loses what was read in it. The words are also put into `TextSearch`.
 */
export interface ReadingStore {
  /** Makes all that another engine has read, or that an older release has not queued, wait. Costs little when there is nothing. */
  startWith(engine: ReadingEngine): Promise<void>;
  /** Images that wait, but those that a worker was asked to read, at most `limit`, by key after `after`. */
  waiting(after: ImageKey, limit: number): Promise<CatalogImage[]>;
  /** Replaces what was read before; the images no longer wait. One that is gone, or may not be read any more, is skipped. */
  put(readings: readonly Reading[]): Promise<void>;
  /** Of images in scope that were read, in the given order. */
  of(ids: readonly ImageId[], scope: Scope): Promise<Reading[]>;
  /** Of the whole library. */
  counts(): Promise<{ readonly read: number; readonly waiting: number }>;
  allows(guildId: string): Promise<boolean>;
  /** Posts of the guild may be read from now on, those that are there too. */
  allow(guildId: string): Promise<void>;
  /** What was read only because of the guild is erased. */
  forbid(guildId: string): Promise<void>;
}
