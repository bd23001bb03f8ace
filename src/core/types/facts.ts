import type { Timestamp, WallClock } from "./time.ts";

/** Degrees; north and east are positive. */
export interface Coordinates {
  /** -90..90. */
  readonly latitude: number;
  /** -180..180. */
  readonly longitude: number;
}

/** A city of GeoNames. */
export interface Place {
  readonly id: number;
  /** As "Lisbon, PT": with the country's code of ISO 3166, of the United States with the state's too ("Springfield, US-IL"). */
  readonly name: string;
}

/** What a picture's metadata say of how it was made, beside its date and words. Untrusted text. */
export interface PictureFacts {
  /** Maker and model, as "Canon EOS 5D": image/camera-name.ts. */
  readonly camera?: string | undefined;
  readonly lens?: string | undefined;
  readonly software?: string | undefined;
  readonly location?: Coordinates | undefined;
  /** The city that the location lies in or near; absent far from any. */
  readonly place?: Place | undefined;
  /** 0..5 stars; -1 for one that was rejected. */
  readonly rating?: number | undefined;
  /** It says so itself, or is a PNG of a telephone's size. */
  readonly isScreenshot?: true | undefined;
}

/** What the sidecars of one file say. */
export interface SidecarFacts extends PictureFacts {
  readonly takenAt?: { readonly wallClock: WallClock } | { readonly instant: Timestamp } | undefined;
}

/** All of it holds, each of what the picture's bytes say or of what a sidecar does. */
export interface FactsFilter {
  /** All of these words are in the camera's name, whatever their case. */
  readonly camera?: string | undefined;
  /** The place is one of these, by their GeoNames ids. */
  readonly places?: readonly number[] | undefined;
  readonly near?: (Coordinates & { readonly kilometres: number }) | undefined;
  /** Both included. */
  readonly rating?: { readonly from: number; readonly to: number } | undefined;
  /** By what the metadata say, or by the file's name (screenshot-name.ts). */
  readonly screenshots?: true | undefined;
}

/** Cameras and places of pictures in scope, with how many show each: the most frequent first. */
export interface FactCounts {
  readonly cameras: readonly { readonly name: string; readonly images: number }[];
  readonly places: readonly (Place & { readonly images: number })[];
}
