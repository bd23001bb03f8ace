import type { FactCounts, ImageId, Scope, SidecarFacts } from "../types.ts";

/** What metadata say of pictures in files, beside dates and words. What a picture's bytes say is put with the picture. */
export interface FactsStore {
  /**
   * What sidecars say of a file's picture, in place of what they said before; they are read then. Nothing is kept of a
   * file that is no longer this picture's.
   */
  setFromSidecars(
    read: readonly { readonly path: string; readonly id: ImageId; readonly facts: SidecarFacts }[],
  ): Promise<void>;
  /** Files whose sidecars are still to be read, by path. */
  unreadSidecars(after: string, limit: number): Promise<{ readonly path: string; readonly id: ImageId }[]>;
  /** Whether cameras, lenses, software and locations are stored. Default true. */
  keepsLocation(): Promise<boolean>;
  /** With false, those that are stored are erased; with true again, every file is read again. */
  keepLocation(isKept: boolean): Promise<void>;
  counts(scope: Scope): Promise<FactCounts>;
}
