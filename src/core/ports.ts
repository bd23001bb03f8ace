/** The seams of the core: what it needs of its adapters. */

export type * from "./ports/catalog.ts";
export type * from "./ports/embedder.ts";
export type * from "./ports/embeddings.ts";
export type * from "./ports/facts.ts";
export type * from "./ports/files.ts";
export type * from "./ports/images.ts";
export type * from "./ports/library-records.ts";
export type * from "./ports/maps.ts";
export type * from "./ports/marks.ts";
export type * from "./ports/original-reader.ts";
export type * from "./ports/pairs.ts";
export type * from "./ports/posts.ts";
export type * from "./ports/readings.ts";
export type * from "./ports/settings.ts";
export type * from "./ports/tags.ts";
export type * from "./ports/text-reader.ts";
export type * from "./ports/text-search.ts";
export type * from "./ports/vector-search.ts";
export type * from "./ports/work-queue.ts";
