import type { Fit } from "../../core/types.ts";
import type { Card, GroupCard, HitCard, Place, ThemeCard } from "../../shared/cards.ts";

/** A picture's thumbnail within a page, as a data URL, and where it leads. */
export interface LinkedPicture {
  readonly source: string;
  readonly href: string | undefined;
}

/** What every page is made of. */
export interface PageData {
  /** By image id. */
  readonly pictures: ReadonlyMap<Card["id"], LinkedPicture>;
  /** What the answer was narrowed by. */
  readonly filters: readonly Filter[];
  /** The style of pages.css. */
  readonly style: string;
}

export interface Filter {
  readonly name:
    | "folder"
    | "since"
    | "until"
    | "tag"
    | "withoutTag"
    | "has"
    | "camera"
    | "place"
    | "near"
    | "rating"
    | "screenshots"
    | "orientation"
    | "minWidth"
    | "minHeight"
    | "format"
    | "scoreFrom"
    | "kind"
    | "keep"
    | "keepIn";
  readonly value: string;
}

export interface HitsData extends PageData {
  /** In words; empty where nothing was asked for and the pictures are by date. */
  readonly query: string;
  readonly model: string;
  readonly searched: number;
  readonly match: Fit | undefined;
  readonly hits: readonly HitCard[];
}

export interface DuplicatesData extends PageData {
  readonly groups: readonly GroupCard[];
  readonly model: string;
  /** Of files that could go. */
  readonly spareFiles: number;
  readonly hrefOf: (place: Place) => string;
}

export interface ThemesData extends PageData {
  readonly themes: readonly ThemeCard[];
}

/** What main.tsx is built to: each gives a whole document. */
export interface PageRenderers {
  readonly renderHits: (data: HitsData) => string;
  readonly renderDuplicates: (data: DuplicatesData) => string;
  readonly renderThemes: (data: ThemesData) => string;
}
