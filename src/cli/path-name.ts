import { UsageError } from "../core/errors.ts";

/**
 * A path as typed. An empty one would mean the current folder, which is never meant: it is what a script's variable
 * gives that was not set.
 * @throws UsageError
 */
export function pathName(typed: string): string {
  if (typed === "") throw new UsageError("A folder's name is empty. Was a variable not set?");
  return typed;
}

/** For options and arguments that take several. */
export const collectPaths = (typed: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  pathName(typed),
];
