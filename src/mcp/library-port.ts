import type { Library } from "../core/index.ts";

/** What this face uses of the library. */
export type McpLibrary = Pick<
  Library,
  | "add"
  | "find"
  | "classify"
  | "duplicates"
  | "tags"
  | "image"
  | "thumbnail"
  | "original"
  | "render"
  | "contactSheet"
  | "completeId"
  | "status"
  | "failures"
  | "roots"
  | "revision"
>;
