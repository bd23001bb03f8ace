import type { FilesByKind, LeftOut } from "./adding.ts";
import type { NoMatchThreshold } from "./calibration.ts";
import type { DeviceChoice } from "./device.ts";
import type { CompanionCounts } from "./image.ts";
import type { EmbeddingSpace } from "./model.ts";
import type { Timestamp } from "./time.ts";
import type { WorkStatus } from "./work.ts";

export interface RootStatus {
  readonly path: string;
  readonly state: "online" | "offline";
  readonly images: number;
  readonly placements: number;
  readonly failed: number;
  readonly lastScanAt: Timestamp | null;
  /** Folders inside it whose disk is away; their images are kept and still found. */
  readonly away: readonly string[];
  /** Pictures and films of kinds that are not read, at the last whole scan; none for a part of a root. */
  readonly otherKinds: FilesByKind;
  /** What the last whole scan left out; nothing for a part of a root. */
  readonly leftOut: LeftOut;
}

/** Images of which less was read than their files hold, or ought to hold. */
export interface PartlyReadCounts {
  readonly cut: number;
  readonly severalPages: number;
}

export interface LibraryStatus {
  /** The folder that it lies in, or the server's address without a password. */
  readonly directory: string;
  /** Versions of the server that holds it; absent for one in a folder. */
  readonly server?: { readonly postgres: string; readonly pgvector: string } | undefined;
  /** Workers and what waits for them; absent for a library in a folder, null unless everything is in scope. */
  readonly work?: WorkStatus | null | undefined;
  readonly model: string;
  readonly space: EmbeddingSpace;
  /** Why the model cannot be used here and what to do, in a sentence; null when it can. */
  readonly modelProblem: string | null;
  /** What pictures are embedded on here, as it was found when some were last; empty where nothing was tried yet, and unless everything is in scope. */
  readonly devices: readonly DeviceChoice[];
  readonly images: number;
  readonly placements: number;
  /** Images whose embedding under the current model is still missing. */
  readonly unembedded: number;
  /** From which cosine on its answers are not called "nothing"; null where nobody measured it. */
  readonly nothing: NoMatchThreshold | null;
  /** How many of these each model used before still knows; they are found by it where it is installed. */
  readonly older: readonly { readonly space: EmbeddingSpace; readonly images: number }[];
  /** Vectors of former models that are kept although all of their images have one of the current model; none unless everything is in scope. */
  readonly former: readonly { readonly space: EmbeddingSpace; readonly images: number }[];
  readonly roots: readonly RootStatus[];
  readonly guilds: readonly {
    readonly guildId: string;
    readonly channels: number;
    readonly images: number;
  }[];
  readonly failed: number;
  readonly partlyRead: PartlyReadCounts;
  /** Whether cameras and locations of pictures are stored. */
  readonly keepsLocation: boolean;
  /** Files that belong to pictures beside them; null unless everything is in scope. */
  readonly companions: CompanionCounts | null;
  /** In how many images the text was read, and how many wait for it; null unless everything is in scope. */
  readonly text: { readonly read: number; readonly waiting: number } | null;
  readonly index: {
    readonly kind: "exact" | "hnsw";
    readonly size: number;
    readonly note?: string | undefined;
  };
  /** Bytes on disk. */
  readonly disk: { readonly catalog: number; readonly index: number; readonly models: number };
}
