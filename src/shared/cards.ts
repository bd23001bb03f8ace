import type {
  CompanionKind,
  DuplicateKind,
  Fit,
  FractionBox,
  MediaKind,
  TextSource,
  Verdict,
} from "../core/types.ts";

/**
 * Pictures as the components show them, free of the core's records. Untrusted text is made visible (`visibleText`), but
 * for paths, which must stay what they are: the components make those visible where they show them.
 */

/** Where a picture is. */
export interface Place {
  readonly kind: "file" | "discord";
  /** A path, or the address at which Discord shows the post. */
  readonly at: string;
  /** The file's name, or that of the attachment. */
  readonly name: string;
  /** Of a file; a post has none. */
  readonly folder?: string | undefined;
  /** False while its disk is away. */
  readonly online: boolean;
  /** Raw files, videos and sidecars beside it, by name; absent where there are none. */
  readonly companions?: readonly { readonly kind: CompanionKind; readonly name: string }[] | undefined;
}

/** A picture in a grid. */
export interface Card {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly format: string;
  readonly media: MediaKind;
  /** Of what moves. */
  readonly durationMs?: number | undefined;
  /** Of its first place. */
  readonly name: string;
  readonly folder?: string | undefined;
  readonly day: string;
  readonly tags: readonly string[];
  /** Whether any of its places can be reached now. */
  readonly online: boolean;
  readonly placeCount: number;
}

/** A place where a word of the query stands, in the picture or beside it. */
export interface FoundText {
  readonly source: TextSource;
  readonly line: string;
  /** Of a line read in the picture. */
  readonly box?: FractionBox | undefined;
}

export interface HitCard extends Card {
  readonly rank: number;
  /** Of what moves: when the frame is shown that was found. */
  readonly atMs?: number | undefined;
  /** Cosine similarity; absent where nothing was asked for. */
  readonly score?: number | undefined;
  readonly fit?: Fit | undefined;
  /** The example picture itself, edited. */
  readonly isCopy?: boolean | undefined;
  readonly words?:
    | { readonly matched: number; readonly of: number; readonly places: readonly FoundText[] }
    | undefined;
  /** Copies that it stands for. */
  readonly alike: number;
}

/** One of a group of copies. */
export interface CopyCard extends Card {
  readonly places: readonly (Place & {
    /** Whether a person who keeps the keeper could do without this one. */
    readonly isSpare: boolean;
  })[];
}

export interface GroupCard {
  readonly kind: DuplicateKind;
  /** Why the keeper is kept, in words. */
  readonly why: string;
  readonly reclaimableBytes: number;
  readonly keeper: CopyCard;
  readonly others: readonly (CopyCard & {
    readonly kind: DuplicateKind;
    /** What tells it from the keeper, in words. */
    readonly reason: string;
    readonly measure: number;
    /** What a person said of it and the keeper; absent where nobody was asked for it. */
    readonly said?: Verdict["verdict"] | undefined;
  })[];
}

export interface ThemeCard {
  /** null where no one name holds for most of its pictures. */
  readonly name: string | null;
  readonly size: number;
  readonly representatives: readonly Card[];
}
