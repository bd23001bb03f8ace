import type {
  Coordinates,
  FactCounts,
  Fit,
  FractionBox,
  MapPin,
  SkipCode,
  TagState,
  TagSummary,
  Verdict,
} from "../core/types.ts";
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
  /** Degrees that its reading direction is turned clockwise, -180 to 180. */
  readonly angle: number;
  /** In fractions of the picture, from its upper left corner. */
  readonly box: FractionBox;
}

/** Cameras and places of the pictures that a question leaves. */
export type Facets = FactCounts;

export interface PictureDetails extends Card {
  /** A film whose file can be reached now. */
  readonly isPlayable: boolean;
  /** As the picture's own clock, or the reader's, showed it; null where nothing says it. */
  readonly date: { readonly at: string; readonly source: string } | null;
  /** What its metadata say; `place` is a city's name. */
  readonly facts: {
    readonly camera?: string | undefined;
    readonly lens?: string | undefined;
    readonly software?: string | undefined;
    readonly place?: string | undefined;
    readonly location?: Coordinates | undefined;
    readonly rating?: number | undefined;
  };
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

/** Of all groups, of which an answer shows a page. */
export interface DuplicateTotals {
  readonly total: number;
  readonly spareFiles: number;
  readonly reclaimableBytes: number;
}

export type DuplicatesPage =
  | Working
  | (DuplicateTotals & {
      readonly state: "done";
      readonly model: string;
      readonly groups: readonly GroupCard[];
    });

export type ThemesState =
  | Working
  | { readonly state: "done"; readonly model: string; readonly themes: readonly ThemeCard[] };

export type MapState =
  | Working
  | {
      readonly state: "done";
      /** Differs when everything lies elsewhere than before. */
      readonly version: string;
      readonly model: string;
      readonly pictures: number;
    };

/** Where words belong on the map. */
export interface Pin extends Omit<MapPin, "hits"> {
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

/** Pictures of a month, as "2024-06"; months without are left out. */
export interface MonthCount {
  readonly month: string;
  readonly pictures: number;
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

/** A model, each of its variants with its size. */
export interface ModelState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  /** A reader of text makes no vectors, and is used by itself. */
  readonly isReader: boolean;
  readonly variants: readonly {
    /** As it is switched to: "id" or "id:variant". */
    readonly model: string;
    readonly name: string;
    readonly bytes: number | null;
    readonly installed: boolean;
    readonly fidelity: string;
    readonly isInUse: boolean;
  }[];
}

/** What the examination found. */
export interface Finding {
  readonly name: string;
  readonly state: "good" | "note" | "bad";
  readonly detail: string;
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
  readonly code: SkipCode;
  readonly reason: string;
}

/** What is said of a pair of pictures; null for nothing. */
export interface PairVerdict {
  readonly verdict: Verdict["verdict"] | null;
}

/** A verdict that stands, newest first, of pictures that are shown here. */
export interface GivenVerdict {
  readonly verdict: Verdict["verdict"];
  readonly at: string;
  readonly pair: readonly [Card, Card];
}

export interface VerdictsPage {
  readonly verdicts: readonly GivenVerdict[];
  readonly hasMore: boolean;
}

/** Files that were moved out of the library's folders, and can be put back. */
export interface Move {
  readonly batch: string;
  readonly at: string;
  readonly files: number;
  /** Where they are now. */
  readonly folder: string;
}

/** Long work that was begun on the page. */
export interface Work {
  readonly id: number;
  readonly kind: "tagging" | "adding" | "watching" | "pulling" | "switching" | "moving" | "returning";
  /** What it is about: a folder, a model, a tag. */
  readonly subject: string;
  readonly startedAt: number;
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  /** Absent while it runs. */
  readonly end?: "done" | "stopped" | "failed" | undefined;
  /** Why it failed; absent for a defect. */
  readonly problem?: string | undefined;
  /** What was left as it is, and why: the first of them. */
  readonly refused?: readonly { readonly path: string; readonly reason: string }[] | undefined;
}

/** What changes while the page is looked at, cheap to ask for again and again. */
export interface Pulse {
  /** Another one whenever pictures, their places or verdicts are others. */
  readonly revision: string;
  readonly work: readonly Work[];
}

/** A label of the vocabulary, or a tag that people or files gave. */
export interface Label extends TagSummary {
  /** Of labels of the vocabulary only. */
  readonly vocabulary?:
    | {
        /** As written; absent where the model's templates stand. */
        readonly prompts?: readonly string[] | undefined;
        /** Null: where the tag stands out among everyday labels, too. */
        readonly threshold: number | null;
      }
    | undefined;
}

/** How well the model gives a label, on pictures that were judged. */
export interface LabelQuality {
  readonly tag: string;
  readonly judged: number;
  /** Judged to have it; given it by the model; both. */
  readonly right: number;
  readonly predicted: number;
  readonly truePositives: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** The best threshold on these; null while too few were judged. */
  readonly suggested: number | null;
}

/** A picture of which a person is asked whether it has a label. */
export interface ReviewCard extends Card {
  readonly score: number;
  /** Whether the model gives it the label. */
  readonly applies: boolean;
}

/** What a picture said of a tag before it was judged. */
export type PreviousTagState = TagState | null;

/** What this server may do, besides showing. */
export interface Abilities {
  readonly version: string;
  /** Whether verdicts may be given, and pictures tagged. */
  readonly mayEdit: boolean;
  /** Whether what belongs to the whole library may be changed: labels, folders, models. */
  readonly mayEditLibrary: boolean;
  /** Whether spare files can be moved to a folder. */
  readonly mayMove: boolean;
  /** Whether files can be opened in the file manager of the machine that the page is looked at from. */
  readonly canReveal: boolean;
}

/** Instead of an answer. */
export interface Failed {
  readonly error: string;
}
