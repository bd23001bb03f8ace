import type { Fit, FractionBox } from "../core/types.ts";
import type { Card, GroupCard, HitCard, Place, ThemeCard } from "../shared/cards.ts";

/** What the server answers, as the page in the browser reads it; pictures are as `shared/cards.ts` has them. */

export interface FindPage {
  readonly hits: readonly HitCard[];
  readonly match?: Fit | undefined;
  readonly nextCursor: string | null;
  readonly searched: number;
  readonly model: string;
  readonly notes: readonly string[];
}

export interface ReadLine {
  readonly text: string;
  /** In fractions of the picture, from its upper left corner. */
  readonly box: FractionBox;
}

export interface PictureDetails extends Card {
  /** As the picture's own clock, or the reader's, showed it; null where nothing says it. */
  readonly date: { readonly at: string; readonly source: string } | null;
  readonly places: readonly Place[];
  readonly text: readonly ReadLine[];
}

/** How far an answer that takes long is. */
export interface Working {
  readonly state: "working";
  readonly stage: string | null;
  readonly done: number;
  readonly total: number | null;
}

export type DuplicatesPage =
  | Working
  | {
      readonly state: "done";
      /** Of all groups, of which `groups` are a page. */
      readonly total: number;
      readonly spareFiles: number;
      readonly reclaimableBytes: number;
      readonly groups: readonly GroupCard[];
    };

export type ThemesState = Working | { readonly state: "done"; readonly themes: readonly ThemeCard[] };

export type MapState =
  | Working
  | {
      readonly state: "done";
      /** Differs when everything lies elsewhere than before. */
      readonly version: string;
      readonly pictures: number;
    };

/** On the map, whose pictures fill the square from -1 to 1. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Where words belong on the map. */
export interface Pin {
  readonly match?: Fit | undefined;
  /** null where nothing fits. */
  readonly position: Position | null;
  /** Of the weight of the best matches, how much lies there: 0..1. */
  readonly share: number;
  readonly hits: readonly HitCard[];
}

/** What a region was tagged as, and how many of its pictures did not have the tag before. */
export interface Tagged {
  readonly tag: string;
  readonly pictures: number;
}

/** A dropped picture, which `like` and `unlike` take by its name. */
export interface Example {
  readonly name: string;
  /** Its image, where the library has one. */
  readonly id?: string | undefined;
}

export interface FolderNode {
  readonly path: string;
  readonly name: string;
  /** Pictures in it and below it. */
  readonly pictures: number;
  readonly folders: readonly FolderNode[];
}

export interface TagCount {
  readonly tag: string;
  readonly pictures: number;
}

export interface RootState {
  readonly path: string;
  readonly online: boolean;
  readonly pictures: number;
  readonly failed: number;
  /** When it was scanned last; null before that. */
  readonly scannedAt: string | null;
  /** Files of kinds that are not read, and what is left out, in words. */
  readonly leftOut?: string | undefined;
}

export interface LibraryState {
  readonly directory: string;
  readonly model: string;
  readonly pictures: number;
  readonly places: number;
  readonly withoutVector: number;
  readonly failed: number;
  readonly text: { readonly read: number; readonly waiting: number } | null;
  readonly index: string;
  readonly diskBytes: number;
  readonly roots: readonly RootState[];
  readonly guilds: readonly {
    readonly guildId: string;
    readonly channels: number;
    readonly pictures: number;
  }[];
}

export interface FailedFile {
  readonly origin: string;
  readonly reason: string;
}

/** What this server may do, besides showing. */
export interface Abilities {
  readonly version: string;
  /** Whether verdicts may be given. */
  readonly mayEdit: boolean;
  /** Whether files can be opened in the file manager of the machine that the page is looked at from. */
  readonly canReveal: boolean;
}

/** Instead of an answer. */
export interface Failed {
  readonly error: string;
}
