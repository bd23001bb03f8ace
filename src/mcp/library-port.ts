import type { Library, LibraryView, Scope } from "../core/index.ts";

/** What this face uses of the library. */
export type McpLibrary = Pick<Library, "add" | "failures" | "roots" | "revision"> & {
  readonly marks: Pick<Library["marks"], "put">;
  within(scope: Scope): McpLibraryView;
};

export type McpLibraryView = Pick<
  LibraryView,
  | "scope"
  | "find"
  | "classify"
  | "duplicates"
  | "requireTags"
  | "image"
  | "resolveImage"
  | "thumbnail"
  | "original"
  | "render"
  | "contactSheet"
  | "completeId"
  | "missingEmbeddings"
  | "status"
  | "texts"
>;
