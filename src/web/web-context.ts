import type { Library, LibraryView, LongWork } from "../core/index.ts";
import type { VisibleFolders } from "../shared/visible-folders.ts";
import type { Finding } from "./answers.ts";
import type { BackgroundWork } from "./background-work.ts";
import type { Examples } from "./examples.ts";

/** What every route works with. */
export interface WebContext {
  readonly library: Library;
  readonly visible: VisibleFolders;
  readonly examples: Examples;
  readonly version: string;
  /** Aborts when the server ends. */
  readonly signal: AbortSignal;
  readonly work: BackgroundWork;
  /** Whether verdicts may be given here, and pictures tagged. */
  readonly mayEdit: boolean;
  /** Whether spare files may be moved to a folder of the user's choosing. */
  readonly mayMove: boolean;
  /** What looks after the installation; absent where only some folders are shown. */
  readonly upkeep?: Upkeep | undefined;
  /** Shows a file in the file manager; absent where the page may be looked at from another machine. */
  readonly reveal?: ((path: string) => Promise<void>) | undefined;
}

export interface ListedModel {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  /** Of its vectors; null for a text reader, which makes none. */
  readonly dimensions: number | null;
  /** The default one first. */
  readonly variants: readonly {
    readonly name: string;
    readonly bytes: number | null;
    readonly installed: boolean;
    readonly fidelity: string;
  }[];
}

/** Models, and the examination that `glimpse doctor` makes. */
export interface Upkeep {
  models(): Promise<readonly ListedModel[]>;
  pull(id: string, variant: string | undefined, work: LongWork): Promise<unknown>;
  diagnose(): AsyncIterable<Finding>;
}

/** What belongs to the whole library is changed only where the whole library is shown. */
export const mayEditLibrary = ({ mayEdit, visible }: WebContext): boolean =>
  mayEdit && visible.restriction.length === 0;

/** All that this server may show. */
export async function viewOf({ library, visible }: WebContext): Promise<LibraryView> {
  const files = await visible.scope(library);
  return library.within({ files, discord: files === "all" ? "all" : "none" });
}
