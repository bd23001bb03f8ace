import type { Scope } from "./types.ts";

/** What the library's owner sees, and an operator. */
export const ENTIRE_LIBRARY: Scope = { files: "all", discord: "all" };

/** Sees no image: for pictures that come from outside the library. */
export const NO_IMAGES: Scope = { files: "none", discord: "none" };
