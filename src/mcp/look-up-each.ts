import { GlimpseError } from "../core/index.ts";
import { expectedOr } from "./error-text.ts";

interface Found<Value> {
  readonly found: readonly Value[];
  /** What is wrong with the others, a sentence each. */
  readonly problems: readonly string[];
}

/** Looks up each name once, in turn. One that is unknown does not hide the others. */
export async function lookUpEach<Value>(
  names: readonly string[],
  lookUp: (name: string) => Promise<Value>,
): Promise<Found<Value>> {
  const found: Value[] = [];
  const problems: string[] = [];
  for (const name of new Set(names)) {
    try {
      found.push(await lookUp(name));
    } catch (error) {
      if (!(error instanceof GlimpseError)) throw error;
      problems.push(expectedOr(error, ""));
    }
  }
  return { found, problems };
}
