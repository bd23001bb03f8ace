import type { Embedding } from "../types.ts";

/** Below every threshold when one of them is not there. */
export function cosineOf(a: Embedding | undefined, b: Embedding | undefined): number {
  if (!a || !b) return -1;
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
