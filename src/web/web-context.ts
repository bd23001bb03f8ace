import type { Library, LibraryView } from "../core/index.ts";
import type { VisibleFolders } from "../shared/visible-folders.ts";
import type { Examples } from "./examples.ts";

/** What every route works with. */
export interface WebContext {
  readonly library: Library;
  readonly visible: VisibleFolders;
  readonly examples: Examples;
  readonly version: string;
  /** Aborts when the server ends. */
  readonly signal: AbortSignal;
  /** Whether verdicts may be given here. */
  readonly mayEdit: boolean;
  /** Shows a file in the file manager; absent where the page may be looked at from another machine. */
  readonly reveal?: ((path: string) => Promise<void>) | undefined;
}

/** All that this server may show. */
export async function viewOf({ library, visible }: WebContext): Promise<LibraryView> {
  const files = await visible.scope(library);
  return library.within({ files, discord: files === "all" ? "all" : "none" });
}
