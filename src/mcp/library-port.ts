import type {
  Classification,
  ClassifyRequest,
  DuplicateGroup,
  DuplicatesRequest,
  Library,
  Scope,
  TagSummary,
} from "../core/index.ts";

/** What this face uses of the library. */
export type McpLibrary = Pick<
  Library,
  | "add"
  | "find"
  | "image"
  | "thumbnail"
  | "original"
  | "render"
  | "contactSheet"
  | "completeId"
  | "status"
  | "failures"
  | "roots"
> & {
  classify(request: ClassifyRequest): Promise<Classification[]>;
  duplicates(request: DuplicatesRequest): Promise<DuplicateGroup[]>;
  tags(scope: Scope): Promise<TagSummary[]>;
};
