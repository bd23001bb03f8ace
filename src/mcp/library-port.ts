import type { Library, LibraryView, Scope } from "../core/index.ts";

/** What this face uses of the library. */
export type McpLibrary = Pick<Library, "add" | "failures" | "roots" | "revision"> & {
  readonly marks: Pick<Library["marks"], "put">;
  readonly tags: Pick<Library["tags"], "putAll" | "reject">;
  readonly verdicts: Pick<Library["verdicts"], "put">;
  within(scope: Scope): McpLibraryView;
};

export type McpLibraryView = Pick<
  LibraryView,
  | "scope"
  | "find"
  | "classify"
  | "duplicates"
  | "findSamePicture"
  | "clusters"
  | "tags"
  | "folders"
  | "months"
  | "neighboursInTime"
  | "requireTags"
  | "requireCamera"
  | "image"
  | "moment"
  | "resolveImage"
  | "thumbnail"
  | "original"
  | "render"
  | "contactSheet"
  | "completeId"
  | "missingEmbeddings"
  | "status"
  | "texts"
  | "readText"
>;
