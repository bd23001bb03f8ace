import { opendir } from "node:fs/promises";

/** A folder that is missing or empty is one whose disk is away. */
export async function isMounted(path: string): Promise<boolean> {
  try {
    for await (const _ of await opendir(path)) return true;
  } catch {
    // Whatever prevents looking prevents reading too.
  }
  return false;
}
