import type { Scope } from "./types.ts";

/** What the library's owner sees, and an operator. */
export const ENTIRE_LIBRARY: Scope = { files: "all", discord: "all" };
