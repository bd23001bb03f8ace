/**
 * What the server answers, as the page in the browser reads it. Untrusted text is made visible (shared/visible-text.ts),
 * but for paths, which must stay what they are: the page makes those visible where it shows them.
 */

export type Fit = "good" | "weak" | "nothing";

export interface FoundText {
  readonly source: "name" | "caption" | "tag" | "read" | "keyword" | "title";
  readonly line: string;
}

/** A picture in a grid. */
export interface Card {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Of its first place: the file's name, or that of the attachment. */
  readonly name: string;
  /** Of a file; a post has none. */
  readonly folder?: string | undefined;
  readonly day: string;
  readonly tags: readonly string[];
  /** False while its disk is away. */
  readonly online: boolean;
}

export interface HitCard extends Card {
  readonly rank: number;
  /** Cosine similarity; absent where nothing was asked for. */
  readonly score?: number | undefined;
  readonly fit?: Fit | undefined;
  /** The example picture itself, edited. */
  readonly isCopy?: boolean | undefined;
  /** Where words of the query are, in the picture or beside it. */
  readonly words?:
    | { readonly matched: number; readonly of: number; readonly places: readonly FoundText[] }
    | undefined;
  /** Copies that it stands for. */
  readonly alike: number;
}

export interface FindPage {
  readonly hits: readonly HitCard[];
  readonly match?: Fit | undefined;
  readonly nextCursor: string | null;
  readonly searched: number;
  readonly model: string;
  readonly notes: readonly string[];
}

export interface Place {
  readonly kind: "file" | "discord";
  /** A path, or the address at which Discord shows the post. */
  readonly at: string;
  readonly online: boolean;
}

export interface ReadLine {
  readonly text: string;
  /** In fractions of the picture, from its upper left corner. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export interface PictureDetails extends Card {
  readonly format: string;
  readonly bytes: number;
  /** As the picture's own clock, or the reader's, showed it; null where nothing says it. */
  readonly date: { readonly at: string; readonly source: string } | null;
  readonly places: readonly Place[];
  readonly placeCount: number;
  readonly text: readonly ReadLine[];
}

/** One of a group of copies. */
export interface CopyCard extends Card {
  readonly bytes: number;
  readonly format: string;
  readonly paths: readonly string[];
}

export interface GroupCard {
  readonly kind: "exact" | "same" | "variant" | "similar";
  /** Why the keeper is kept, in words. */
  readonly why: string;
  readonly reclaimableBytes: number;
  readonly keeper: CopyCard;
  readonly others: readonly (CopyCard & {
    readonly kind: GroupCard["kind"];
    /** What tells it from the keeper, in words. */
    readonly reason: string;
    readonly measure: number;
  })[];
}

export type DuplicatesPage =
  | { readonly state: "working"; readonly done: number; readonly total: number | null }
  | {
      readonly state: "done";
      /** Of all groups, of which `groups` are a page. */
      readonly total: number;
      readonly spareFiles: number;
      readonly reclaimableBytes: number;
      readonly groups: readonly GroupCard[];
    };

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
